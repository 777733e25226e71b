"""Votes → RevisionReviewed, ReviewDismissed, TestsRun.

`Code-Review` +2 approves and -2 objects; +1 and -1 are opinions. A vote of its giver's own that
went back to 0 is one no longer; somebody else deletes it by an act of their own. Any other label
(`Verified`) is a check that whoever voted reports.
"""

from collections.abc import Iterator
from typing import Literal

from changeproof.events.event import Event
from changeproof.events.pulls import ReviewDismissed, RevisionReviewed
from changeproof.events.testing import TestsRun
from changeproof.sources.gerrit.payload import REVIEW
from changeproof.sources.identities import Identity
from changeproof.sources.reading import Reading


def vote(
    reading: Reading,
    repository: str,
    change: str,
    revision: str | None,
    label: str,
    value: int,
    who: Identity,
    at: int | None,
    *,
    bound: bool = False,
) -> Iterator[Event]:
    """What a vote says. Only a label of reviews tells anything by 0."""
    header = reading.header(at, actor=who, bound=bound)
    name = name_of(change, label, who, revision)
    if label == REVIEW:
        verdict: Literal["approved", "changes_requested", "commented"] = "commented"
        if value >= 2:
            verdict = "approved"
        elif value <= -2:
            verdict = "changes_requested"
        yield RevisionReviewed(
            **header, review=name, pull=change, revision=revision, verdict=verdict
        )
    elif value != 0:
        yield TestsRun(
            **header,
            run=name,
            revision=revision,
            repository=repository,
            name=label,
            poster=who.account,
            conclusion="passed" if value > 0 else "failed",
        )


def deleted(
    reading: Reading,
    change: str,
    revision: str | None,
    label: str,
    whose: Identity,
    by: Identity,
    at: int | None,
) -> Iterator[Event]:
    """That somebody deleted a vote, their own or another's."""
    if label == REVIEW:
        name = name_of(change, label, whose, revision)
        yield ReviewDismissed(**reading.header(at, actor=by), review=name, pull=change)


def name_of(change: str, label: str, who: Identity, revision: str | None) -> str:
    """A voter has one vote of each label on each patch set."""
    return f"{change}/vote/{label[:60]}/{who.account or 'nobody'}/{revision or 'unknown'}"
