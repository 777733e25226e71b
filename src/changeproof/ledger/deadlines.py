"""By when a deadline of the policy falls due, in plain or in business time, as checks count it."""

from changeproof.ledger.policies import BusinessTime
from changeproof.ledger.policy_read import in_force_at, policy_at
from changeproof.ledger.store import Store

_STANDARD = {"deadline.deviation_review_within": 1_209_600_000_000}
"""What a policy that states none has (`checks/views/policy_deadline.sql`)."""


def due_after(store: Store, name: str, begun_at: int) -> int:
    """When what began then is due by the policy that was in force then (UTC microseconds). Raises
    KeyError for a deadline that policy need not state and has no standard."""
    due = due_by_policy(store, name, begun_at)
    return begun_at + _STANDARD[name] if due is None else due


def due_by_policy(store: Store, name: str, begun_at: int) -> int | None:
    """The same; None where the policy of then states no such deadline."""
    policy = policy_at(store, begun_at)
    if name not in policy:
        return None
    plain = begun_at + int(policy[name][0])
    business = policy.get(f"{name}.business")
    current = in_force_at(store, begun_at)
    if not business or current is None:
        return plain
    spans = sorted(
        store.by(BusinessTime, "policy_version", [current.policy_version]),
        key=lambda row: row.opens_at,
    )
    within = [row for row in spans if row.opens_at <= begun_at < row.next_opens_at]
    if not within:
        return plain
    opened = within[0]
    target = opened.open_before + int(business[0]) + min(begun_at, opened.closes_at)
    target -= opened.opens_at
    for row in spans:
        if row.open_before < target <= row.open_after:
            return row.opens_at + target - row.open_before
    return plain
