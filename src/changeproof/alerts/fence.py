"""No alert reaches into our own network: every connection is looked at as it is made.

The address of the connection decides, not the name in a URL: a name that leads elsewhere a moment
later, or a redirect, changes nothing. Libraries that send for us open sockets of their own, so the
interpreter's audit hook is asked (PEP 578), in the thread that sends and while it sends.
"""

import ipaddress
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from changeproof.sources.guards import stands_outside

Network = IPv4Network | IPv6Network
_CONNECTIONS = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))


class InsideOurNetwork(ConnectionRefusedError):
    """The connection would lead into a private network, and no setting allows that one."""


class _Fence(threading.local):
    allowed: Sequence[Network] | None = None
    refused: str = ""


_fence = _Fence()


@contextmanager
def outside_only(allowed: Sequence[Network]) -> Iterator[None]:
    """Refuse connections of this thread to addresses inside, but for the `allowed` networks.

    Raises InsideOurNetwork at the end where one was refused, whatever the library made of it.
    """
    _install()
    _fence.allowed, _fence.refused = allowed, ""
    try:
        yield
    finally:
        _fence.allowed = None
        if _fence.refused:
            raise InsideOurNetwork(f"{_fence.refused} stands inside a private network")


def networks(text: str) -> tuple[Network, ...]:
    """`10.1.0.0/16, fd00::/8` as networks. Raises ValueError for what is none."""
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


@cache
def _install() -> None:
    sys.addaudithook(_asked)


def _asked(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _CONNECTIONS or _fence.allowed is None:
        return
    address = arguments[1]
    if address is None:  # more of what a connection that was looked at already sends
        return
    host = str(address[0]) if isinstance(address, tuple) else "a local socket"
    if not _is_allowed(host, _fence.allowed):
        _fence.refused = host
        raise InsideOurNetwork(f"{host} stands inside a private network")


def _is_allowed(host: str, allowed: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False  # a path, or a name that nobody resolved
    return stands_outside(str(address)) or any(address in network for network in allowed)
