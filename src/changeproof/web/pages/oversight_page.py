"""What comes back: reviews of topics, tests and scans, each with its last time and its next."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import Field, FormPage
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field, worded

TOPICS = (
    ("process", gettext_noop("The change process")),
    ("pipeline", gettext_noop("Who may change the pipeline")),
    ("protection", gettext_noop("Protection of branches")),
    ("baseline", gettext_noop("Approved configurations")),
    ("deviations", gettext_noop("Deviations, together")),
    ("unilateral_path", gettext_noop("What people did who can write and deploy alone")),
    ("scope", gettext_noop("Systems and sources in scope")),
    ("prover", gettext_noop("Access to Changeproof itself")),
)
ACTIVITIES = (
    ("drift_scan", gettext_noop("What runs was compared with what was approved")),
    ("restore_test", gettext_noop("A backup was restored")),
    ("failover_test", gettext_noop("A failover was tried")),
    ("capacity_review", gettext_noop("Capacity was looked at")),
    ("vendor_assessment", gettext_noop("A vendor was assessed")),
    ("data_reconciliation", gettext_noop("Data was counted before and after")),
    ("notice_monitoring", gettext_noop("Notices of vendors and advisories were read")),
)
OUTCOMES = (
    ("kept", gettext_noop("It stays as it is")),
    ("changed", gettext_noop("Something was changed")),
    ("escalated", gettext_noop("It was passed on")),
)
RESULTS = (("passed", gettext_noop("It went well")), ("failed", gettext_noop("It did not")))


@dataclass(frozen=True)
class Recurring:
    """One topic or control, of one system or (empty) of all. `within` is policy's word for how
    often; empty where policy asks for none. Times are UTC microseconds."""

    name: str
    words: str
    system: str
    within: str
    last_at: int | None = None
    by: str = ""
    outcome: str = ""
    due_at: int | None = None
    is_late: bool = False
    check: str = ""
    entry: EntryLink | None = None
    url: str = ""  # the form that records it

    @property
    def is_owed(self) -> bool:
        """Asked for, and never done."""
        return bool(self.within) and self.last_at is None


@dataclass(frozen=True)
class OversightPage:
    """`oversight.html`."""

    reviews: tuple[Recurring, ...]
    controls: tuple[Recurring, ...]
    may_hold: bool
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """What is late or was never done, in one line."""
        rows = (*self.reviews, *self.controls)
        late = sum(1 for row in rows if row.is_late)
        owed = sum(1 for row in rows if row.is_owed)
        if not late and not owed:
            return gettext("Nothing that comes back is late.")
        parts = (
            [
                ngettext("%(number)s thing late", "%(number)s things late", late)
                % {"number": thousands(late)}
            ]
            if late
            else []
        )
        if owed:
            parts.append(gettext("%(owed)s never done") % {"owed": owed})
        return f"{', '.join(parts).capitalize()}."


def review_form(url: str, systems: Named, typed: Typed, wrong: Typed, recorded_as: str) -> FormPage:
    """Record that a topic was looked at again."""
    return FormPage(
        title=gettext("Record a review"),
        sentence=gettext(
            "Somebody looked at a topic as a whole. What was looked at stands in the reason."
        ),
        url=url,
        fields=(
            select_field("topic", gettext("What was looked at"), "", worded(TOPICS), typed, wrong),
            _system(systems, typed, wrong),
            select_field("outcome", gettext("What came of it"), "", worded(OUTCOMES), typed, wrong),
            area_field(
                "reason",
                gettext("What you looked at"),
                gettext("The list, the period, what stood out, and who follows it up."),
                typed,
                wrong,
            ),
        ),
        button=gettext("Record the review"),
        promise=gettext("Recorded as %(recorded_as)s, held now. This cannot be undone.")
        % {"recorded_as": recorded_as},
        back=("oversight", gettext("Back to reviews and controls")),
    )


def control_form(
    url: str, systems: Named, typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Record that a control was performed."""
    return FormPage(
        title=gettext("Record a test or scan"),
        sentence=gettext("Something was tested, scanned or compared, and with what result."),
        url=url,
        fields=(
            select_field(
                "activity", gettext("What was done"), "", worded(ACTIVITIES), typed, wrong
            ),
            _system(systems, typed, wrong),
            select_field("outcome", gettext("Result"), "", worded(RESULTS), typed, wrong),
            text_field(
                "found",
                gettext("What came out"),
                gettext("One line; the report stays where it is."),
                typed,
                wrong,
                is_required=False,
            ),
        ),
        button=gettext("Record it"),
        promise=gettext("Recorded as %(recorded_as)s, performed now. This cannot be undone.")
        % {"recorded_as": recorded_as},
        back=("oversight", gettext("Back to reviews and controls")),
    )


def _system(systems: Named, typed: Typed, wrong: Typed) -> Field:
    return select_field(
        "system",
        gettext("System"),
        gettext("Left open: of all systems."),
        systems,
        typed,
        wrong,
        is_required=False,
    )
