"""Whether policy asks the advisory board about a change, as far as it is known before it goes live.

The checks ask it again by all that the change then touched (`checks/views/board_asked.sql`).
"""

from typing import cast

from changeproof.ledger.joined import Change
from changeproof.ledger.policy_read import policy_at, rules_at
from changeproof.ledger.store import Store
from changeproof.workflow.rating import LEVELS, Risk, Touched, rate, touched_by_change

_PARTS = ("system", "kind", "area", "data_class")


def board_rule(store: Store, change: Change, at: int) -> int | None:
    """The number of the first rule by which the board decides on it; None where none does."""
    rules = rules_at(store, at, "board")
    if not rules:
        return None
    touched = touched_by_change(store, change)
    risk = _risk(store, change, touched, at)
    return next((number for number, parts in rules if _holds(parts, touched, risk)), None)


def _risk(store: Store, change: Change, touched: Touched, at: int) -> str:
    rating = rate(store, at, touched)
    known = [cast(Risk, each) for each in (change.risk, rating and rating.risk) if each]
    if known:
        return max(known, key=LEVELS.index)
    return policy_at(store, at).get("unrated_risk", ("medium",))[0]


def _holds(parts: dict[str, tuple[str, ...]], touched: Touched, risk: str) -> bool:
    return ("risk" not in parts or risk in parts["risk"]) and all(
        touched.values(part) & set(parts[part]) for part in _PARTS if part in parts
    )
