"""When a branch was without protection, and which changes landed in it meanwhile.

Reads what the checks' view `protection_gap` reads, by the same rule, for whoever asks outside SQL.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from changeproof.ledger.joined import Implementation, RevisionImplementation
from changeproof.ledger.pulls import PullMerge
from changeproof.ledger.revisions import Protection, Push
from changeproof.ledger.store import Store

GAP = "case:protection/"
"""How the name of a gap's case begins."""
_HEADS = "refs/heads/"
_NEVER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ProtectionGap:
    """One interval, UTC microseconds; `until` is None while it lasts."""

    repository: str
    pattern: str
    begun_at: int
    until: int | None
    account: str | None

    def holds(self, branch: str, at: int) -> bool:
        """Whether what landed on the branch then landed in it."""
        named = (
            branch == self.pattern
            or "*" in self.pattern
            or self.pattern.startswith(f"{branch} (ruleset ")
        )
        return named and self.begun_at <= at <= (_NEVER if self.until is None else self.until)


def protection_gaps(store: Store, repositories: Collection[str]) -> list[ProtectionGap]:
    """Every gap of these repositories, by repository, branch and time."""
    rows = store.by(Protection, "repository", repositories)
    told = sorted(
        rows,
        key=lambda row: (row.repository, row.pattern, _changed(row), row.stated_at, row.event),
    )
    found = []
    for (repository, pattern), group in groupby(told, lambda row: (row.repository, row.pattern)):
        for row, after in pairwise([*group, None]):
            until = None if after is None else _changed(after)
            if row is not None and not row.enforced and until != _changed(row):
                found.append(ProtectionGap(repository, pattern, _changed(row), until, row.account))
    return found


def landed_in_gaps(store: Store, changes: Collection[str]) -> dict[str, ProtectionGap]:
    """Of these changes, those that landed while their branch was without protection, and the first
    gap of each."""
    landings = sorted(_landings(store, changes))
    gaps: dict[str, list[ProtectionGap]] = {}
    for gap in protection_gaps(store, {repository for _, _, repository, _ in landings}):
        gaps.setdefault(gap.repository, []).append(gap)
    found: dict[str, ProtectionGap] = {}
    for change, at, repository, branch in landings:
        held = [gap for gap in gaps.get(repository, ()) if gap.holds(branch, at)]
        if held:
            found.setdefault(change, held[0])
    return found


def _landings(store: Store, changes: Collection[str]) -> Iterator[tuple[str, int, str, str]]:
    """Change, time, repository and branch of each merge and of each push that ended in one."""
    carried: dict[str, list[str]] = {}
    for work in store.by(Implementation, "change_id", changes):
        carried.setdefault(work.implementation, []).append(work.change_id)
    for merge in store.by(PullMerge, "pull", carried):
        if merge.merged_at is not None and merge.base_ref is not None:
            for change in carried[merge.pull]:
                yield change, merge.merged_at, merge.repository, merge.base_ref
    revisions = {
        row.revision: row.implementation
        for row in store.by(RevisionImplementation, "implementation", carried)
    }
    for push in store.by(Push, "after_revision", revisions):
        if push.pushed_at is not None and push.ref.startswith(_HEADS):
            for change in carried[revisions[push.after_revision]]:
                yield change, push.pushed_at, push.repository, push.ref.removeprefix(_HEADS)


def _changed(row: Protection) -> int:
    return row.stated_at if row.changed_at is None else row.changed_at
