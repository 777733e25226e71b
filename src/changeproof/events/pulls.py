"""Pull requests and the reviews they carry."""

from typing import ClassVar, Literal

from changeproof.events.event import (
    Abbreviated,
    AccountId,
    Count,
    Digest,
    Event,
    Identifier,
    Revision,
    ShortText,
)


class PullRequestOpened(Event):
    """Somebody proposed a change. The actor is its author; the time is when it was opened."""

    type: Literal["PullRequestOpened"] = "PullRequestOpened"
    pull: Identifier
    repository: Identifier
    number: Count


class PullRequestDescribed(Event):
    """What a pull request says of itself at a time; a later statement replaces it."""

    type: Literal["PullRequestDescribed"] = "PullRequestDescribed"
    pull: Identifier
    repository: Identifier
    title: Digest | None = None
    base_ref: ShortText | None = None
    head_ref: ShortText | None = None
    head_repository: Identifier | None = None
    ticket_keys: tuple[ShortText, ...] = ()


class PullRequestRetargeted(Event):
    """The actor aimed it at another branch: reviewers see another difference from then on.

    `base_before` and `base` are the tips of the two branches at that time, where told.
    """

    type: Literal["PullRequestRetargeted"] = "PullRequestRetargeted"
    pull: Identifier
    ref_before: ShortText
    ref: ShortText
    base_before: Revision | None = None
    base: Revision | None = None


class PullRequestRevised(Event):
    """`head` became the content that the pull request proposes."""

    type: Literal["PullRequestRevised"] = "PullRequestRevised"
    pull: Identifier
    head: Revision
    base: Revision | None = None
    pushed_by: AccountId | None = None


class PullRequestCommitListed(Event):
    """The forge lists a commit among those that a pull request proposes."""

    type: Literal["PullRequestCommitListed"] = "PullRequestCommitListed"
    pull: Identifier
    revision: Revision


class PullRequestMerged(Event):
    """It was merged; the actor merged it. `revision` is the merge, squash or last commit;
    `revision_begins` and `head_begins` are how their hashes begin, where the forge cuts them
    short."""

    later: ClassVar[tuple[str, ...]] = ("revision_begins", "head_begins")

    type: Literal["PullRequestMerged"] = "PullRequestMerged"
    pull: Identifier
    repository: Identifier
    head: Revision | None = None
    revision: Revision | None = None
    base_ref: ShortText | None = None
    revision_begins: Abbreviated | None = None
    head_begins: Abbreviated | None = None


class PullRequestClosed(Event):
    """It was closed without being merged."""

    type: Literal["PullRequestClosed"] = "PullRequestClosed"
    pull: Identifier


class PullRequestReopened(Event):
    """It was opened again."""

    type: Literal["PullRequestReopened"] = "PullRequestReopened"
    pull: Identifier


class RevisionReviewed(Event):
    """A reviewer gave a verdict on `revision`, the head they were shown (CC8.1, point 8);
    `revision_begins` is how its hash begins, where the forge cuts it short."""

    later: ClassVar[tuple[str, ...]] = ("revision_begins",)

    type: Literal["RevisionReviewed"] = "RevisionReviewed"
    review: Identifier
    pull: Identifier
    revision: Revision | None
    verdict: Literal["approved", "changes_requested", "commented"]
    revision_begins: Abbreviated | None = None


class ReviewDismissed(Event):
    """A review no longer counts; the actor dismissed it."""

    type: Literal["ReviewDismissed"] = "ReviewDismissed"
    review: Identifier
    pull: Identifier
