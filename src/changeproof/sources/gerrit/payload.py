"""The parts that Gerrit's events and REST bodies share, reduced to what is read.

An event names people by name, address and user name, the REST API by number too. The address
becomes the pseudonym that a commit's author has, so that both are one account.
"""

from typing import Annotated
from urllib.parse import quote, urlsplit

import msgspec

from changeproof.events.event import LARGEST_INTEGER
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.identities import NOBODY, Identity, git_identity
from changeproof.sources.reading import Reading
from changeproof.sources.times import microseconds

Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]

REVIEW = "Code-Review"
"""The label whose votes are verdicts; every other one is a check's result."""


class Account(msgspec.Struct):
    """Somebody, in an event or a REST body."""

    number: Number | None = msgspec.field(default=None, name="_account_id")
    name: str | None = None
    email: str | None = None
    username: str | None = None
    tags: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """A project on a server."""

    host: str
    project: str

    @property
    def repository(self) -> str:
        """`gerrit:review.example.org/project/platform%2Fbuild`."""
        return f"gerrit:{self.host}/project/{quote(self.project, safe='')}"

    def change(self, number: int) -> str:
        """`gerrit:review.example.org/project/platform%2Fbuild/change/654`."""
        return f"{self.repository}/change/{number}"


def host_of(address: str) -> str | None:
    """The host, and port where one is named, of an address."""
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return None
    return host if host and len(host) <= 100 and host.isascii() and host.isprintable() else None


def place(
    reading: Reading, project: str, address: str | None = None, *, fallback: str | None = None
) -> Place:
    """Where it happened: what the payload's `address` says, then what is stated beside it, then
    the `fallback`, which may be a mirror's. Raises MalformedPayload where no server is known."""
    stated = dict(reading.delivery.options).get("host")
    host = host_of(address) if address else None
    if host is None and stated:
        host = host_of(stated) or host_of(f"//{stated}")
    if host is None and fallback:
        host = host_of(fallback)
    if host is None:
        raise MalformedPayload(
            "it names no server; state the server beside it (host)", where="change.url"
        )
    return Place(host, project)


def identity(reading: Reading, host: str, who: Account | None) -> Identity:
    """The account of somebody; NOBODY where nothing tells who it is."""
    if who is None:
        return NOBODY
    told = git_identity(who.name or "", who.email or "", reading.pseudonyms)
    kind = "service" if "SERVICE_USER" in who.tags else told.kind
    if who.email:
        return Identity(told.account, kind)
    if who.number is not None:
        return Identity(f"gerrit:{host}/user/{who.number}", kind)
    if who.username:
        hashed = reading.pseudonyms.account(f"gerrit:{host}:{who.username}")
        return Identity(f"gerrit:{host}/user/{hashed.removeprefix('git:')}", kind)
    return NOBODY


def rest_time(text: str | None, where: str) -> int | None:
    """`2013-02-01 09:59:32.126000000`: UTC without saying so, nine digits of a second."""
    if text is None:
        return None
    found = microseconds(text, assume_utc=True)
    if found is None:
        raise MalformedPayload(
            f'"{text[:60]}" is no time between the years 1 and 2255', where=where
        )
    return found
