"""Incidents: the list, one incident, and the form that records one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.events.refusal import Refusal
from changeproof.ledger.incidents_read import FailureRate, Show, StandingIncident, Suspect
from changeproof.web.counting import count, percent, thousands
from changeproof.web.pages.desk_page import FormPage
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import RISKS, Typed, system_field, text_field, worded
from changeproof.web.pages.fields import select_field as select
from changeproof.web.states import State

SHOWN: Mapping[Show, str] = {
    "all": gettext_noop("All"),
    "undecided": gettext_noop("Undecided: does it need a change?"),
    "waiting": gettext_noop("Waiting for a decision or a change"),
    "overdue": gettext_noop("Overdue: its change did not come in time"),
    "unresolved": gettext_noop("Not over yet"),
}


@dataclass(frozen=True)
class IncidentRow:
    """One incident, with how it stands; `state` is None before it is judged."""

    incident: StandingIncident
    state: State | None
    due_at: int | None


@dataclass(frozen=True)
class IncidentsPage:
    """`incidents.html`; `rate` is of the last `days` days."""

    rows: tuple[IncidentRow, ...]
    show: Show
    system: str
    systems: tuple[str, ...]
    rate: FailureRate
    days: int
    may_record: bool
    has_any: bool
    after: str = ""  # the last name of this page, where there is another
    is_first: bool = True

    @property
    def choices(self) -> Sequence[tuple[Show, str]]:
        return tuple((show, gettext(words)) for show, words in SHOWN.items())

    @property
    def share(self) -> str:
        return percent(self.rate.failed, self.rate.deployed)

    @property
    def sentence(self) -> str:
        """How often changes failed, with both numbers."""
        if not self.rate.deployed:
            return gettext("No change reached production in the last %(days)s days.") % {
                "days": self.days
            }
        failed, deployed = self.rate.failed, self.rate.deployed
        return ngettext(
            "%(failed)s of %(changes)s deployed in the last %(days)s days is on "
            "record as the cause of an incident (%(share)s).",
            "%(failed)s of %(changes)s deployed in the last %(days)s days are on "
            "record as the cause of an incident (%(share)s).",
            failed,
        ) % {
            "failed": thousands(failed),
            "changes": count(deployed, "change"),
            "days": self.days,
            "share": self.share,
        }

    def query(self, **more: str) -> str:
        """The address of this list with something else of it."""
        asked = {"show": self.show, "system": self.system, **more}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def next_query(self) -> str:
        return self.query(after=self.after)

    @property
    def csv_query(self) -> str:
        return self.query(format="csv")


@dataclass(frozen=True)
class IncidentPage:
    """`incident.html`: one incident, its decisions, its changes, what is suggested."""

    incident: StandingIncident
    state: State | None
    reason: str
    why: str
    cure: str
    said: str  # the reason of the decision
    entries: tuple[EntryLink, ...]
    suspects: tuple[Suspect, ...]
    may_link: bool
    may_decide: bool
    typed: Typed
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    def refused(self, refusal: Refusal) -> "IncidentPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def incident_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Record an incident that no tool told of."""
    return FormPage(
        title=gettext("Record an incident"),
        sentence=gettext(
            "Something went wrong in production, and no connected tool told of it. "
            "Somebody then decides whether it needs a change."
        ),
        url=url,
        fields=(
            system_field(gettext("Where it went wrong."), systems, typed, wrong),
            select(
                "severity",
                gettext("Severity"),
                gettext("It decides how soon a change is due."),
                worded(RISKS),
                typed,
                wrong,
            ),
            text_field(
                "opened_at",
                gettext("Began at"),
                gettext("UTC. Left empty: now."),
                typed,
                wrong,
                kind="datetime-local",
                is_required=False,
            ),
            text_field(
                "key",
                gettext("Key"),
                gettext("What another tool calls it. Left empty, it gets a number here."),
                typed,
                wrong,
                is_required=False,
            ),
        ),
        button=gettext("Record"),
        promise=gettext(
            "Recorded as %(recorded_as)s. This cannot be undone; it may need no change."
        )
        % {"recorded_as": recorded_as},
        back=("incidents", gettext("Back to the incidents")),
    )
