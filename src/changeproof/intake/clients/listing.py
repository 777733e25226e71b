"""What a client asks for: lists, what each row is delivered as, and what hangs below a row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from changeproof.intake.clients.paging import Paging


@dataclass(frozen=True, slots=True)
class Delivered:
    """A row as a payload that a translator reads; `name` is the event's name where one counts.

    With a `key` it tells what stands and bears no time: it is delivered where it is other than at
    the last look, and the look's time bounds the change. `ended` is what to deliver once a whole
    list no longer holds what `stands` names.
    """

    kind: str
    body: Any
    name: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    key: str = ""
    stands: str = ""
    ended: "Delivered | None" = None


def nothing_told(row: Any) -> Sequence[Delivered]:
    """A row that is counted, and of which nothing is delivered."""
    del row
    return ()


def nothing_at_end() -> Sequence[Delivered]:
    """What a list tells beyond its rows, in most."""
    return ()


class Line(Protocol):
    """A branch whose commits a list holds: `branch_line.BranchLine`."""

    last: str | None
    tip: str | None

    @property
    def unlisted(self) -> Sequence[str] | None: ...

    def rewritten(self) -> Sequence[Delivered]: ...


Since = Callable[[str], str | None]
"""Up to when the list of that cursor was read whole (RFC 3339, UTC); None if it never was."""


def nothing_below(row: Any) -> Iterable["Listing"]:
    """A row below which no list hangs."""
    del row
    return ()


@dataclass(frozen=True)
class Listing:
    """One list. Rows are delivered as `deliver` says; `changed_at` (RFC 3339, as the system
    writes it) moves the cursor; `until_seen` ends it at the first row that is older than the
    cursor, for lists that begin with the newest.

    `cursor` is the list's name among those of its source, under which it is remembered how far it
    was read; without one it is read from its beginning each time. `seen_before` goes further back
    than the cursor by so much, for what is told late. `optional`: a refusal with one of these
    statuses means that there is no such list here, or that we may not read it: that is put on
    record, with its `cure`. `absent` says what a status tells. `may_redirect` is off where another
    address shows something else. `standing` names what a row says stands: what an earlier whole
    list held and this one does not has ended; None is for a row that says it does not stand.
    `copied` is off where source code may stand in its pages: their digests alone go on record.
    `line` is the branch whose commits it holds: such a list is not ended by a date alone, but where
    all that follows is known. `told_at_end` is delivered once the list was read whole. `kept`: how
    far back the system can tell; what was missed before that is not filled by asking again. `once`
    is what it is known by and a value: it is not read again before that value is another.
    """

    items: str
    scope: str
    path: str
    paging: Paging
    deliver: Callable[[Any], Sequence[Delivered]]
    query: Mapping[str, Any] = field(default_factory=dict)
    changed_at: Callable[[Any], str | None] | None = None
    cursor: str = ""
    until_seen: bool = False
    seen_before: timedelta = timedelta()
    below: Callable[[Any], Iterable["Listing"]] = nothing_below
    optional: frozenset[int] = frozenset()
    cure: str = ""
    may_redirect: bool = True
    copied: bool = True
    kept: timedelta | None = None
    line: Line | None = None
    told_at_end: Callable[[], Sequence[Delivered]] = nothing_at_end
    absent: Mapping[int, Sequence[Delivered]] = field(default_factory=dict)
    standing: Callable[[Any], str | None] | None = None
    once: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one repository or project: they share scope and path, and what goes with each
    row that is delivered as it came."""

    kind: str
    scope: str
    path: str
    options: tuple[tuple[str, str], ...]

    def list(
        self,
        items: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        paging: Paging = Paging("link"),  # noqa: B008 - frozen
        deliver: Callable[[Any], Sequence[Delivered]] | None = None,
        **more: Any,
    ) -> Listing:
        """One of them; its rows are delivered as they came where nothing else is said."""
        return Listing(
            items=items,
            scope=self.scope,
            path=f"{self.path}/{path}",
            query=query or {},
            paging=paging,
            deliver=deliver or self.as_it_came,
            **more,
        )

    def as_it_came(self, row: Any) -> Sequence[Delivered]:
        """A body that its own shape makes known."""
        return [Delivered(self.kind, row, options=self.options)]


@dataclass(frozen=True, slots=True)
class Settings:
    """How one source is asked: its address, who asks, and what about (`options`)."""

    name: str
    kind: str
    address: str
    login: str
    secret: str = field(repr=False)  # a log line may quote the settings
    options: Mapping[str, str]

    def many(self, option: str) -> list[str]:
        """The names in an option, parted by commas."""
        return [each.strip() for each in self.options.get(option, "").split(",") if each.strip()]

    @property
    def host(self) -> str:
        """The address's host and port, by which the source's scopes are named."""
        return urlsplit(self.address).netloc

    @property
    def bearer(self) -> Mapping[str, str]:
        """The header that shows the secret as a bearer token (RFC 6750)."""
        return {"authorization": f"Bearer {self.secret}"}

    @property
    def password(self) -> tuple[str, str] | None:
        """Login and password, where a login is given; without one the secret is a token."""
        return (self.login, self.secret) if self.login else None

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What goes with every delivery: which fields of a company's own hold what (`field.…`),
        and what a payload leaves out (`with.environment`)."""
        said = {
            name.removeprefix("with."): value
            for name, value in self.options.items()
            if name.startswith(("field.", "with."))
        }
        return tuple(sorted(said.items()))


class Client(Protocol):
    """One kind of system. Holds no state: settings come in, lists go out."""

    kind: str
    title: str
    needs: tuple[str, ...]
    """Options without which it cannot be asked; of several parted by a stroke one is enough.
    `login` is the one that is no option."""
    steps: tuple[str, ...]
    """What to click there before it can be asked, in order; empty where a secret is all."""

    def headers(self, settings: Settings) -> Mapping[str, str]:
        """What goes with every request."""
        ...

    def auth(self, settings: Settings) -> httpx.Auth | tuple[str, str] | None:
        """How it authenticates, where that is no plain header.

        Raises Refusal for a secret or options with which it never could.
        """
        ...

    def scope(self, settings: Settings) -> str:
        """What goes unseen while it cannot be asked."""
        ...

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        """Everything that changed since each list was read; all of it where it never was."""
        ...
