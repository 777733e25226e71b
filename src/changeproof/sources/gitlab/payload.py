"""The parts that GitLab's payloads share, reduced to what is read.

Webhooks name the project and its address; system hooks leave out the number, REST bodies the
project. What is missing an operator (or the webhook's own header) states beside the body.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from changeproof.events.event import LARGEST_INTEGER, AccountKind
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.reading import Reading

Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]

_BOT = re.compile(r"(?:project|group)_[0-9]+_bot(?:_[0-9a-f]+)?|.*[-_]bot[0-9]*", re.IGNORECASE)
_SERVICE = re.compile(r"service_account_.*")
_AGENT = re.compile(r"gitlab-?duo(?:[-_].*)?|duo-.*", re.IGNORECASE)


class User(msgspec.Struct):
    """Who did it; only the number stays when somebody is renamed."""

    id: Number | None = None
    username: str | None = None


class Project(msgspec.Struct):
    """The project an event belongs to."""

    id: Number | None = None
    web_url: str | None = None
    path_with_namespace: str | None = None
    default_branch: str | None = None


class Place(msgspec.Struct, frozen=True):
    """Where it happened: the server and the project's number there."""

    host: str
    project: int

    @property
    def repository(self) -> str:
        """The id that survives renames and transfers (hard case 9)."""
        return f"gitlab:{self.host}/project/{self.project}"

    def merge(self, number: int) -> str:
        """`gitlab:gitlab.com/project/3/merge/12`."""
        return f"{self.repository}/merge/{number}"

    def identity(self, user: User | None) -> Identity:
        """The account of a user on the same server."""
        return account(self.host, user)


def account(host: str, user: User | None) -> Identity:
    """NOBODY where no number tells who it is: a name may be somebody else's tomorrow."""
    if user is None or user.id is None or (user.username or "").lower() == "ghost":
        return NOBODY
    return Identity(f"gitlab:{host}/user/{user.id}", _kind_of(user.username or ""))


def _kind_of(username: str) -> AccountKind | None:
    if _AGENT.fullmatch(username):
        return "agent"
    if _SERVICE.fullmatch(username):
        return "service"
    return "bot" if _BOT.fullmatch(username) else None


def host_of(address: str | None) -> str | None:
    """The host, and port where one is named, of an address."""
    if address is None:
        return None
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return None
    return host if host and len(host) <= 260 and host.isascii() and host.isprintable() else None


def stated(reading: Reading, option: str) -> str | None:
    """What an operator stated beside the body."""
    return dict(reading.delivery.options).get(option) or None


def server(reading: Reading, *addresses: str | None) -> str | None:
    """The server that an address in the body names, else the one stated beside it."""
    told = next((host for host in map(host_of, addresses) if host), None)
    option = stated(reading, "host")
    return told or (host_of(option) or host_of(f"//{option}") if option else None)


def place(reading: Reading, project: Project | None, *numbers: int | None) -> Place:
    """The place of an event. Raises MalformedPayload where server or project are not known."""
    shown = project or Project()
    host = server(reading, shown.web_url)
    if host is None:
        raise MalformedPayload(
            "it names no server; state the server beside it (host)", where="project.web_url"
        )
    option = stated(reading, "project")
    if option is not None and (not option.isascii() or not option.isdecimal()):
        raise MalformedPayload("the project stated beside it is no number", where="project")
    told = next((one for one in (shown.id, *numbers) if one is not None), None)
    if told is None and option is None:
        raise MalformedPayload("it does not say of which project it is", where="project.id")
    number = told if told is not None else int(str(option)[:16])
    return Place(host, number)
