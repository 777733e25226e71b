"""Which pull request or direct commit a landed revision belongs to.

A revision's owner is the first of: a merge record naming it; a pull request that had it as head,
or among the commits that the forge lists of it;
a pull request whose branch was pushed with it; the landed merge whose side branch holds it; the
merged commit of the push that listed it; for a deployed one, a pull request that proposes it
without having been merged; a pull request that proposes the same patch under another hash (see
`rebased`); else itself, if it landed at all. A pull request that was merged after a commit had
landed by another push does not hold it, whatever its branch took in or once showed.
"""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.ledger.joined import Deployment, DeploymentRevision, RevisionImplementation
from changeproof.ledger.joins.rebased import SAME_PATCH, derive_rebased
from changeproof.ledger.joins.systems import Systems
from changeproof.ledger.pulls import (
    ABBREVIATED,
    PullCommit,
    PullDescription,
    PullHead,
    PullMerge,
)
from changeproof.ledger.revisions import BranchRevision, PushRevision, RevisionRepository
from changeproof.ledger.store import Store

_NOTED = 10_000_000
"""Microseconds in which a forge notes that what was pushed is a merge."""

PROPOSED = "proposed head"
"""The trust of a deployed head whose pull request nobody merged."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A pull request's claim to a revision; the smallest wins."""

    rank: int
    merged_at: int
    pull: str
    trust: str

    @property
    def order(self) -> tuple[int, int, str]:
        return (self.rank, self.merged_at, self.pull)


def derive_owners(
    store: Store, systems: Systems, revisions: Collection[str]
) -> list[RevisionImplementation]:
    """The owners of these revisions; one that neither landed nor belongs anywhere has none."""
    claims = _pull_claims(store, systems, revisions)
    unclaimed = [revision for revision in revisions if revision not in claims]
    listings = [
        row
        for row in store.by(PushRevision, "revision", unclaimed)
        if systems.is_default(row.repository, row.ref)
    ]
    landings = _landings(store, unclaimed)
    through = {landing.revision for landing in landings.values() if landing.revision}
    through |= {row.after_revision for row in listings}
    outer = _pull_claims(store, systems, through - set(claims))
    outer |= {revision: claims[revision] for revision in through & set(claims)}
    deployed = {
        row.revision
        for row in store.by(DeploymentRevision, "revision", unclaimed)
        if row.direction == 1
    }
    pushed = {row.revision for row in listings} | {
        row.revision
        for row in store.by(BranchRevision, "revision", unclaimed)
        if systems.is_default(row.repository, row.ref)
    }
    rows = [
        RevisionImplementation(revision, claim.pull, claim.trust)
        for revision, claim in claims.items()
    ]
    proposed = _proposed(store, deployed)
    rebased = derive_rebased(store, systems, (deployed | pushed) - set(claims))
    for revision in unclaimed:
        if revision in proposed:
            rows.append(RevisionImplementation(revision, proposed[revision], PROPOSED))
            continue
        landing = landings.get(revision)
        if landing is not None and landing.revision not in (None, revision):
            merge = str(landing.revision)
            owner = outer[merge].pull if merge in outer else f"git:{merge}"
            rows.append(RevisionImplementation(revision, owner, "landing"))
            continue
        pulls = sorted(
            outer[row.after_revision].order
            for row in listings
            if row.revision == revision and row.after_revision in outer
        )
        if pulls and landing is None:
            rows.append(RevisionImplementation(revision, pulls[0][2], "same push"))
        elif revision in rebased:
            rows.append(RevisionImplementation(revision, rebased[revision], SAME_PATCH))
        elif revision in deployed or revision in pushed:
            rows.append(RevisionImplementation(revision, f"git:{revision}", "none"))
    return rows


def _proposed(store: Store, deployed: Collection[str]) -> dict[str, str]:
    """Deployed revisions that a pull request proposes which nobody merged yet, if ever."""
    found: dict[str, str] = {}
    heads = store.by(PullHead, "revision", deployed)
    merged = {row.pull for row in store.by(PullMerge, "pull", {head.pull for head in heads})}
    for head in heads:
        if head.pull in merged:  # it had this commit dropped, or took in what had landed
            continue
        found[head.revision] = min(head.pull, found.get(head.revision, head.pull))
    return found


def _landings(store: Store, revisions: Collection[str]) -> dict[str, Deployment]:
    """For each revision that landed on a production branch: the landing that brought it."""
    covered = [
        row for row in store.by(DeploymentRevision, "revision", revisions) if row.direction == 1
    ]
    deployments = {
        row.deployment: row
        for row in store.by(Deployment, "deployment", {row.deployment for row in covered})
        if row.landing
    }
    found: dict[str, Deployment] = {}
    for row in sorted(covered, key=lambda row: row.deployment):
        landing = deployments.get(row.deployment)
        if landing is None:
            continue
        held = found.get(row.revision)
        # Its own landing first: a commit on the first-parent line owns itself.
        if held is None or landing.revision == row.revision:
            found[row.revision] = landing
    return found


