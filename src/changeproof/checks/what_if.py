"""What a draft policy would have said of the past: judged beside, nothing written.

The record is judged twice at one moment, by the policies that were in force and by the draft
alone as if it had been in force since always; what differs is told with both reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from changeproof.checks.loader import CheckSet, load_checks
from changeproof.checks.reading import Rows
from changeproof.events.receipts import PolicyAdopted
from changeproof.ledger.joined import Finding
from changeproof.ledger.policies import (
    BusinessTime,
    PolicyInForce,
    PolicyParameter,
    PolicyRule,
    policy_rows,
)
from changeproof.ledger.store import Store
from changeproof.policy.parameters import parameters
from changeproof.policy.schema import Policy

_TABLES = (PolicyInForce, PolicyParameter, PolicyRule, BusinessTime)


@dataclass(frozen=True, slots=True)
class JudgedOtherwise:
    """One finding that the draft would change."""

    subject: str
    check: str
    verdict: str
    basis: str
    reason: str
    draft_verdict: str
    draft_basis: str
    draft_reason: str


def judged_otherwise(
    store: Store, draft: Policy, as_of: int, checks: CheckSet | None = None
) -> list[JudgedOtherwise]:
    """Every finding whose verdict or basis the draft would change, by check and subject."""
    # Loading it takes a second, which no other command has a use for.
    from changeproof.checks.duckdb_engine import DuckdbEngine

    engine = DuckdbEngine(checks if checks is not None else load_checks())
    now = _by_place(engine.judge_store(store, as_of).findings)
    then = _by_place(engine.judge_store(store, as_of, draft_rows(draft, store)).findings)
    return [
        JudgedOtherwise(
            subject=subject,
            check=check,
            verdict=now[check, subject].verdict,
            basis=now[check, subject].basis or "",
            reason=now[check, subject].reason,
            draft_verdict=then[check, subject].verdict,
            draft_basis=then[check, subject].basis or "",
            draft_reason=then[check, subject].reason,
        )
        for check, subject in sorted(now.keys() & then.keys())
        if _said(now[check, subject]) != _said(then[check, subject])
    ]


def draft_rows(draft: Policy, store: Store) -> dict[str, Rows]:
    """The tables of the policy as they would be if only the draft had ever been in force, adopted
    by those who adopted the latest version."""
    event = PolicyAdopted(
        source="policy",
        delivery="draft",
        occurred_at=None,
        time_basis="none",
        policy_version=draft.version,
        policy="0" * 64,
        parameters=parameters(draft),
    )
    rows: dict[str, Rows] = {each.table.name: [] for each in _TABLES}
    latest = max(store.all(PolicyInForce), key=lambda row: row.policy_version, default=None)
    for row in policy_rows(event, "0" * 64):
        if isinstance(row, PolicyInForce) and latest is not None:
            row = replace(latest, policy_version=draft.version, in_force_from=0)
        rows[row.table.name].append(
            tuple(getattr(row, column) for column in row.table.column_names)
        )
    return rows


def examples(found: Sequence[JudgedOtherwise], most: int) -> list[JudgedOtherwise]:
    """At most so many, the first ones of every kind that `counted` counts."""
    kinds = max(1, len(counted(found)))
    taken: dict[tuple[str, str, str], int] = {}
    chosen = []
    for each in found:
        kind = (each.check, each.verdict, each.draft_verdict)
        taken[kind] = taken.get(kind, 0) + 1
        if taken[kind] <= max(1, most // kinds):
            chosen.append(each)
    return chosen[:most]


def counted(found: Sequence[JudgedOtherwise]) -> list[tuple[str, str, str, int]]:
    """(check, verdict, draft's verdict, how many), by check."""
    numbers: dict[tuple[str, str, str], int] = {}
    for each in found:
        place = (each.check, each.verdict, each.draft_verdict)
        numbers[place] = numbers.get(place, 0) + 1
    return [(*place, number) for place, number in sorted(numbers.items())]


def _by_place(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    return {(each.check_id, each.subject): each for each in findings}


def _said(finding: Finding) -> tuple[str, str]:
    return finding.verdict, finding.basis or ""
