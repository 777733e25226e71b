"""Commits that landed under another hash than was reviewed: joined by their patch.

A pull request of one commit that nobody merged by the forge's record, and the first commit that
landed with the patch of its last head: somebody rebased it and pushed the result. Of several
commits the patch of one is not what was reviewed, so they are joined by the forge's record alone.
"""

from collections.abc import Collection

from changeproof.events.forges import repository_of_pull
from changeproof.ledger.joined import DeploymentRevision
from changeproof.ledger.joins.systems import Systems
from changeproof.ledger.pulls import PullHead, PullMerge
from changeproof.ledger.revisions import (
    BranchRevision,
    PushRevision,
    Revision,
    RevisionParent,
    RevisionPatch,
    RevisionRepository,
)
from changeproof.ledger.store import Store

SAME_PATCH = "same patch"
"""The trust of a landed commit that holds the patch of a pull request's head."""


def derive_rebased(store: Store, systems: Systems, revisions: Collection[str]) -> dict[str, str]:
    """For each of these landed commits that no record claims, the pull request whose head it is
    under another hash; most have none."""
    patches = {row.revision: row.patch for row in store.by(RevisionPatch, "revision", revisions)}
    alike = store.by(RevisionPatch, "patch", set(patches.values()))
    heads = store.by(PullHead, "revision", {row.revision for row in alike})
    proposed = _proposed_alone(store, systems, heads)
    if not proposed:
        return {}
    first = _first_landed(store, systems, alike)
    by_patch: dict[str, set[str]] = {}
    for row in alike:
        by_patch.setdefault(row.patch, set()).update(proposed.get(row.revision, ()))
    found: dict[str, str] = {}
    for revision, patch in patches.items():
        if first.get(patch) == revision:
            places = store.by(RevisionRepository, "revision", [revision])
            near = {systems.of(row.repository) for row in places}
            pulls = [p for p in by_patch[patch] if systems.of(repository_of_pull(p)) in near]
            if pulls:
                found[revision] = min(pulls)
    return found


def alike(store: Store, revisions: Collection[str]) -> set[str]:
    """The commits whose owner may turn on one of these: with the same patch, or with that of a
    commit made upon one of these."""
    if not store.database.execute("SELECT 1 FROM pull_head LIMIT 1"):
        return set()
    upon = {row.revision for row in store.by(RevisionParent, "parent", revisions)}
    held = store.by(RevisionPatch, "revision", upon | set(revisions))
    return {row.revision for row in store.by(RevisionPatch, "patch", {row.patch for row in held})}


def _proposed_alone(
    store: Store, systems: Systems, heads: Collection[PullHead]
) -> dict[str, set[str]]:
    """Of these, the last heads of pull requests that nobody merged, made upon what has landed."""
    pulls = {head.pull for head in heads}
    pulls -= {row.pull for row in store.by(PullMerge, "pull", pulls)}
    last: dict[str, PullHead] = {}
    for head in sorted(store.by(PullHead, "pull", pulls), key=lambda row: row.revision):
        held = last.get(head.pull)
        if held is None or _said_at(head) > _said_at(held):
            last[head.pull] = head
    found = {head.revision: set[str]() for head in last.values()}
    for pull, head in last.items():
        found[head.revision].add(pull)
    parents = [row for row in store.by(RevisionParent, "revision", found) if row.position == 0]
    below = _landed(store, systems, {row.parent for row in parents})
    upon = {row.revision for row in parents if row.parent in below}
    return {name: pulls for name, pulls in found.items() if name in upon}


def _said_at(head: PullHead) -> tuple[int, int]:
    return (head.revised_at or 0, head.stated_at)


def _first_landed(
    store: Store, systems: Systems, rows: Collection[RevisionPatch]
) -> dict[str, str]:
    """The first commit that landed with each patch: a later one repeats it."""
    landed = _landed(store, systems, {row.revision for row in rows})
    committed = {
        row.revision: row.committed_at or 0
        for row in store.by(Revision, "revision", landed)
        if row.complete
    }
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (committed.get(row.revision, 0), row.revision)):
        if row.revision in committed:
            found.setdefault(row.patch, row.revision)
    return found


def _landed(store: Store, systems: Systems, revisions: Collection[str]) -> set[str]:
    covered = store.by(DeploymentRevision, "revision", revisions)
    found = {row.revision for row in covered if row.direction == 1}
    pushed = store.by(PushRevision, "revision", revisions)
    found |= {row.revision for row in pushed if systems.is_default(row.repository, row.ref)}
    listed = store.by(BranchRevision, "revision", revisions)
    return found | {row.revision for row in listed if systems.is_default(row.repository, row.ref)}
