"""Which yeses no longer count because the content moved on, said before anybody is surprised."""

from dataclasses import dataclass

from changeproof.events.forges import is_pull
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.decisions import Approval
from changeproof.ledger.joined import ChangeAlias, Implementation
from changeproof.ledger.pulls import PullHead, Review
from changeproof.ledger.revisions import Revision, RevisionMerge, RevisionParent
from changeproof.ledger.store import Store

_STEPS = 4
"""As many merges of the base in a row are followed (view `carried_head`)."""


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
    shown = shown_of(store, change)
    standing = {*shown.revisions, *shown.merged}
    if not standing:
        return ()
    names = {change} | {row.alias for row in store.by(ChangeAlias, "change_id", [change])}
    pulls = [
        row.implementation
        for row in store.by(Implementation, "change_id", [change])
        if is_pull(row.implementation)
    ]
    said = [
        (row.stated_at, row.account, row.revision, row.event)
        for row in store.by(Approval, "change_name", names)
    ]
    said += [
        (row.stated_at, row.account, row.revision, row.event)
        for row in store.by(Review, "pull", pulls)
        if row.verdict == "approved"
    ]
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
