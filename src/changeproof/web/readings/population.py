"""Every judged subject counted at once, out of the row in which it stands.

One query over one narrow table; subjects that stand alike are decoded once. Twenty thousand
changes take some thirty milliseconds.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from changeproof.ledger.each_once import each_once
from changeproof.ledger.service import Ledger
from changeproof.ledger.standing import BASIS_LETTERS, VERDICT_LETTERS, shape_of
from changeproof.web.charts.twelve_months import MonthFigures
from changeproof.web.figures import Figures, Month
from changeproof.web.readings.remembered import Remembered
from changeproof.web.times import DAY, moment, month_name
from changeproof.web.visibility import Systems, seen_of, sees

MONTHS = 12
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
_VERDICTS = {letter: verdict for verdict, letter in VERDICT_LETTERS.items()}
_BASES = {letter: basis for basis, letter in BASIS_LETTERS.items()}


@dataclass(frozen=True)
class Period:
    """Twelve calendar months; `bounds` are their first moments and the end of the last."""

    bounds: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def start(self) -> int:
        return self.bounds[0]

    @property
    def end(self) -> int:
        return self.bounds[-1]


def twelve_months(until: int) -> Period:
    """The twelve calendar months of which the last holds `until`."""
    at = moment(until)
    last = at.year * 12 + at.month - 1
    months = [divmod(number, 12) for number in range(last - MONTHS + 1, last + 2)]
    bounds = tuple(_first_moment(year, month + 1) for year, month in months)
    names = tuple(month_name(year, month + 1) for year, month in months[:-1])
    return Period(bounds, names)


def asked_period(month: str, moment_now: int) -> Period | None:
    """The twelve months up to the one that is written `2026-03`; None for what is no month, and
    for one that is still to come."""
    written = _MONTH.fullmatch(month)
    if written is None:
        return None
    first = _first_moment(int(written[1]), int(written[2]))
    return twelve_months(first) if first <= moment_now else None


def _first_moment(year: int, month: int) -> int:
    """Midnight of the first day, without a float."""
    # Days since 1970 by the civil calendar (Howard Hinnant, "chrono-compatible dates").
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return (era * 146_097 + day_of_era - 719_468) * DAY


@dataclass
class Tally:
    """How often one check gave each verdict and basis, and by month of deployment."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    months: dict[int, Counter[str]] = field(default_factory=dict)

    def add(self, verdict: str, basis: str, month: int | None, number: int) -> None:
        self.verdicts[verdict, basis] += number
        if month is not None:
            self.months.setdefault(month, Counter())[verdict] += number

    @property
    def figures(self) -> Figures:
        count: Counter[str] = Counter()
        for (verdict, _), number in self.verdicts.items():
            count[verdict] += number
        return Figures(
            met=count["met"],
            deviation=count["deviation"],
            not_verifiable=count["not_verifiable"],
            pending=count["pending"],
            not_applicable=count["not_applicable"],
            met_direct=self.verdicts["met", "direct"],
            raised=count["raised"],
            clear=count["clear"],
        )

    def months_of(self, period: Period) -> tuple[Month, ...]:
        """The strip: a cell for each month of the period."""
        return tuple(
            Month(
                name,
                deviations=found["deviation"] + found["raised"],
                not_verifiable=found["not_verifiable"],
                judged=found["met"] + found["deviation"] + found["raised"] + found["clear"],
            )
            for name, found in (
                (name, self.months.get(place, Counter())) for place, name in enumerate(period.names)
            )
        )


@dataclass
class Population:
    """The figures of one period: by check, by check and system, by month."""

    period: Period
    changes: int = 0
    with_deviation: int = 0
    not_verifiable: int = 0
    by_system: Counter[str] = field(default_factory=Counter)
    named_systems: frozenset[str] = frozenset()
    """The systems that pages count: those that a change on record belongs to."""
    by_month: dict[int, Counter[str]] = field(default_factory=dict)
    checks: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    systems: defaultdict[tuple[str, str], Tally] = field(  # by check and system
        default_factory=lambda: defaultdict(Tally)
    )
    around: defaultdict[str, Tally] = field(  # of systems and of the organisation
        default_factory=lambda: defaultdict(Tally)
    )
    judged_at: int | None = None

    def tally(self, check: str) -> Tally:
        """Of changes, or of what is around them; empty where it judged nothing."""
        return self.checks.get(check) or self.around.get(check) or Tally()

    def of_system(self, check: str, system: str) -> Tally:
        return self.systems.get((check, system), Tally())

    @property
    def months(self) -> tuple[MonthFigures, ...]:
        """The chart: changes by month of deployment, each by its most urgent verdict."""
        return tuple(
            MonthFigures(
                name,
                changes=sum(found.values()),
                deviations=found["deviation"],
                not_verifiable=found["not_verifiable"],
            )
            for name, found in (
                (name, self.by_month.get(place, Counter()))
                for place, name in enumerate(self.period.names)
            )
        )


