"""Whether a report that waited on its sender's disk counts from when it was made."""

from changeproof.events.refusal import Refusal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger

LONGEST_WAIT = 7 * 24 * 3600 * 1_000_000
"""Microseconds. Whoever is trusted with a spool could otherwise report into any year."""
SKEW = 300 * 1_000_000
"""So much may the sender's clock be ahead of ours."""


def spooled_time_counts(ledger: Ledger, account: str, reported_at: int, received_at: int) -> bool:
    """Whether the policy in force at the receipt trusts this account's spool, and it waited no
    longer than is trusted. Raises Refusal for a time that is yet to come."""
    if reported_at > received_at + SKEW:
        raise Refusal(
            "Nothing was taken in.",
            where="reported_at",
            why="it lies in the future",
            cure="Set the sender's clock, and send when it was first reported.",
        )
    if not received_at - LONGEST_WAIT <= reported_at <= received_at:
        return False
    return account in policy_at(ledger.store, received_at).get("spooled_times", ())
