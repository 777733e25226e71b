"""Known vulnerabilities: the list with how old they are, and one of them with its stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.events.refusal import Refusal
from changeproof.ledger.vulnerabilities_read import SEVERITIES, Show, StandingVulnerability
from changeproof.web.charts.ages import AgeFigures, ages_svg
from changeproof.web.counting import thousands
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Typed
from changeproof.web.states import State

SHOWN: Mapping[Show, str] = {
    "open": gettext_noop("Open"),
    "overdue": gettext_noop("Overdue: not mended in time"),
    "due": gettext_noop("Waiting, with a deadline"),
    "unlinked": gettext_noop("Open, and no change is tied to it"),
    "exploited": gettext_noop("Open, and known to be exploited"),
    "ended": gettext_noop("Gone, mended or ruled out"),
    "all": gettext_noop("All"),
}
WIDE, NARROW = 760.0, 358.0


@dataclass(frozen=True)
class VulnerabilityRow:
    """One vulnerability, with how it stands; `state` is None before it is judged."""

    vulnerability: StandingVulnerability
    state: State | None
    due_at: int | None


@dataclass(frozen=True)
class VulnerabilitiesPage:
    """`vulnerabilities.html`; `ages` are of all that are open and may be seen."""

    rows: tuple[VulnerabilityRow, ...]
    due: tuple[VulnerabilityRow, ...]  # falls due within 30 days, the first first
    due_more: bool
    ages: tuple[AgeFigures, ...]
    show: Show
    severity: str
    system: str
    systems: tuple[str, ...]
    after: str = ""  # the last name of this page, where there is another

    @property
    def choices(self) -> Sequence[tuple[Show, str]]:
        return tuple((show, gettext(words)) for show, words in SHOWN.items())

    @property
    def severities(self) -> Sequence[str]:
        return SEVERITIES

    @property
    def open(self) -> int:
        return sum(age.total for age in self.ages)

    @property
    def has_any(self) -> bool:
        return bool(self.open or self.rows or self.systems)

    @property
    def sentence(self) -> str:
        """How many are open, and how many of them are critical."""
        if not self.open:
            return gettext("No vulnerability that was found is open.")
        critical = sum(age.numbers[0] for age in self.ages)
        old = sum(age.total for age in self.ages[3:])
        return ngettext(
            "%(number)s vulnerability is open, %(critical)s critical; %(old)s for "
            "more than 90 days.",
            "%(number)s vulnerabilities are open, %(critical)s critical; %(old)s for "
            "more than 90 days.",
            self.open,
        ) % {"number": thousands(self.open), "critical": thousands(critical), "old": thousands(old)}

    @property
    def chart(self) -> SafeString:
        return ages_svg(self.ages, WIDE, "desk-only", described_by="ages-words")

    @property
    def narrow_chart(self) -> SafeString:
        return ages_svg(self.ages, NARROW, "phone-only", described_by="ages-words")

    def query(self, **more: str) -> str:
        """The address of this list with something else of it."""
        asked = {"show": self.show, "severity": self.severity, "system": self.system, **more}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def next_query(self) -> str:
        return self.query(after=self.after)

    @property
    def csv_query(self) -> str:
        return self.query(format="csv")


@dataclass(frozen=True)
class Ruling:
    """What somebody or a tool said of its end."""

    outcome: str
    account: str
    ended_at: int | None
    said: str


@dataclass(frozen=True)
class VulnerabilityPage:
    """`vulnerability.html`."""

    vulnerability: StandingVulnerability
    state: State | None
    reason: str
    why: str
    cure: str
    rulings: tuple[Ruling, ...]
    elsewhere: tuple[str, ...]  # the same weakness under other names
    entries: tuple[EntryLink, ...]
    may_link: bool
    may_rule_out: bool
    may_ask_waiver: bool
    typed: Typed
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def waiver_query(self) -> str:
        """The form that asks for a waiver, filled with this one."""
        subject = f"vulnerability:{self.vulnerability.name}"
        return "?" + urlencode({"check": "cc8_1/14_patches", "subject": subject})

    def refused(self, refusal: Refusal) -> "VulnerabilityPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)
