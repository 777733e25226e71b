"""The policy that was in force at a moment, as the flat values that checks read."""

from collections.abc import Sequence
from itertools import groupby

from changeproof.ledger.policies import PolicyRule
from changeproof.ledger.receipts import PolicyInForce, PolicyParameter
from changeproof.ledger.store import Store


def in_force_at(store: Store, at: int) -> PolicyInForce | None:
    """The version that judges at a moment; of two that begin together, the higher."""
    begun = [row for row in store.all(PolicyInForce) if row.in_force_from <= at]
    return max(begun, key=lambda row: (row.in_force_from, row.policy_version), default=None)


def policy_at(store: Store, at: int) -> dict[str, tuple[str, ...]]:
    """Parameter values by name; empty where no policy was in force.

    Of two that begin at the same moment the higher version judges.
    """
    current = in_force_at(store, at)
    if current is None:
        return {}
    values: dict[str, list[tuple[int, str]]] = {}
    for row in store.by(PolicyParameter, "policy_version", [current.policy_version]):
        values.setdefault(row.parameter, []).append((row.position, row.value))
    return {name: tuple(value for _, value in sorted(rows)) for name, rows in values.items()}


def rules_at(store: Store, at: int, rule: str) -> list[tuple[int, dict[str, tuple[str, ...]]]]:
    """The rules of one kind in the policy in force at `at`: number, and values by part."""
    current = in_force_at(store, at)
    if current is None:
        return []
    rows = store.by(PolicyRule, "policy_version", [current.policy_version])
    kept = sorted(
        (row for row in rows if row.rule == rule),
        key=lambda row: (row.number, row.part, row.value),
    )
    return [
        (number, _parts(list(group))) for number, group in groupby(kept, key=lambda row: row.number)
    ]


def is_true(parameters: dict[str, tuple[str, ...]], name: str, *, default: bool) -> bool:
    """A parameter that says yes or no."""
    values = parameters.get(name)
    return default if not values else values[0] == "true"


def _parts(rows: Sequence[PolicyRule]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.part] = (*found.get(row.part, ()), row.value)
    return found