def default_period(held: Ledger, moment_now: int) -> Period:
    """The twelve months up to now; of a history that ended before, its last twelve."""
    period = twelve_months(moment_now)
    rows = held.database.execute(
        "SELECT MAX(listed_at) FROM subject_judged WHERE verdict IS NOT NULL"
    )
    last = rows[0][0]
    if last is not None and 0 < last < period.start:
        return twelve_months(last)
    return period


def read_population(held: Ledger, period: Period, systems: Systems) -> Population:
    """Count the changes that were deployed (or, not yet deployed, opened) in the period.

    Counted once: as long as nothing was judged, the same figures are given again.
    """
    return _COUNTED.get(held, (period.bounds, systems), lambda: _counted(held, period, systems))


_COUNTED: Remembered[Population] = Remembered(8, ("subject_judged", "finding", "change"))
_SHAPES: dict[str, tuple[str, ...]] = {}  # a shape names its checks for good: it is their digest


def _counted(held: Ledger, period: Period, systems: Systems) -> Population:
    execute = held.database.execute
    named = {str(row[0]) for row in execute(each_once("change", "system"))}
    found = Population(period, named_systems=frozenset(seen_of(systems, named)))
    groups: Counter[tuple[str, str | None, int | None, str]] = Counter()
    bounds = " ".join(
        f"WHEN deployed_at < {at} THEN {place - 1}" for place, at in enumerate(period.bounds)
    )
    # The plus keeps SQLite from its indexes: one look at every row in order is quicker.
    for system, verdict, month, verdicts, number in execute(
        f"SELECT system, verdict, CASE {bounds} END, verdicts, COUNT(*) FROM subject_judged"
        " WHERE +listed_at >= ? AND +listed_at < ? AND verdict IS NOT NULL GROUP BY 1, 2, 3, 4",
        (period.start, period.end),
    ):
        groups[system, verdict, None if month == -1 else month, verdicts] += number
    for system, verdicts in execute(
        "SELECT system, verdicts FROM subject_judged WHERE listed_at = 0 AND verdict IS NULL"
    ):
        groups[system, None, None, verdicts] += 1
    _learn_shapes(held, {verdicts.partition(":")[0] for _, _, _, verdicts in groups})
    for (system, verdict, month, verdicts), number in groups.items():
        # A system stays judged when its last change turns out to be another one's.
        is_left = verdict is None and system and system not in named
        if is_left or not sees(systems, system):
            continue
        shape, _, letters = verdicts.partition(":")
        _count(found, system, verdict, month, _decoded(_SHAPES[shape], letters), number)
    found.judged_at = execute("SELECT MAX(as_of) FROM subject_judged")[0][0]
    return found


def _learn_shapes(held: Ledger, shapes: Iterable[str]) -> None:
    """The check ids behind each shape, from one subject that has it."""
    execute = held.database.execute
    for shape in shapes:
        if shape in _SHAPES:
            continue
        rows = execute(
            "SELECT check_id FROM finding WHERE subject = (SELECT subject FROM subject_judged"
            " WHERE SUBSTR(verdicts, 1, 12) = ? LIMIT 1) ORDER BY check_id",
            (shape,),
        )
        checks = sorted(str(row[0]) for row in rows)
        _SHAPES[shape_of(tuple(checks))] = tuple(checks)


def _decoded(checks: Sequence[str], letters: str) -> Iterator[tuple[str, str, str]]:
    for place, check in enumerate(checks):
        yield check, _VERDICTS[letters[2 * place]], _BASES[letters[2 * place + 1]]


def _count(
    found: Population,
    system: str,
    verdict: str | None,
    month: int | None,
    results: Iterable[tuple[str, str, str]],
    number: int,
) -> None:
    if verdict is None:
        for check, said, basis in results:
            found.around[check].add(said, basis, month, number)
            found.systems[check, system].add(said, basis, month, number)
        return
    found.changes += number
    found.with_deviation += number if verdict == "deviation" else 0
    found.by_system[system] += number
    if month is not None:
        found.by_month.setdefault(month, Counter())[verdict] += number
    # A change counts once, by its most urgent verdict: as the list filters it, as audits sum it.
    found.not_verifiable += number if verdict == "not_verifiable" else 0
    for check, said, basis in results:
        found.checks[check].add(said, basis, month, number)
        found.systems[check, system].add(said, basis, month, number)
