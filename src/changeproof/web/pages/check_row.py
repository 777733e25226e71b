"""One check in a table: its number, its words, what is open today, its figures and months."""

from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.web.counting import count, thousands
from changeproof.web.figures import Figures, Month
from changeproof.web.states import State, state


@dataclass(frozen=True)
class OpenToday:
    """What of one check waits for somebody now."""

    deviations: int = 0
    not_verifiable: int = 0
    pending: int = 0
    due: int | None = None  # the nearest deadline of the pending ones
    raised: bool = False  # for a sign

    @property
    def states(self) -> tuple[State, ...]:
        """Only the most urgent: the check's own page has the rest."""
        if self.deviations:
            return (State("deviation", count(self.deviations, "deviation")),)
        if self.not_verifiable:
            return (
                State(
                    "not_verifiable",
                    gettext("Not verifiable %(not_verifiable)s")
                    % {"not_verifiable": thousands(self.not_verifiable)},
                ),
            )
        if self.pending:
            return (state("pending", due=self.due),)
        return ()

    @property
    def sign_state(self) -> State:
        if not self.raised and self.not_verifiable:
            return state("not_verifiable")
        return state("raised" if self.raised else "clear")


NOTHING_OPEN = OpenToday()


@dataclass(frozen=True)
class CheckRow:
    """A check with its figures over the period that the page names."""

    id: str  # "cc8_1/08_approval"
    number: str  # "8", "S1"; empty for practices and around
    name: str  # "Approval"
    gloss: str  # "by others, on this very content"
    figures: Figures
    open_today: OpenToday = NOTHING_OPEN
    months: tuple[Month, ...] = ()
    is_sign: bool = False
    note: str = ""  # "today by D-215"

    @property
    def period(self) -> str:
        return self.figures.sign_period if self.is_sign else self.figures.period

    @property
    def period_note(self) -> str:
        counted = self.figures.sign_note if self.is_sign else self.figures.period_note
        return "; ".join(part for part in (self.note, counted) if part)


@dataclass(frozen=True)
class CheckGroup:
    """Checks of one kind under one heading of the table."""

    heading: str
    rows: tuple[CheckRow, ...]
    title: str = ""  # "Points", "Signs", "Practices": the head on the page of checks
    population: str = ""  # "6 protections", where the subjects are no changes

    @property
    def is_signs(self) -> bool:
        return bool(self.rows) and all(row.is_sign for row in self.rows)


POINTS_HEADING = (
    "The {number} points of CC8.1 judged here: considerations, not requirements; "
    "the numbers are ours"
)
SIGNS_HEADING = (
    "The 8 signs of an ineffective process, and the rate of emergencies: indicators, in no rate; "
    "they point to the record of an event"
)
