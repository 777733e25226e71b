"""A commit as a forge lists it beside a push, a check suite or a run → RevisionRecorded."""

from typing import Annotated

import msgspec

from changeproof.events.revisions import RevisionListed, RevisionPushed, RevisionRecorded
from changeproof.sources.areas import areas_of
from changeproof.sources.identities import git_identity, split_person
from changeproof.sources.messages import claims, title_of
from changeproof.sources.reading import Reading, optional_time, read

_NO_REVISION = frozenset({"0" * 40, "0" * 64})


def revision(text: str | None) -> str | None:
    """A commit hash; None for the zeros that stand for none."""
    return None if text is None or text in _NO_REVISION else text


class Person(msgspec.Struct):
    """A git author, as the commit has it."""

    name: str | None = None
    email: str | None = None
    date: str | None = None
    raw: str | None = None
    """`Name <address>`, where a forge does not take them apart."""


class Commit(msgspec.Struct):
    """A commit without its parents, which most deliveries do not tell."""

    id: str
    message: str = ""
    timestamp: str | None = None
    tree_id: str | None = None
    author: Person | None = None
    committer: Person | None = None
    added: tuple[str, ...] | None = None
    removed: tuple[str, ...] | None = None
    modified: tuple[str, ...] | None = None

    @property
    def paths(self) -> set[str]:
        """The files that it touches, where the delivery lists them (a push does)."""
        return {*(self.added or ()), *(self.removed or ()), *(self.modified or ())}


def recorded(
    reading: Reading,
    repository: str,
    commit: Commit,
    where: str,
    parents: tuple[str, ...] | None = None,
) -> RevisionRecorded:
    """`parents` are known, or None. Raises MalformedPayload, naming the field."""
    said = claims(commit.message)

    def person(one: Person | None) -> tuple[str, str]:
        if one and one.raw and not one.email:
            return split_person(one.raw)
        return ((one.name or "", one.email or "")) if one else ("", "")

    author = git_identity(*person(commit.author), reading.pseudonyms)
    committer = git_identity(*person(commit.committer), reading.pseudonyms)
    co_authors = [git_identity(*split_person(text), reading.pseudonyms) for text in said.co_authors]
    reviewers = [git_identity(*split_person(text), reading.pseudonyms) for text in said.reviewers]
    return RevisionRecorded(
        **reading.header(
            optional_time(commit.timestamp, f"{where}.timestamp"),
            author,
            committer,
            *co_authors,
            *reviewers,
            bound=True,
        ),
        revision=commit.id,
        repository=repository,
        complete=parents is not None,
        parents=parents or (),
        tree=commit.tree_id,
        author=author.account,
        committer=committer.account,
        co_authors=tuple(dict.fromkeys(one.account for one in co_authors if one.account)),
        message=reading.keep(commit.message),
        title=reading.keep(title_of(commit.message)),
        claimed_pull=said.pull,
        claimed_reviewers=tuple(dict.fromkeys(one.account for one in reviewers if one.account)),
        claimed_review=said.review,
        ticket_keys=said.tickets,
        reverts=said.reverts,
        cherry_picked_from=said.cherry_picked_from,
        path_count=len(commit.paths),
        areas=areas_of(commit.paths),
    )


Hash = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]


class ListedBody(msgspec.Struct):
    """A commit on a branch's own line, as our clients find it in the list of its commits; with
    `replaced_revision`, the branch's tip, in place of one that it no longer holds."""

    branch: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    landed_revision: Hash
    replaced_revision: Hash | None = None


LISTED_KEYS = frozenset({"branch", "landed_revision"})


def listed(reading: Reading, repository: str) -> RevisionListed | RevisionPushed:
    """Raises MalformedPayload, naming the field."""
    body = read(ListedBody, reading.delivery.body)
    if body.replaced_revision is not None:
        return RevisionPushed(
            **reading.header(None),
            repository=repository,
            ref=f"refs/heads/{body.branch}",
            before=body.replaced_revision,
            after=body.landed_revision,
            forced=True,
        )
    return RevisionListed(
        **reading.header(None),
        repository=repository,
        ref=f"refs/heads/{body.branch}",
        revision=body.landed_revision,
    )
