"""Who is away and who decides meanwhile: the list, and the form that says so."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field


@dataclass(frozen=True)
class AbsenceRow:
    """One absence that holds or is to come."""

    name: str
    account: str
    deputy: str  # empty: nobody decides
    begins_at: int
    ends_at: int
    holds: bool
    is_own: bool
    entry: EntryLink | None = None


@dataclass(frozen=True)
class AbsencesPage:
    """`absences.html`."""

    rows: tuple[AbsenceRow, ...]
    may_state: bool
    recorded_as: str
    fields: tuple[Field, ...] = ()
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """Who is away now, in one line."""
        away = [row for row in self.rows if row.holds]
        if not away:
            return gettext("Nobody who decides is away.")
        alone = sum(1 for row in away if not row.deputy)
        text = ngettext("%(number)s person is away", "%(number)s persons are away", len(away)) % {
            "number": thousands(len(away))
        }
        return (
            gettext("%(text)s, %(alone)s without a deputy.") % {"text": text, "alone": alone}
            if alone
            else gettext("%(text)s, each with a deputy.") % {"text": text}
        )

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")

    def refused(self, refusal: Refusal) -> "AbsencesPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def absence_fields(colleagues: Named, typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """From, until, the deputy and a reason."""
    return (
        text_field(
            "begins", gettext("From"), gettext("The first day, UTC."), typed, wrong, kind="date"
        ),
        text_field(
            "until", gettext("Until"), gettext("The last day, UTC."), typed, wrong, kind="date"
        ),
        select_field(
            "deputy",
            gettext("Deputy"),
            gettext(
                "Decides what you could, and the record names both. Never on your work "
                "or their own."
            ),
            colleagues,
            typed,
            wrong,
            is_required=False,
        ),
        area_field(
            "reason",
            gettext("Reason"),
            gettext("Everybody who sees the log reads it."),
            typed,
            wrong,
            is_required=False,
        ),
    )
