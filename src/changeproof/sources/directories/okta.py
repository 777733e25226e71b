"""Okta and Entra: lists of users, and Okta's system log (who was activated, who is gone)."""

from collections.abc import Iterator
from typing import Any

from changeproof.events.access import PersonLeft
from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.directories.person import Listed, addresses, told
from changeproof.sources.identities import Identity
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import microseconds

_LOGGED = frozenset({"eventType", "eventtype", "authenticationContext"})
_GONE = frozenset({"DEPROVISIONED", "SUSPENDED"})
_LEAVING = frozenset(
    {"user.lifecycle.deactivate", "user.lifecycle.suspend", "user.lifecycle.delete.initiated"}
)


def translate_okta(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("okta", delivery, pseudonyms)
    document = read(Any, delivery.body)
    rows = document if isinstance(document, list) else [document]
    events: list[Event] = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise MalformedPayload("it is no record", where=f"[{index}]")
        events.extend(_told(reading, row, f"[{index}]"))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    if not events:
        events.append(reading.seen("okta", "it holds no record"))
    only = seen[0] if seen and len(seen) == len(events) else None
    return Translation(tuple(events), tuple(reading.contents), only)


def _told(reading: Reading, row: dict[str, Any], where: str) -> Iterator[Event]:
    if isinstance(row.get("profile"), dict) and "status" in row:
        yield from _user(reading, row, where)
        return
    name = row.get("eventType", row.get("eventtype"))
    if isinstance(name, str):
        yield from _logged(reading, row, name, where)
    else:
        yield reading.seen("directory", "it is no user, and no entry of the system log")


def _user(reading: Reading, row: dict[str, Any], where: str) -> Iterator[Event]:
    named = row.get("id")
    if not isinstance(named, str) or not 1 <= len(named) <= 200:
        raise MalformedPayload("it is no id", where=f"{where}.id")
    profile = row["profile"]
    changed = optional_time(_text(row, "statusChanged"), f"{where}.statusChanged")
    updated = optional_time(_text(row, "lastUpdated"), f"{where}.lastUpdated")
    yield from told(
        reading,
        Listed(
            account=f"okta:user/{named}",
            addresses=addresses(profile.get("email"), profile.get("login")),
            stated_at=updated if updated is not None else changed,
            left_at=(changed if changed is not None else updated)
            if str(row.get("status")).upper() in _GONE
            else None,
        ),
    )


def _logged(reading: Reading, row: dict[str, Any], name: str, where: str) -> Iterator[Event]:
    if name not in _LEAVING:
        yield reading.seen(name[:500], "it ends nobody's employment")
        return
    at = microseconds(str(row.get("published", "")).replace(" ", "T", 1), assume_utc=True)
    if at is None:
        raise MalformedPayload("it is no time", where=f"{where}.published")
    actor = row.get("actor")
    who = actor.get("id") if isinstance(actor, dict) else None
    by = Identity(f"okta:user/{who}"[:500], None) if isinstance(who, str) else None
    targets = row.get("target")
    found = [
        each["id"]
        for each in (targets if isinstance(targets, list) else ())
        if isinstance(each, dict) and each.get("type") == "User" and isinstance(each.get("id"), str)
    ]
    if not found:
        yield reading.seen(name[:500], "it names no user")
    for each in found:
        yield PersonLeft(**reading.header(at, actor=by), person=f"okta:user/{each}"[:500])


def _text(row: dict[str, Any], name: str) -> str | None:
    found = row.get(name)
    return found if isinstance(found, str) else None


def _fits(glimpse: Glimpse) -> bool:
    shown = glimpse.document
    one = shown[0] if isinstance(shown, list) and shown else shown
    if not isinstance(one, dict):
        return False
    profile = one.get("profile")
    return (
        (isinstance(profile, dict) and "login" in profile and {"id", "status"} <= one.keys())
        or (isinstance(one.get("actor"), dict) and bool(one.keys() & _LOGGED))
        or {"id", "displayName", "mailNickname"} <= one.keys()
    )


KINDS = (Kind("okta", "Okta and Entra", translate_okta, _fits, aliases=("entra",), of_record=True),)
