"""Changes that undo or repeat others, by message or patch: whose record each of them reads."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from changeproof.ledger.joined import Implementation, RepeatedPatch, RevisionImplementation
from changeproof.ledger.revisions import Revision, RevisionClaim, RevisionPatch
from changeproof.ledger.store import Store

ORIGINS = ("reverts", "cherry_pick")
"""The claims that name another commit as origin."""


def changes_of(store: Store, revisions: Collection[str]) -> set[str]:
    """The changes that these commits belong to."""
    owned = store.by(RevisionImplementation, "revision", revisions)
    works = {row.implementation for row in owned}
    return {row.change_id for row in store.by(Implementation, "implementation", works)}


def reverting(store: Store, revisions: Collection[str]) -> set[str]:
    """The commits that revert one of these, by their message or their patch."""
    claims = store.by(RevisionClaim, "value", revisions)
    found = {row.revision for row in claims if row.claim == "reverts"}
    patches = store.by(RepeatedPatch, "origin", revisions)
    return found | {row.revision for row in patches if row.claim == "reverts"}


def repeating_changes(store: Store, changes: Collection[str]) -> set[str]:
    """The changes that read the record of one of these: whose messages or patches name one of
    its commits, or a commit that it names as well; and those that name such a change in turn."""
    found: set[str] = set()
    asked = set(changes)
    while asked:
        works = {row.implementation for row in store.by(Implementation, "change_id", asked)}
        revisions = {
            row.revision for row in store.by(RevisionImplementation, "implementation", works)
        }
        if not revisions:
            break
        named = {
            row.value
            for row in store.by(RevisionClaim, "revision", revisions)
            if row.claim == "reverts"
        }
        named |= {
            row.origin
            for row in store.by(RepeatedPatch, "revision", revisions)
            if row.claim == "reverts"
        }
        naming = _naming(store, revisions | named) - revisions
        asked = changes_of(store, naming) - found - set(changes) if naming else set()
        found |= asked
    return found


def _naming(store: Store, revisions: Collection[str]) -> set[str]:
    """The commits that name one of these as their origin."""
    claims = store.by(RevisionClaim, "value", revisions)
    found = {row.revision for row in claims if row.claim in ORIGINS}
    return found | {row.revision for row in store.by(RepeatedPatch, "origin", revisions)}


def derive_repeated(store: Store, revisions: Collection[str]) -> set[str]:
    """Bring the origins by patch up to date for commits of which owner or patch may have moved,
    and for those that share a patch with them; the commits whose origins are others now.

    Only commits that belong to something count. However many hold one patch, each has at most two
    origins of a kind: the first of them, and the last before it.
    """
    moved = store.by(RevisionPatch, "revision", revisions)
    if not moved:
        return set()
    patches = {row.patch for row in moved} | {row.inverse for row in moved if row.inverse}
    stale = {row.revision for row in store.by(RepeatedPatch, "origin", revisions)}
    near = store.by(RevisionPatch, "patch", patches) + store.by(RevisionPatch, "inverse", patches)
    again = {
        row.revision: row for row in (*moved, *near, *store.by(RevisionPatch, "revision", stale))
    }
    # What these are alike to, or undo, stands before them and is not derived again itself.
    others = {row.patch for row in again.values()} - patches
    others |= {row.inverse for row in again.values() if row.inverse} - patches
    held = {row.revision: row for row in store.by(RevisionPatch, "patch", others)} | again
    after = set(_origins(again, _landed_in_order(store, held)))
    before = set(store.by(RepeatedPatch, "revision", again))
    store.replace_known(RepeatedPatch, before, after)
    return {row.revision for row in before ^ after}


def _landed_in_order(
    store: Store, rows: Mapping[str, RevisionPatch]
) -> list[tuple[RevisionPatch, str]]:
    """Those that belong to something, and to what; the earlier commit first."""
    owned = store.by(RevisionImplementation, "revision", rows)
    owners = {row.revision: row.implementation for row in owned}
    committed = [
        (row.committed_at or 0, row.revision)
        for row in store.by(Revision, "revision", owners)
        if row.complete
    ]
    return [(rows[name], owners[name]) for _, name in sorted(committed)]


@dataclass(slots=True)
class _Holders:
    """Who held a patch so far: the first and the last, each also of another owner than that."""

    first: tuple[str, str]
    last: tuple[str, str]
    first_of_another: tuple[str, str] | None = None
    last_of_another: tuple[str, str] | None = None

    def add(self, holder: tuple[str, str]) -> None:
        """`holder` is a commit and its owner."""
        if self.first_of_another is None and holder[1] != self.first[1]:
            self.first_of_another = holder
        if holder[1] != self.last[1]:
            self.last_of_another = self.last
        self.last = holder

    def others(self, owner: str) -> set[str]:
        """The first and the last commit that do not belong to `owner`."""
        first = self.first if self.first[1] != owner else self.first_of_another
        last = self.last if self.last[1] != owner else self.last_of_another
        return {holder[0] for holder in (first, last) if holder is not None}


def _origins(
    wanted: Collection[str], ordered: Iterable[tuple[RevisionPatch, str]]
) -> Iterator[RepeatedPatch]:
    held: dict[str, _Holders] = {}
    for row, owner in ordered:
        if row.revision in wanted:
            for claim, patch in (("cherry_pick", row.patch), ("reverts", row.inverse)):
                if patch in held:
                    for origin in held[patch].others(owner):
                        yield RepeatedPatch(row.revision, claim, origin)
        holder = (row.revision, owner)
        if row.patch in held:
            held[row.patch].add(holder)
        else:
            held[row.patch] = _Holders(holder, holder)
