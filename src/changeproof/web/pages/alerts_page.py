"""Being told: channels and how they do, routes, what was given up, links to pass on."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.alerts.health import AlertHealth
from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import Choice, Field
from changeproof.web.states import State


@dataclass(frozen=True)
class ChannelRow:
    """Where alerts go. `to` is never more than a service, a host or an e-mail address."""

    name: str
    kind: str  # "webhook"
    to: str
    sent_at: int | None
    failed_at: int | None
    trouble: str
    routes: int

    @property
    def state(self) -> State:
        if self.failed_at is not None and self.failed_at > (self.sent_at or 0):
            return State("not_verifiable", gettext("Does not arrive"))
        if self.sent_at is None:
            return State("pending", gettext("Waits for its test"))
        return State("met", gettext("Arrives"))


@dataclass(frozen=True)
class RouteRow:
    """What one channel is told, in words."""

    name: str
    channel: str
    rhythm: str
    what: str
    hours: str = ""
    otherwise: str = ""
    following: str = ""
    acknowledge_within: int = 0


@dataclass(frozen=True)
class AwaitedRow:
    """A message that nobody acknowledged. Times are UTC microseconds."""

    message: str
    what: str
    kind: str
    route: str
    channel: str
    told_at: int | None
    due_at: int
    is_late: bool

    @property
    def state(self) -> State:
        if self.is_late:
            return State("not_verifiable", gettext("Late"))
        return State("pending", gettext("Waits"))


@dataclass(frozen=True)
class DeadLetterRow:
    """One thing that was given up. Times are UTC microseconds."""

    key: int
    given_up_at: int
    to: str  # a channel, or a person's placeholder
    kind: str
    about: str
    url: str = ""


@dataclass(frozen=True)
class PassOnRow:
    """One person's links, for want of a mail server."""

    account: str
    links: tuple[tuple[str, str], ...]  # words, whole address
    more: int = 0


@dataclass(frozen=True)
class AlertsPage:
    """`alerts.html`."""

    health: AlertHealth
    channels: tuple[ChannelRow, ...]
    routes: tuple[RouteRow, ...]
    dead: tuple[DeadLetterRow, ...]
    awaited: tuple[AwaitedRow, ...] = ()
    asks: bool = False  # whether any route wants to be acknowledged
    people: tuple[PassOnRow, ...] = ()
    people_total: int = 0  # may be more than are shown
    may_manage: bool = False
    sees_all: bool = True  # every system: routes and dead letters name them
    has_mail: bool = True
    is_under_way: bool = False  # a test is on its way: the list will soon say something else
    channel_fields: tuple[Field, ...] = ()
    route_fields: tuple[Field, ...] = ()
    turn_fields: tuple[Field, ...] = ()
    severities: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    is_default: bool = False
    done: str = ""
    refusal: Refusal | None = None

    @property
    def sentence(self) -> str:
        if not self.channels:
            return gettext("Nobody is told yet: what happens stands on these pages alone.")
        if self.health.alarm:
            return self.health.alarm
        text = ngettext(
            "%(number)s channel is told.", "%(number)s channels are told.", len(self.channels)
        ) % {"number": thousands(len(self.channels))}
        if self.health.waiting:
            waiting = self.health.waiting
            text += ngettext(
                " %(waiting)s waits to be sent.", " %(waiting)s wait to be sent.", waiting
            ) % {"waiting": thousands(waiting)}
        return text

    @property
    def channel_typed(self) -> bool:
        """Whether somebody began to add a channel: then its form stands open."""
        return any(field.value for field in self.channel_fields)

    @property
    def route_typed(self) -> bool:
        """Whether somebody began to set a route."""
        return any(field.value for field in (*self.route_fields, *self.turn_fields))

    @property
    def turn_typed(self) -> bool:
        """Whether somebody began to say whose turn it is."""
        return any(field.value for field in self.turn_fields)


@dataclass(frozen=True)
class AcknowledgePage:
    """`acknowledge.html`: what the link of one message asks."""

    row: AwaitedRow | None  # None where nothing of it waits any more
    things: tuple[tuple[str, str], ...] = ()  # words, address
    more: int = 0
    refusal: Refusal | None = None


@dataclass(frozen=True)
class ToldPage:
    """`told.html`: how one person is told of what waits for them."""

    choices: tuple[Choice, ...]
    email: str
    has_mail: bool
    done: str = ""
    refusal: Refusal | None = None
