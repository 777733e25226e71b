"""Who completed a request that nobody made: the product did, for a weakness that is due.

Whoever says what it affects, sets, is tested by or consists of asks for it; else they could be the
only person who ever looked at it, and authorize it as well.
"""

from collections.abc import Collection
from typing import NamedTuple

from changeproof.ledger.assessments import Assessment, ChangeDocument
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.requests import ChangeRequest, RequestLink, Schedule, TemplateClaim
from changeproof.ledger.store import Store

ACCEPTANCE = "acceptance"
"""The topic by which users judge what was made: it asks for nothing."""


class Completion(NamedTuple):
    """One act of somebody who completed it."""

    at: int
    event: str
    account: str


def completed(store: Store, names: Collection[str]) -> dict[str, list[Completion]]:
    """Of those of these requests that nobody made: who completed each, in order. A ticket was made
    by somebody, known or not."""
    wanted = {
        row.change_name
        for row in store.by(ChangeRequest, "change_name", names)
        if row.requested_by is None and not row.ticket_key
    }
    found: dict[str, list[Completion]] = {}
    if not wanted:
        return found
    told: list[tuple[str, int | None, int, str, str | None]] = [
        *(
            (row.change_name, row.assessed_at, row.stated_at, row.event, row.account)
            for row in store.by(Assessment, "change_name", wanted)
            if row.topic != ACCEPTANCE
        ),
        *(
            (row.change_name, row.documented_at, row.stated_at, row.event, row.account)
            for row in store.by(ChangeDocument, "change_name", wanted)
        ),
        *(
            (row.change_name, row.proposed_at, row.stated_at, row.event, row.account)
            for row in store.by(ProposedItem, "change_name", wanted)
        ),
        *(
            (row.change_name, row.scheduled_at, row.stated_at, row.event, row.account)
            for row in store.by(Schedule, "change_name", wanted)
        ),
        *(
            (row.change_name, row.claimed_at, row.stated_at, row.event, row.account)
            for row in store.by(TemplateClaim, "change_name", wanted)
        ),
        *(
            (row.change_name, None, row.stated_at, row.event, row.account)
            for row in store.by(RequestLink, "change_name", wanted)
        ),
    ]
    for name, at, stated_at, event, account in told:
        if account:
            found.setdefault(name, []).append(
                Completion(stated_at if at is None else at, event, account)
            )
    return {name: sorted(each) for name, each in found.items()}
