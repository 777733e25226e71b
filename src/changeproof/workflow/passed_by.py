"""Whom an emergency passes by: they are told at once, and may still say no."""

from datetime import UTC, datetime

from changeproof.accounts.permissions import person_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.messages import EMERGENCY
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue
from changeproof.events.requests import EmergencyDeclared
from changeproof.ledger.store import Store
from changeproof.workflow.parts import parts_in
from changeproof.workflow.rulings import able


def passed_by(store: Store, event: EmergencyDeclared, at: int) -> tuple[str, ...]:
    """The accounts that may authorize or approve on its system, without those who took part."""
    own = parts_in(store, event.change, at).persons
    if event.actor is not None:
        own |= {person_of(event.actor, at)}
    found: set[str] = set()
    for permission in (Permission.CHANGE_AUTHORIZE, Permission.CHANGE_APPROVE):
        found |= set(able(store, permission, event.system, own, at))
    return tuple(sorted(found))


def tell_passed_by(event: EmergencyDeclared, accounts: tuple[str, ...], at: int) -> None:
    """Queue one alert, in the act's own transaction: what is declared is told.

    It waits on the desk for each of those whom it passes by, who are told by mail as they chose.
    """
    people = set(persons_of(accounts, at).values())
    count = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    until = ""
    if event.ends_at is not None:
        end = datetime.fromtimestamp(event.ends_at // 1_000_000, UTC)
        until = f" until {end:%Y-%m-%d %H:%M} UTC"
    incident = f", incident {event.incident}" if event.incident else ""
    said = (
        f"{event.emergency} on {event.system}{incident} holds{until}, for {event.change}."
        f" It passes by {count} who could authorize or approve there."
        " Authorization, approval and review are owed by somebody else."
    )
    enqueue([Notice("emergency", f"{EMERGENCY}{event.emergency}", said, event.system)], at)
