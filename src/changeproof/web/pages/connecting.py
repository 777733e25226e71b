"""How sources come to us: those that we ask, those that deliver, files that somebody brings."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.web.counting import count, thousands
from changeproof.web.pages.desk_page import Field
from changeproof.web.states import State


@dataclass(frozen=True)
class AskedRow:
    """A source that we ask by ourselves. Times are UTC microseconds."""

    name: str
    kind: str
    address: str
    every: str  # "5 min"
    finished_at: int | None
    is_being_asked: bool
    trouble: str
    lists: int
    rows: int
    events: int
    quarantined: int

    @property
    def state(self) -> State:
        if self.is_being_asked:
            return State("pending", gettext("Being asked"))
        if self.trouble:
            return State("not_verifiable", gettext("Not read"))
        if self.finished_at is None:
            return State("pending", gettext("Waits its turn"))
        return State("met", gettext("Read"))

    @property
    def told(self) -> str:
        """What the last turn that went through gave."""
        if self.finished_at is None:
            return ""
        parts = [
            ngettext("%(number)s row of %(lists)s", "%(number)s rows of %(lists)s", self.rows)
            % {"number": thousands(self.rows), "lists": count(self.lists, "list")}
        ]
        parts.append(count(self.events, "new event"))
        if self.quarantined:
            parts.append(
                gettext("%(quarantined)s kept aside") % {"quarantined": thousands(self.quarantined)}
            )
        return ", ".join(parts)


@dataclass(frozen=True)
class DeliveringRow:
    """A source that delivers to us by webhook; never its secret."""

    key: str  # "gitlab/emea": the end of its address
    title: str
    address: str
    authentication: str
    connected_at: int


@dataclass(frozen=True)
class SecretShown:
    """What to enter at a system, right after it was connected: the secret is shown this once."""

    title: str
    address: str
    secret: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Steps:
    """What to click at one system before it can be asked."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class UploadRow:
    """What became of one file."""

    name: str
    kind: str
    outcome: str
    said: str

    @property
    def state(self) -> State:
        return {
            "translated": State("met", gettext("Read")),
            "ignored": State("not_applicable", gettext("Seen, no evidence")),
            "quarantined": State("not_verifiable", gettext("In quarantine")),
        }.get(self.outcome, State("not_verifiable", gettext("Refused")))


@dataclass(frozen=True)
class Connecting:
    """The part of `sources.html` for whoever may manage sources."""

    asked: tuple[AskedRow, ...] = ()
    delivering: tuple[DeliveringRow, ...] = ()
    uploads: tuple[UploadRow, ...] = ()
    shown: SecretShown | None = None
    webhook_fields: tuple[Field, ...] = ()
    ask_fields: tuple[Field, ...] = ()
    ask_steps: tuple[Steps, ...] = ()
    upload_fields: tuple[Field, ...] = ()
    largest: str = ""

    @property
    def webhook_typed(self) -> bool:
        """Whether somebody began to connect a webhook: then its form stands open."""
        return any(field.value for field in self.webhook_fields)

    @property
    def ask_typed(self) -> bool:
        """Whether somebody began to connect a system to be asked."""
        return any(field.value for field in self.ask_fields)

    @property
    def is_under_way(self) -> bool:
        """Whether the list of those that are asked will soon say something else."""
        return any(row.is_being_asked for row in self.asked)
