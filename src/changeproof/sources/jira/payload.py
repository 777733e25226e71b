"""The shapes of Jira's payloads that are read, and what they name: hosts, accounts, tickets."""

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from changeproof.events.event import AccountKind
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.reading import Reading

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,60}-[0-9]{1,12}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_OPAQUE_KEY = re.compile(r"JIRAUSER[0-9]{1,18}", re.ASCII)
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}", re.ASCII)


class User(msgspec.Struct, rename="camel"):
    """A Cloud user has an account id; a server's has a key, which may be their name."""

    account_id: str | None = None
    account_type: str | None = None
    key: str | None = None
    name: str | None = None


class Resolution(msgspec.Struct):
    """How a ticket ended."""

    name: str | None = None


class Fields(msgspec.Struct):
    """What the ticket says."""

    created: str | None = None
    updated: str | None = None
    summary: str | None = None
    description: str | dict[str, Any] | None = None
    reporter: User | None = None
    creator: User | None = None
    resolution: Resolution | None = None
    resolutiondate: str | None = None


class Item(msgspec.Struct, rename="camel"):
    """One field that changed, before and after."""

    field: str
    from_string: str | None = None
    to_string: str | None = msgspec.field(default=None, name="toString")


class Changelog(msgspec.Struct):
    """What one edit changed."""

    id: str | int | None = None
    items: tuple[Item, ...] = ()


class History(msgspec.Struct):
    """One edit, as the REST interface tells it with `expand=changelog`."""

    id: str | int
    created: str
    author: User | None = None
    items: tuple[Item, ...] = ()


class Histories(msgspec.Struct):
    """The edits that a reply holds; `total` may be more than it holds."""

    histories: tuple[History, ...] = ()


class Issue(msgspec.Struct):
    """The ticket; `self` is its address, which names the host."""

    id: str
    key: str
    address: str = msgspec.field(name="self")
    fields: Fields = msgspec.field(default_factory=Fields)
    changelog: Histories = msgspec.field(default_factory=Histories)

    def named(self, host: str) -> str:
        """Its natural key. Raises MalformedPayload for a key or id that is none."""
        if not _KEY.fullmatch(self.key):
            raise MalformedPayload(f"{self.key[:60]!r} is no key of an issue", where="issue.key")
        if not _NUMBER.fullmatch(self.id):
            raise MalformedPayload(f"{self.id[:60]!r} is no id of an issue", where="issue.id")
        return f"jira:{host}/issue/{self.id}"


def host_of(address: str, where: str = "issue.self") -> str:
    """The host (and port) that an address names. Raises MalformedPayload."""
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        host = ""
    if not host or len(host) > 260 or not host.isascii() or not host.isprintable():
        raise MalformedPayload("it is no address that names a host", where=where)
    return host


def ticket_named(host: str, text: str) -> str | None:
    """The change that an address's part names: an id's natural key, or a ticket's own key."""
    if _NUMBER.fullmatch(text):
        return f"jira:{host}/issue/{text}"
    return text if _KEY.fullmatch(text) else None


def account_of(reading: Reading, host: str, user: User | None) -> Identity:
    """Cloud's ids say nothing of a person; a server's key often is a name, so it is hashed."""
    if user is None:
        return NOBODY
    kind: AccountKind | None = "bot" if user.account_type == "app" else None
    if user.account_id and _ACCOUNT_ID.fullmatch(user.account_id):
        return Identity(f"jira:{host}/user/{user.account_id}", kind)
    key = user.key or user.name
    if not key:
        return NOBODY
    if not _OPAQUE_KEY.fullmatch(key):
        key = reading.pseudonyms.account(f"jira:{host}:{key}").removeprefix("git:")
    return Identity(f"jira:{host}/user/{key}", kind)
