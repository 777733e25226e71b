"""What no payload may be, whoever sent it: asked of the bytes, before anything is parsed;
and where no request of ours may go.

Every limit is stated, tested and answered with its name.
"""

import ipaddress
import re

from changeproof.events.refusal import Refusal
from changeproof.sources.delivery import MalformedPayload

LARGEST_PAYLOAD = 25 * 1024 * 1024
"""Bytes; GitHub sends no more either."""

DEEPEST_NESTING = 100

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_BUT_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[^\[\]{}"]++', re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


class OverLimit(Refusal):
    """Too large to take: refused, not kept."""


def guard_size(body: bytes) -> None:
    """Raises OverLimit, naming the limit."""
    if len(body) > LARGEST_PAYLOAD:
        raise OverLimit(
            "The payload was refused.",
            why=f"it has {len(body):,} bytes; a payload may have {LARGEST_PAYLOAD:,} (25 MiB)",
            cure="Send it in parts.",
        )


def guard_json(body: bytes) -> None:
    """Raises MalformedPayload for what is no Unicode text or nests deeper than anything real."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    place = body.find(b"\0")
    if place >= 0:
        raise MalformedPayload("it holds a NUL", where=f"byte {place:,}")
    if b"\\u" in body:
        _guard_escapes(body)
    _guard_nesting(body)


def _guard_escapes(body: bytes) -> None:
    """Escapes must spell characters: no NUL, no half of a surrogate pair (RFC 8259, 8.2)."""
    half_ends = -1  # where the second half must stand, after a first one
    for match in _ESCAPE.finditer(body):
        code = int(match[1], 16) if match[1] else None
        if half_ends >= 0:
            if match.start() != half_ends or code is None or not 0xDC00 <= code <= 0xDFFF:
                raise _lone(half_ends - 6)
            half_ends = -1
        elif code == 0:
            raise MalformedPayload("it holds an escaped NUL", where=f"byte {match.start():,}")
        elif code is not None and 0xDC00 <= code <= 0xDFFF:
            raise _lone(match.start())
        elif code is not None and 0xD800 <= code <= 0xDBFF:
            half_ends = match.end()
    if half_ends >= 0:
        raise _lone(half_ends - 6)


def _lone(place: int) -> MalformedPayload:
    return MalformedPayload("a text in it has a lone surrogate", where=f"byte {place:,}")


def _guard_nesting(body: bytes) -> None:
    if body.count(b"{") + body.count(b"[") <= DEEPEST_NESTING:
        return
    depth = 0
    for bracket in _BUT_BRACKETS.sub(b"", body):
        depth += 1 if bracket in b"{[" else -1
        if depth > DEEPEST_NESTING:
            raise MalformedPayload(f"it nests deeper than {DEEPEST_NESTING} levels")


def stands_outside(address: str) -> bool:
    """Whether an IP address is on the public internet; what only carries another counts as that.

    RFC 6890, RFC 4291 section 2.5.5.2 (mapped), RFC 3056 (6to4), RFC 6052 (NAT64). Raises
    ValueError for what is no address.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour
        if carried is None and found in _NAT64:
            carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if carried is not None:
            return stands_outside(str(carried))
    return found.is_global and not found.is_multicast
