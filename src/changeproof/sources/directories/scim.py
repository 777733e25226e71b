"""SCIM 2.0 (RFC 7643, RFC 7644): users, lists, patches and bulk requests.

An id is the provider's own and says nothing of a person. A user that is no longer `active`, or is
deleted, has left. A request that brings a new user has no id yet: its reply has, and counts.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.directories.person import Listed, addresses, gone, told
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, optional_time, read

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
_OURS = "urn:ietf:params:scim:"


def translate_scim(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("scim", delivery, pseudonyms)
    document = read(dict[str, Any], delivery.body)
    events = list(_resource(reading, document, ""))
    if not events:
        events = [reading.seen("scim", "it holds no user")]
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(
        tuple(events), tuple(reading.contents), seen[0] if len(seen) == len(events) else None
    )


def _resource(reading: Reading, document: dict[str, Any], where: str) -> Iterator[Event]:
    schemas = document.get("schemas")
    if not isinstance(schemas, list) or not all(isinstance(each, str) for each in schemas):
        raise MalformedPayload("it names no schema", where=f"{where}schemas")
    if USER in schemas:
        yield from _user(reading, document, where)
    elif LIST in schemas:
        yield from _each(reading, document.get("Resources", []), f"{where}Resources")
    elif BULK in schemas:
        yield from _bulk(reading, document.get("Operations", []), f"{where}Operations")
    elif GROUP in schemas:
        yield reading.seen("group", "groups are mapped to roles, and grant nothing by themselves")
    else:
        yield reading.seen("scim", "it is no user, and no list of users")


def _each(reading: Reading, rows: object, where: str) -> Iterator[Event]:
    if not isinstance(rows, list):
        raise MalformedPayload("it is no list", where=where)
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise MalformedPayload("it is no resource", where=f"{where}[{index}]")
        yield from _resource(reading, row, f"{where}[{index}].")


def _bulk(reading: Reading, operations: object, where: str) -> Iterator[Event]:
    if not isinstance(operations, list):
        raise MalformedPayload("it is no list", where=where)
    for index, operation in enumerate(operations):
        if not isinstance(operation, dict):
            raise MalformedPayload("it is no operation", where=f"{where}[{index}]")
        path = str(operation.get("path", ""))
        named = path.removeprefix("/Users/") if path.startswith("/Users/") else ""
        if operation.get("method") == "DELETE" and named and len(named) <= 200:
            yield gone(reading, f"scim:user/{named}")
        elif isinstance(operation.get("data"), dict) and "schemas" in operation["data"]:
            yield from _resource(reading, operation["data"], f"{where}[{index}].data.")


def _user(reading: Reading, user: dict[str, Any], where: str) -> Iterator[Event]:
    named = user.get("id")
    if named is None:
        yield reading.seen("user", "it has no id yet: the reply to this request has")
        return
    if not isinstance(named, str) or not 1 <= len(named) <= 200:
        raise MalformedPayload("it is no id", where=f"{where}id")
    meta = user.get("meta") if isinstance(user.get("meta"), dict) else {}
    created = optional_time(_text(meta, "created"), f"{where}meta.created")
    modified = optional_time(_text(meta, "lastModified"), f"{where}meta.lastModified")
    stated = modified if modified is not None else created
    active = user.get("active", True)
    yield from told(
        reading,
        Listed(
            account=f"scim:user/{named}",
            addresses=_addresses(user),
            stated_at=stated,
            left_at=stated if active in (False, "false", "False") else None,
        ),
    )
    if active in (False, "false", "False") and stated is None:
        yield gone(reading, f"scim:user/{named}")


def _addresses(user: dict[str, Any]) -> tuple[str, ...]:
    """The primary one first; a user name that is an address is one."""
    listed = user.get("emails")
    held = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    ordered = sorted(held, key=lambda each: each.get("primary") is not True)
    return addresses(*(each.get("value") for each in ordered), user.get("userName"))


def _text(holder: Any, name: str) -> str | None:
    found = holder.get(name)
    return found if isinstance(found, str) else None


def _fits(glimpse: Glimpse) -> bool:
    schemas = glimpse.document.get("schemas") if glimpse.holds("schemas") else None
    return isinstance(schemas, list) and any(str(each).startswith(_OURS) for each in schemas)


KINDS = (Kind("scim", "SCIM 2.0", translate_scim, _fits, of_record=True),)
