"""LDIF (RFC 2849): entries of people, and changes to them. The library `ldif` parses it.

A distinguished name often is a person's name, so the account is its digest. An entry that is
deleted has left; the file states no times, so the receipt's count.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import ldif

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.directories.person import Listed, addresses, gone, told
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading

_PERSONS = frozenset({"person", "inetorgperson", "organizationalperson", "posixaccount", "user"})
_ADDRESSES = ("mail", "rfc822mailbox", "proxyaddresses", "userprincipalname")
MOST_RECORDS = 100_000


def translate_ldif(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no LDIF."""
    reading = Reading("ldif", delivery, pseudonyms)
    events = list(_told(reading, delivery.body))
    if not events:
        events = [reading.seen("ldif", "it holds no person")]
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(
        tuple(events), tuple(reading.contents), seen[0] if len(seen) == len(events) else None
    )


def _told(reading: Reading, body: bytes) -> Iterator[Event]:
    for dn, attributes in _records(body):
        change = next(iter(_values(attributes, "changetype")), "add").lower()
        account = f"ldap:{reading.pseudonyms.account(_plain(dn)).removeprefix('git:')}"
        if change == "delete":
            yield gone(reading, account)
        elif change == "add" and _is_person(attributes):
            found = addresses(*(each for name in _ADDRESSES for each in _values(attributes, name)))
            yield from told(reading, Listed(account, found))


def _records(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and attributes of each record; `changetype` stands among them. Raises
    MalformedPayload."""
    # A modification parts its steps by lines of one dash, which are no attributes.
    lines = [line for line in body.splitlines() if line.strip() != b"-"]
    parser = ldif.LDIFParser(BytesIO(b"\n".join(lines)), strict=False)
    try:
        for number, (dn, attributes) in enumerate(parser.parse()):
            if number >= MOST_RECORDS:
                raise MalformedPayload(f"it has more than {MOST_RECORDS:,} records")
            if dn is not None:
                yield dn, attributes
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise MalformedPayload(
            f"it is no LDIF: {type(error).__name__}", where=f"line {parser.line_counter:,}"
        ) from error


def _is_person(attributes: dict[str, Any]) -> bool:
    return any(each.lower() in _PERSONS for each in _values(attributes, "objectclass"))


def _values(attributes: dict[str, Any], name: str) -> list[str]:
    return [
        each.removeprefix("SMTP:").removeprefix("smtp:")
        for key, values in attributes.items()
        if key.lower() == name
        for each in values
        if isinstance(each, str)
    ]


def _plain(dn: str) -> str:
    """One spelling of a name: without blanks around its parts, in lower case."""
    return ",".join(part.strip() for part in dn.lower().split(","))


def _fits(glimpse: Glimpse) -> bool:
    for line in glimpse.body[:4_000].splitlines():
        if line.strip() and not line.startswith(b"#"):
            return line.lower().startswith((b"dn:", b"version:"))
    return False


KINDS = (Kind("ldif", "LDAP (LDIF)", translate_ldif, _fits, ("ldap",), json=False, of_record=True),)
