"""Revisions: what was written, by whom, and where it landed."""

from typing import ClassVar, Literal

from changeproof.events.event import (
    AccountId,
    Count,
    Digest,
    Event,
    Identifier,
    Microseconds,
    Revision,
    ShortText,
)

Area = Literal[
    "pipeline",
    "code_owners",
    "tests",
    "dependencies",
    "infrastructure",
    "migration",
    "configuration",
    "documentation",
    "code",
]


class RepositoryObserved(Event):
    """A repository's name and default branch, as its forge states them."""

    type: Literal["RepositoryObserved"] = "RepositoryObserved"
    repository: Identifier
    name: ShortText
    default_branch: ShortText | None = None


class RevisionRecorded(Event):
    """A commit, as a system that has it tells of it.

    Times are the committer's. Message text stays in contents; what joins need from it stands
    here, as claims. `complete` is false where the teller does not know parents (a push webhook).
    """

    later: ClassVar[tuple[str, ...]] = ("areas", "patch", "inverse", "migrations")

    type: Literal["RevisionRecorded"] = "RevisionRecorded"
    revision: Revision
    repository: Identifier
    complete: bool
    parents: tuple[Revision, ...] = ()
    tree: Revision | None = None
    edited_in_merge: bool | None = None
    """Of a merge of two: whether it holds anything that merging its parents afresh does not
    give (conflicts settled by hand, or edits); null where nobody looked."""
    patch: Digest | None = None
    """Of what it changes against its first parent, with what stands around it and without line
    numbers: where two commits have the same, they make the same edits in the same surroundings,
    whatever their hashes. Null where nobody looked."""
    inverse: Digest | None = None
    """The patch of whatever this commit undoes, where its message speaks of undoing."""
    author: AccountId | None = None
    committer: AccountId | None = None
    co_authors: tuple[AccountId, ...] = ()
    authored_at: Microseconds | None = None
    message: Digest | None = None
    title: Digest | None = None
    claimed_pull: ShortText | None = None
    claimed_reviewers: tuple[AccountId, ...] = ()
    claimed_review: ShortText | None = None
    """`Reviewed-on`: the address that a review server wrote."""
    ticket_keys: tuple[ShortText, ...] = ()
    reverts: tuple[ShortText, ...] = ()
    cherry_picked_from: tuple[ShortText, ...] = ()
    paths: Digest | None = None
    path_count: Count = 0
    areas: dict[Area, Count] = {}  # noqa: RUF012 - pydantic copies it
    """What the paths touch, by well-known patterns, and how many of them each."""
    migrations: tuple[ShortText, ...] = ()
    """The files of migrations among the paths, as tables of migrations name them."""
    lands_in: ShortText | None = None
    """The environment where it counts as deployed at `occurred_at`, in place of its first
    parent, because it stands on the production branch (`import git`); null elsewhere."""
    system: ShortText | None = None


class RevisionInspected(Event):
    """What a commit holds, or touches against its first parent, told apart from the commit.

    `tree` is git's name of its content. Without `areas` nobody told which files it touches.
    """

    type: Literal["RevisionInspected"] = "RevisionInspected"
    revision: Revision
    repository: Identifier
    tree: Revision | None = None
    paths: Digest | None = None
    path_count: Count = 0
    areas: dict[Area, Count] = {}  # noqa: RUF012 - pydantic copies it


class RevisionPushed(Event):
    """A ref moved. `revisions` are those that the forge listed, oldest first.

    `partly_listed`: it left out the oldest, and said so or may have.
    """

    later: ClassVar[tuple[str, ...]] = ("partly_listed",)

    type: Literal["RevisionPushed"] = "RevisionPushed"
    repository: Identifier
    ref: ShortText
    before: Revision | None
    after: Revision | None
    revisions: tuple[Revision, ...] = ()
    forced: bool = False
    partly_listed: bool = False


class RevisionListed(Event):
    """A forge, when asked, lists a commit on a branch's own line of first parents: it was pushed
    or merged to that branch, whoever did it and whenever."""

    type: Literal["RevisionListed"] = "RevisionListed"
    repository: Identifier
    ref: ShortText
    revision: Revision


class HistoryBegins(Event):
    """A shallow history starts at `revision`: what came before it is not known here."""

    type: Literal["HistoryBegins"] = "HistoryBegins"
    repository: Identifier
    revision: Revision


class HistoryRetrieved(Event):
    """We read a repository's history: the query, how many rows, the digest of the reply."""

    type: Literal["HistoryRetrieved"] = "HistoryRetrieved"
    repository: Identifier
    query: ShortText
    rows: Count
    reply: Digest


class RevisionTagged(Event):
    """A tag stands for a commit, as a repository that has both tells of it."""

    type: Literal["RevisionTagged"] = "RevisionTagged"
    repository: Identifier
    tag: ShortText
    revision: Revision


class RefChanged(Event):
    """A branch or tag was created or deleted."""

    type: Literal["RefChanged"] = "RefChanged"
    repository: Identifier
    ref: ShortText
    ref_kind: Literal["branch", "tag"]
    change: Literal["created", "deleted"]


class ConfigurationFileSeen(Event):
    """A file that says how a repository is built or deployed was seen on its production branch.

    `digest` is the SHA-256 of its bytes, null where it is no longer there; `fields` addresses what
    it says, for people to compare (as of `StateObserved`); `revision` is the commit that put it
    there, as far as that was told. Seen is what it was when we were told of it.
    """

    type: Literal["ConfigurationFileSeen"] = "ConfigurationFileSeen"
    repository: Identifier
    path: ShortText
    digest: Digest | None = None
    fields: Digest | None = None
    revision: Revision | None = None


class ProtectionChanged(Event):
    """A branch's protection was set, edited or removed.

    `enforced` is false when it was removed or switched off. Settings that were not stated
    are null.
    """

    type: Literal["ProtectionChanged"] = "ProtectionChanged"
    repository: Identifier
    pattern: ShortText
    enforced: bool
    approvals_required: Count | None = None
    administrators_bound: bool | None = None
    settings: Digest | None = None
