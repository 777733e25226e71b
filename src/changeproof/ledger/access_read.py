"""Who may do what on which system at a moment, and how a review of it stands.

The same reading as the checks' view `access_period`: a grant stated again continues the access,
and the latest end that was agreed counts.
"""

from dataclasses import dataclass

from changeproof.ledger.access import AccessEnd, AccessGrant
from changeproof.ledger.access_reviews import AccessReview, AccessReviewDecision
from changeproof.ledger.store import Store

Key = tuple[str, str, str, str]
"""Account, access, system, environment."""


@dataclass(frozen=True, slots=True)
class HeldAccess:
    """One access that is held. `event` is that of its first grant, and names it in forms."""

    account: str
    access: str
    system: str
    environment: str
    granted_by: str | None
    approved_by: str | None
    held_from: int
    ends_at: int | None
    event: str

    @property
    def key(self) -> Key:
        return (self.account, self.access, self.system, self.environment)


@dataclass(frozen=True, slots=True)
class StandingReview:
    """A review with what was decided, and what waits: held when it was opened, and still."""

    stated: AccessReview
    decided: tuple[AccessReviewDecision, ...]
    waiting: tuple[HeldAccess, ...]


def held_access(store: Store, moment: int) -> list[HeldAccess]:
    """Every access held at `moment`, by system and account; past its end too, until removed."""
    ends: dict[tuple[str, str, str], list[AccessEnd]] = {}
    for end in store.all(AccessEnd):
        ends.setdefault((end.account, end.access, end.system), []).append(end)
    held: dict[Key, HeldAccess] = {}
    for row in sorted(store.all(AccessGrant), key=lambda row: (row.granted_at, row.event)):
        if row.granted_at > moment or row.access == "prover":
            continue
        removals = ends.get((row.account, row.access, row.system), ())
        if any(
            row.granted_at <= end.ended_at <= moment and end.environment in ("", row.environment)
            for end in removals
        ):
            continue
        key = (row.account, row.access, row.system, row.environment)
        first = held.get(key)
        agreed = [end for end in (first.ends_at if first else None, row.ends_at) if end is not None]
        held[key] = HeldAccess(
            *key,
            first.granted_by if first else row.granted_by,
            first.approved_by if first else row.approved_by,
            first.held_from if first else row.granted_at,
            max(agreed, default=None),
            first.event if first else row.event,
        )
    return sorted(held.values(), key=lambda each: (each.system.lower(), each.account, each.access))


def reviews_at(store: Store, moment: int) -> list[StandingReview]:
    """All reviews, the latest name first."""
    held = held_access(store, moment)
    decided: dict[str, list[AccessReviewDecision]] = {}
    for row in store.all(AccessReviewDecision):
        decided.setdefault(row.review, []).append(row)
    found = []
    for stated in sorted(store.all(AccessReview), key=lambda row: row.review, reverse=True):
        said = decided.get(stated.review, [])
        done = {(row.account, row.access, row.system, row.environment) for row in said}
        waiting = tuple(
            each
            for each in held
            if each.system.lower() == stated.system.lower()
            and each.held_from <= stated.opened_at
            and each.key not in done
        )
        ordered = sorted(said, key=lambda row: (row.decided_at, row.account, row.access))
        found.append(StandingReview(stated, tuple(ordered), waiting))
    return found
