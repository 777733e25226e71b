"""A case that waits for a revert ends when the revert has been deployed to production."""

from collections.abc import Collection

from changeproof.events.acts import CaseResolved
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.cases import CaseRevert
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.joined import (
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.repeated import reverting
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store


def end_reverted(ledger: Ledger, moment: int) -> list[CaseResolved]:
    """The end of each case whose subjects have all been taken out of production again."""
    store = ledger.store
    names = {row.case_id for row in store.all(CaseRevert)}
    if not names:
        return []
    ended = []
    for case in cases_of(store, store.by(CaseFile, "case_id", names)):
        awaited = case.awaited
        if awaited is not None and all(
            _taken_out(store, subject, moment) for subject in case.every_subject
        ):
            ended.append(
                CaseResolved(
                    source="monitor",
                    delivery=sha256_hex(canonical([case.name, awaited.event])),
                    occurred_at=moment,
                    actor=awaited.account,
                    case=case.name,
                    outcome="reverted",
                    reason=awaited.reason,
                )
            )
    return ended


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
