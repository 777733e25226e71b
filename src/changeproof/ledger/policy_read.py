"""The policy that was in force at a moment, as the flat values that checks read."""

from changeproof.ledger.receipts import PolicyInForce, PolicyParameter
from changeproof.ledger.store import Store


def policy_at(store: Store, at: int) -> dict[str, tuple[str, ...]]:
    """Parameter values by name; empty where no policy was in force.

    Of two that begin at the same moment the higher version judges.
    """
    begun = [row for row in store.all(PolicyInForce) if row.in_force_from <= at]
    if not begun:
        return {}
    current = max(begun, key=lambda row: (row.in_force_from, row.policy_version))
    values: dict[str, list[tuple[int, str]]] = {}
    for row in store.by(PolicyParameter, "policy_version", [current.policy_version]):
        values.setdefault(row.parameter, []).append((row.position, row.value))
    return {name: tuple(value for _, value in sorted(rows)) for name, rows in values.items()}


def is_true(parameters: dict[str, tuple[str, ...]], name: str, *, default: bool) -> bool:
    """A parameter that says yes or no."""
    values = parameters.get(name)
    return default if not values else values[0] == "true"
