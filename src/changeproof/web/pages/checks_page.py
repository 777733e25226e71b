"""All checks with their figures, and one check: plain words, figures, deviations, query."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from changeproof.web.figures import Figures, Month
from changeproof.web.pages.became import Became
from changeproof.web.pages.check_row import NOTHING_OPEN, CheckGroup, OpenToday
from changeproof.web.sql_text import marked_sql
from changeproof.web.states import State, state


@dataclass(frozen=True)
class ChecksPage:
    """`checks.html`: points, signs, practices, what is around the change."""

    changes: int
    period_start: int
    period_end: int
    groups: tuple[CheckGroup, ...]
    month_names: tuple[str, ...]
    judged_at: int | None
    policy: str

    @property
    def total(self) -> int:
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True)
class SystemFigures:
    """The figures of one system."""

    system: str
    changes: int
    figures: Figures

    @property
    def marks(self) -> tuple[State, ...]:
        """One mark is one item, while they are few; beyond that the numbers speak."""
        number = self.figures.deviation + self.figures.not_verifiable + self.figures.raised
        if number > 12:
            return ()
        return (
            (state("deviation"),) * self.figures.deviation
            + (state("raised"),) * self.figures.raised
            + (state("not_verifiable"),) * self.figures.not_verifiable
        )


@dataclass(frozen=True)
class Occurrence:
    """A change with a deviation (or on which a sign was raised). Nothing leaves this list."""

    change: str
    title: str
    system: str
    deployed_at: int | None
    reason: str
    record: str = ""  # "D-214"
    is_open: bool = False
    owner: str = ""
    response: str = ""
    history: tuple[Became, ...] = ()  # of this check on it, oldest first


@dataclass(frozen=True)
class UnseenSubject:
    """What the check could not judge: why, and what would let it."""

    change: str  # empty for what is no change
    title: str
    system: str
    reason: str
    why: str
    to_do: str


@dataclass(frozen=True)
class PolicyParameter:
    """A parameter that the check reads, with its value in force."""

    name: str  # "approvals_required"
    value: str  # "1 at low and medium, 2 at high and critical"
    in_force: str  # "since always (initial)", "from 1 Feb 2026"


@dataclass(frozen=True)
class Meaning:
    """What one verdict of this check says."""

    state: State
    text: str


_COUNTED = {
    "system": "Systems",
    "organisation": "Organisation",
    "incident": "Incidents",
    "vulnerability": "Vulnerabilities",
    "item": "Items",
}


@dataclass(frozen=True)
class CheckPage:
    """`check.html`."""

    id: str
    number: str  # "8", "S1", ""
    name: str
    sentence: str  # the title of the check
    supports: str  # "supports CC8.1, point 8 of 18", "a sign of an ineffective process"
    severity: str
    checks: str  # what it checks, in plain words
    checks_not: str  # and what not
    meanings: tuple[Meaning, ...]
    figures: Figures
    changes: int
    period_start: int
    period_end: int
    judged_at: int | None
    by_system: tuple[SystemFigures, ...]
    months: tuple[Month, ...]
    occurrences: tuple[Occurrence, ...]
    occurrences_total: int
    parameters: tuple[PolicyParameter, ...]
    sql: str
    sql_file: str  # "08_approval.sql"
    re_perform: tuple[str, ...]  # steps
    open_today: OpenToday = NOTHING_OPEN
    unseen: tuple[UnseenSubject, ...] = ()  # the newest
    is_sign: bool = False
    cases: int = 0  # how many cases its file of cases holds
    data: str = ""
    subject: str = "change"  # "system", "organisation"

    @property
    def counted(self) -> str:
        """What its figures count, as a heading."""
        return _COUNTED.get(self.subject, "Changes")

    @property
    def script(self) -> str:
        """The file that the page hands out for the DuckDB shell."""
        return f"{self.id.rpartition('/')[2]}.duckdb.sql"

    @property
    def open_states(self) -> tuple[State, ...]:
        if self.is_sign:
            return (self.open_today.sign_state,)
        return tuple(
            State(found.verdict, gettext("%(text)s open today") % {"text": found.text})
            if found.verdict == "deviation"
            else found
            for found in self.open_today.states
        )

    @property
    def query(self) -> SafeString:
        return marked_sql(self.sql)

    @property
    def bases(self) -> int:
        """How many of the met ones are not direct."""
        return self.figures.met - self.figures.met_direct
