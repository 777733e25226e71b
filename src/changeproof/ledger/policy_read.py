"""The policy that was in force at a moment, as the flat values that checks read."""

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


def is_true(parameters: dict[str, tuple[str, ...]], name: str, *, default: bool) -> bool:
    """A parameter that says yes or no."""
    values = parameters.get(name)
    return default if not values else values[0] == "true"
