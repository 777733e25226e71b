"""Auditors' seats, given and ended; and what an auditor sees first."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Typed, area_field, text_field
from changeproof.web.states import State


@dataclass(frozen=True)
class SeatRow:
    """One seat that holds. Times are UTC microseconds; `last_day` is the period's last."""

    name: str
    account: str
    engagement: str
    systems: str  # "all systems"
    first_day: int
    last_day: int
    ends_at: int
    entry: EntryLink | None = None


@dataclass(frozen=True)
class SeatsPage:
    """`seats.html`. `link` signs a new auditor in once, shown in this one answer."""

    rows: tuple[SeatRow, ...]
    fields: tuple[Field, ...] = ()
    recorded_as: str = ""
    link: str = ""
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """How many seats hold, in one line."""
        number = len(self.rows)
        if not number:
            return gettext("No auditor has a seat.")
        return ngettext("%(count)d seat holds.", "%(count)d seats hold.", number) % {
            "count": number
        }

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")


@dataclass(frozen=True)
class VerdictCount:
    """How many changes of an engagement have a verdict."""

    state: State
    verdict: str
    number: int


@dataclass(frozen=True)
class PackRow:
    """A pack of an engagement's period that can be fetched."""

    order: str
    first_day: int
    last_day: int


@dataclass(frozen=True)
class Engagement:
    """One seat as its auditor sees it."""

    seat: SeatRow
    counts: tuple[VerdictCount, ...]
    packs: tuple[PackRow, ...]
    holds_all: bool  # all systems: a pack is never of fewer

    @property
    def total(self) -> int:
        return sum(each.number for each in self.counts)


@dataclass(frozen=True)
class EngagementPage:
    """`engagement.html`."""

    engagements: tuple[Engagement, ...]


def seat_fields(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """Who, for what, which period and systems, and until when."""
    return (
        text_field(
            "email",
            gettext("E-mail address"),
            gettext("The auditor's. Who is not known here is added, without a role."),
            typed,
            wrong,
            kind="email",
        ),
        text_field("name", gettext("Name"), "", typed, wrong, is_required=False),
        text_field(
            "engagement",
            gettext("Engagement"),
            gettext("Such as SOC 2 type 2, 2026."),
            typed,
            wrong,
        ),
        text_field(
            "begins", gettext("Period from"), gettext("The first day, UTC."), typed, wrong,
            kind="date",
        ),
        text_field(
            "until", gettext("Period until"), gettext("The last day, UTC."), typed, wrong,
            kind="date",
        ),
        text_field(
            "systems",
            gettext("Systems"),
            gettext("With commas between; empty for all. Packs are of all systems alone."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "ends",
            gettext("The seat ends"),
            gettext("The last day on which anything is shown, UTC; 400 days at most."),
            typed,
            wrong,
            kind="date",
        ),
        area_field("reason", gettext("Reason"), "", typed, wrong, is_required=False),
    )  # fmt: skip
