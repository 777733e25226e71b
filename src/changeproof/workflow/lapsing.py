"""Which yeses no longer count because the content moved on, said before anybody is surprised."""

from dataclasses import dataclass

from changeproof.events.forges import is_pull
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.decisions import Approval
from changeproof.ledger.joined import ChangeAlias, Implementation
from changeproof.ledger.pulls import PullHead, Review
from changeproof.ledger.revisions import Revision, RevisionMerge, RevisionParent
from changeproof.ledger.store import Asked, Store

_STEPS = 4
"""As many merges of the base in a row are followed (view `carried_head`)."""


_Yes = tuple[int, str | None, str | None, str]
"""When, by which account, to which revision, and the event."""


@dataclass(frozen=True, slots=True)
class LapsedApproval:
    """A yes of `account` to a revision that no longer stands."""

    account: str
    revision: str
    event: str


def lapsed_approvals(store: Store, change: str) -> tuple[LapsedApproval, ...]:
    """Yeses at the desk and at the forge to earlier content, the oldest first.

    A yes holds for the same tree, and where nothing but the base came in since. Nothing has lapsed
    where no content stands.
    """
    standing, pulls, said = _standing_and_said(store, change)
    if not standing:
        return ()
    standing |= _carried(store, standing, pulls)
    trees = _trees(store, standing | {revision for _, _, revision, _ in said if revision})
    kept = {trees[revision] for revision in standing if revision in trees}
    current = {
        account
        for _, account, revision, _ in said
        if revision is None or revision in standing or trees.get(revision) in kept
    }
    return tuple(
        LapsedApproval(account, revision, event)
        for _, account, revision, event in sorted(said, key=lambda each: (each[0], each[3]))
        if account and revision and account not in current
    )


def asked_of_lapsing(store: Store, change: str) -> tuple[Asked, ...]:
    """What `lapsed_approvals` will read once it knows the content (`Store.ahead`)."""
    standing, _, said = _standing_and_said(store, change)
    known = standing | {revision for _, _, revision, _ in said if revision}
    return ((RevisionMerge, "revision", standing), (Revision, "revision", known))


def _standing_and_said(store: Store, change: str) -> tuple[set[str], list[str], list[_Yes]]:
    """The content that stands, the pull requests, and every yes on record."""
    shown = shown_of(store, change)
    standing = {*shown.revisions, *shown.merged}
    names = {change} | {row.alias for row in store.by(ChangeAlias, "change_id", [change])}
    pulls = [
        row.implementation
        for row in store.by(Implementation, "change_id", [change])
        if is_pull(row.implementation)
    ]
    said: list[_Yes] = [
        (row.stated_at, row.account, row.revision, row.event)
        for row in store.by(Approval, "change_name", names)
    ]
    said += [
        (row.stated_at, row.account, row.revision, row.event)
        for row in store.by(Review, "pull", pulls)
        if row.verdict == "approved"
    ]
    return standing, pulls, said


def _carried(store: Store, heads: set[str], pulls: list[str]) -> set[str]:
    """Earlier heads for which these stand, because nothing but the base came in since."""
    own = {row.revision for row in store.by(PullHead, "pull", pulls)}
    found: set[str] = set()
    reached = heads
    for _ in range(_STEPS):
        merges = store.by(RevisionMerge, "revision", reached)
        unedited = {row.revision for row in merges if row.edited == 0}
        parents = store.by(RevisionParent, "revision", unedited)
        reached = {row.parent for row in parents if row.parent in own} - found - heads
        if not reached:
            break
        found |= reached
    return found


def _trees(store: Store, revisions: set[str]) -> dict[str, str]:
    return {row.revision: row.tree for row in store.by(Revision, "revision", revisions) if row.tree}