def _pull_claims(store: Store, systems: Systems, revisions: Collection[str]) -> dict[str, _Claim]:
    if not revisions:
        return {}
    claims = [
        (row.revision, _Claim(0, row.merged_at or 0, row.pull, "merge record"))
        for row in store.by(PullMerge, "revision", revisions)
        if row.revision
    ]
    claims += _cut_short(store, revisions)
    heads = store.by(PullHead, "revision", revisions)
    listed = store.by(PushRevision, "revision", revisions)
    listings = [row for row in listed if not systems.is_default(row.repository, row.ref)]
    landed: dict[str, list[PushRevision]] = {}
    for row in listed:
        if systems.is_default(row.repository, row.ref):
            landed.setdefault(row.revision, []).append(row)
    described = _branches(store, listings)
    members = store.by(PullCommit, "revision", revisions)
    pulls = {row.pull for row in heads} | {row.pull for row in members}
    pulls |= {pull for found in described.values() for pull in found}
    merges = {row.pull: row for row in store.by(PullMerge, "pull", pulls)}
    from_default = _from_default(store, systems, {row.pull for row in heads})
    for head in heads:
        merge = merges.get(head.pull)
        if merge is None:
            continue
        shown = head.pull in from_default or merge.head in (None, head.revision)
        if shown or not _landed_before(merge, landed.get(head.revision, ())):
            claims.append((head.revision, _Claim(1, merge.merged_at or 0, head.pull, "head")))
    for member in members:
        merge = merges.get(member.pull)
        if merge is not None and not _landed_before(merge, landed.get(member.revision, ())):
            claim = _Claim(2, merge.merged_at or 0, member.pull, "listed")
            claims.append((member.revision, claim))
    for listing in listings:
        for pull in described.get((listing.repository, listing.ref), ()):
            merge = merges.get(pull)
            if merge is None or (merge.merged_at or 0) < (listing.pushed_at or 0):
                continue
            if _landed_before(merge, landed.get(listing.revision, ())):
                continue
            claim = _Claim(3, merge.merged_at or 0, pull, "branch push")
            claims.append((listing.revision, claim))
    best: dict[str, _Claim] = {}
    for revision, claim in claims:
        held = best.get(revision)
        if held is None or claim.order < held.order:
            best[revision] = claim
    return best


def _cut_short(store: Store, revisions: Collection[str]) -> list[tuple[str, _Claim]]:
    """The commits of a repository whose hashes begin as a merge record of it tells, where that
    tells no more."""
    beginning = {revision[:ABBREVIATED] for revision in revisions}
    merges = [
        row for row in store.by(PullMerge, "revision_begins", beginning) if row.revision is None
    ]
    if not merges:
        return []
    places = store.by(RevisionRepository, "revision", revisions)
    return [
        (place.revision, _Claim(0, row.merged_at or 0, row.pull, "merge record"))
        for row in merges
        for place in places
        if place.repository == row.repository
        and place.revision.startswith(str(row.revision_begins))
    ]


def _landed_before(merge: PullMerge, landed: Collection[PushRevision]) -> bool:
    """Whether a push had put a commit on the default branch before this merge, and not as its
    result: then whoever pushed it answers for it, though a branch took it in afterwards, or showed
    it once and dropped it."""
    if merge.merged_at is None:
        return False
    before, begins = merge.merged_at - _NOTED, merge.revision_begins
    results = (merge.revision, merge.head)
    return any(
        row.pushed_at is not None
        and row.pushed_at < before
        and row.after_revision not in results
        and not (begins and row.after_revision.startswith(begins))
        for row in landed
    )


def _from_default(store: Store, systems: Systems, pulls: Collection[str]) -> set[str]:
    """Those that propose the default branch itself: what they show has landed there already."""
    return {
        row.pull
        for row in store.by(PullDescription, "pull", pulls)
        if row.head_ref
        and systems.is_default(row.head_repository or row.repository, f"refs/heads/{row.head_ref}")
    }


def _branches(store: Store, listings: Collection[PushRevision]) -> dict[tuple[str, str], list[str]]:
    """The pull requests that were opened from each pushed branch."""
    names = {row.ref.removeprefix("refs/heads/") for row in listings}
    found: dict[tuple[str, str], list[str]] = {}
    for row in store.by(PullDescription, "head_ref", names):
        repository = row.head_repository or row.repository
        found.setdefault((repository, f"refs/heads/{row.head_ref}"), []).append(row.pull)
    return found
