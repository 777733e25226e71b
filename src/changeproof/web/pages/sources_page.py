"""The sources: what we see with, since when, and what came but could not be read."""

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from changeproof.alerts.health import AlertHealth
from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.connecting import AskedRow, Connecting
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.source_row import SourceRow


@dataclass(frozen=True)
class Quarantined:
    """A delivery that is authentic or local, but unreadable: kept, shown, replayable."""

    received_at: int | None
    source: str
    kind: str  # "pull_request", "junit"
    digest: str
    reason: str
    where: str = ""  # the repository, where readable
    entry: EntryLink | None = None
    delivery: str = ""  # the sender's own id
    source_kind: str = ""  # as `ingest KIND` takes it
    kept: bool = True  # false: of a body in which passwords may stand there is no copy


@dataclass(frozen=True)
class CoverageGap:
    """An interval that we could not see; `until` is None while it lasts."""

    source: str
    since: int
    until: int | None
    why: str
    changes: int = 0  # that went live meanwhile and are not verifiable
    is_filled: bool = False  # read afterwards: nothing is missing any more


@dataclass(frozen=True)
class HiddenList:
    """A list that a source does not let us read. `since` in UTC microseconds."""

    scope: str  # "acme/shop", or "github:api.github.com"
    items: str
    since: int
    why: str
    cure: str
    entry: EntryLink | None = None


@dataclass(frozen=True)
class ConnectionRow:
    """Somebody connected, changed or let go a source. Times are UTC microseconds."""

    acted_at: int
    connection: str  # "gitlab/emea"
    road: str  # "asked", "by webhook"
    said: str
    about: str = ""  # JSON of what it is asked about
    entry: EntryLink | None = None


@dataclass(frozen=True)
class SourcesPage:
    """`sources.html`."""

    sources: tuple[SourceRow, ...]
    quarantine: tuple[Quarantined, ...]
    quarantine_total: int
    gaps: tuple[CoverageGap, ...]
    server: str
    data: str = ""
    may_connect: bool = True
    may_replay: bool = False
    done: str = ""  # what the last click did
    refusal: Refusal | None = None
    asked: tuple[AskedRow, ...] = ()
    hidden: tuple[HiddenList, ...] = ()
    acts: tuple[ConnectionRow, ...] = ()
    acts_total: int = 0
    connecting: Connecting | None = None  # for who may manage sources
    alerts: AlertHealth = field(default_factory=lambda: AlertHealth(0))

    @property
    def silent(self) -> int:
        return sum(1 for source in self.sources if source.gap)

    @property
    def sentence(self) -> str:
        if not self.sources:
            return gettext("Nothing is connected yet, so nothing can be seen.")
        told = [source for source in self.sources if source.events]
        live = sum(1 for source in told if not source.gap)
        text = ngettext(
            "%(live)s of %(number)s source is seen in full.",
            "%(live)s of %(number)s sources are seen in full.",
            len(told),
        ) % {"live": live, "number": thousands(len(told))}
        if len(told) < len(self.sources):
            untold = len(self.sources) - len(told)
            text += ngettext(
                " %(untold)s is connected and told nothing yet.",
                " %(untold)s are connected and told nothing yet.",
                untold,
            ) % {"untold": untold}
        troubled = sum(1 for row in self.asked if row.trouble)
        if troubled:
            text += ngettext(
                " %(number)s source could not be asked.",
                " %(number)s sources could not be asked.",
                troubled,
            ) % {"number": thousands(troubled)}
        if self.hidden:
            text += ngettext(
                " %(number)s list may not be read.",
                " %(number)s lists may not be read.",
                len(self.hidden),
            ) % {"number": thousands(len(self.hidden))}
        if self.quarantine_total:
            kept = self.quarantine_total
            text += ngettext(
                " %(number)s delivery could not be read and is kept.",
                " %(number)s deliveries could not be read and are kept.",
                kept,
            ) % {"number": thousands(kept)}
        return text
