"""A case that waits for a revert ends when that is seen in production.

One that somebody ended as reverted rests on their word until then; that it was seen is said of it
as well.
"""

from collections.abc import Collection

from changeproof.events.acts import CaseResolved
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.baselines_read import place_of, standing_items
from changeproof.ledger.cases import CaseRevert
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.joined import (
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.joins.repeated import reverting
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.protection_gaps import GAP, protection_gaps
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import kind_of_subject

ITEM = "item:"
_ON_WORD = "SELECT DISTINCT case_id FROM case_resolution WHERE outcome = 'reverted'"


def end_reverted(ledger: Ledger, moment: int) -> list[CaseResolved]:
    """The end of each case whose subjects have all been taken out of production again."""
    store = ledger.store
    names = {row.case_id for row in store.all(CaseRevert)}
    names |= {str(row[0]) for row in store.database.execute(_ON_WORD)}
    if not names:
        return []
    ended = []
    for case in cases_of(store, store.by(CaseFile, "case_id", names)):
        awaited = case.awaited or (case.ended if case.is_word_only else None)
        if awaited is not None and all(
            _is_undone(store, case.name, subject, moment) for subject in case.every_subject
        ):
            ended.append(
                CaseResolved(
                    source="monitor",
                    delivery=sha256_hex(canonical([case.name, awaited.event])),
                    occurred_at=moment,
                    actor=awaited.account,
                    case=case.name,
                    outcome="revert_seen",
                    reason=awaited.reason,
                )
            )
    return ended


def _is_undone(store: Store, case: str, subject: str, moment: int) -> bool:
    """Whether what a case is about has been seen as it was before: a change taken out again, an
    item as it was approved, or as it was before the act by hand, a branch with its protection. Of
    anything else nothing can be seen."""
    kind = kind_of_subject(subject)
    if kind == "system":
        return _is_protected_again(store, case, moment)
    if kind == "item":
        place = place_of(store, subject.removeprefix(ITEM))
        standing = standing_items(store, [place] if place is not None else [])
        return any(each.approved and each.observed == each.approved.digest for each in standing)
    if kind != "change":
        return False
    return _set_back(store, subject) or _taken_out(store, subject, moment)


def _is_protected_again(store: Store, case: str, moment: int) -> bool:
    """Whether the gap that a case is about has ended. A gap of which earlier evidence came since
    begins before the moment in its case's name."""
    if not case.startswith(GAP):
        return False
    branch, _, begun = case.removeprefix(GAP).rpartition("/")
    repositories = {
        row.repository for row in store.all(Protection) if branch.startswith(f"{row.repository}/")
    }
    return any(
        gap.until is not None and gap.begun_at <= int(begun) < gap.until <= moment
        for gap in protection_gaps(store, repositories)
        if f"{gap.repository}/{gap.pattern}" == branch
    )


def _set_back(store: Store, change: str) -> bool:
    """Whether every item that acts by hand set was last seen as it was before them."""
    works = store.by(Implementation, "change_id", [change])
    names = {row.implementation.removeprefix(ACT) for row in works}
    if any(not row.implementation.startswith(ACT) for row in works):
        return False
    before = {
        row.item: row.before_digest
        for row in sorted(
            store.by(ProductionAct, "act", names), key=lambda row: row.stated_at, reverse=True
        )
    }
    places = [place_of(store, item) for item in before if item]
    standing = standing_items(store, [place for place in places if place is not None])
    seen = {each.place.item: each.observed for each in standing}
    return bool(before) and all(
        item and digest and seen.get(item) == digest for item, digest in before.items()
    )


def _revisions_of(store: Store, change: str) -> set[str]:
    """The commits that a change put in."""
    works = {row.implementation for row in store.by(Implementation, "change_id", [change])}
    rows = store.by(RevisionImplementation, "implementation", works)
    return {row.revision for row in rows}


def _taken_out(store: Store, change: str, moment: int) -> bool:
    """Whether every deployed commit of it was taken out after it last went in, by going back to
    what was before or by commits that undo it."""
    revisions = _revisions_of(store, change)
    moves = store.by(DeploymentRevision, "revision", revisions)
    if not moves:
        return False
    at = _deployed_at(store, {row.deployment for row in moves}, moment)
    last_in = max((at[m.deployment] for m in moves if _is(m, 1, at)), default=None)
    last_out = max((at[m.deployment] for m in moves if _is(m, -1, at)), default=None)
    if last_in is None:
        return False
    if last_out is not None and last_out >= last_in:
        return True
    undoing = reverting(store, revisions)
    undone = store.by(DeploymentRevision, "revision", undoing)
    times = _deployed_at(store, {row.deployment for row in undone}, moment)
    return any(_is(m, 1, times) and times[m.deployment] >= last_in for m in undone)


def _is(move: DeploymentRevision, direction: int, at: dict[str, int]) -> bool:
    return move.direction == direction and move.deployment in at


def _deployed_at(store: Store, names: Collection[str], moment: int) -> dict[str, int]:
    return {
        row.deployment: row.deployed_at
        for row in store.by(Deployment, "deployment", names)
        if row.deployed_at is not None and row.deployed_at <= moment
    }
