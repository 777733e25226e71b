"""What is open today: deviations that nobody answered yet, causes of what could not be seen,
deadlines, cases.

A deviation is open until an answer is on record: its case closed, a review held afterwards, the
change closed. The verdict stays whatever the answer was.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from changeproof.ledger.cases_read import IS_OPEN
from changeproof.ledger.service import Ledger
from changeproof.ledger.standing import VERDICT_LETTERS
from changeproof.web.pages.check_row import OpenToday
from changeproof.web.readings.population import Population
from changeproof.web.readings.remembered import Remembered
from changeproof.web.visibility import Systems, sees

_ANSWERED = (
    f"SELECT c.subject FROM case_file AS c WHERE NOT ({IS_OPEN})"
    " UNION SELECT s.subject FROM case_subject AS s JOIN case_file AS c ON c.case_id = s.case_id"
    f" WHERE NOT ({IS_OPEN})"
    " UNION SELECT change_name FROM post_review"
    " UNION SELECT change_name FROM request_closure"
)


@dataclass(frozen=True)
class OpenDeviation:
    """A change whose deviations nobody answered, by check."""

    subject: str
    system: str
    deployed_at: int | None
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Blindness:
    """One check that could not see one system."""

    check: str
    system: str
    changes: int


@dataclass(frozen=True)
class Deadline:
    """A change of which time alone may change a verdict."""

    subject: str
    system: str
    due_at: int


@dataclass(frozen=True)
class OpenCase:
    """A case that nobody closed."""

    case_id: str
    subject: str
    check_id: str
    opened_at: int


@dataclass(frozen=True)
class OpenItems:
    """Newest deviations first, the nearest deadline first, the blindest check first."""

    deviations: tuple[OpenDeviation, ...]
    around: tuple[tuple[str, str], ...]  # subject and check: of systems, not of changes
    blind: tuple[Blindness, ...]
    deadlines: tuple[Deadline, ...]
    cases: tuple[OpenCase, ...]
    raised: dict[str, int] = field(default_factory=dict)  # by sign, on what is open
    unseen_signs: dict[str, int] = field(default_factory=dict)  # changes that hide a sign

    @property
    def deviating(self) -> int:
        return len(self.deviations) + len(self.around)

    def by_check(self) -> dict[str, OpenToday]:
        """For each check: what of it is open."""
        deviations = Counter(check for each in self.deviations for check in each.checks)
        deviations.update(check for _, check in self.around)
        blind = dict(self.unseen_signs)
        for one in self.blind:
            blind[one.check] = blind.get(one.check, 0) + one.changes
        names = {*deviations, *blind, *self.raised}
        return {
            name: OpenToday(
                deviations=deviations[name],
                not_verifiable=blind.get(name, 0),
                raised=name in self.raised,
            )
            for name in names
        }


@dataclass(frozen=True)
class _Open:
    """What of it the clock has no part in."""

    answered: frozenset[str]
    deviations: tuple[OpenDeviation, ...]
    subjects: frozenset[str]  # of the deviations
    around: tuple[tuple[str, str], ...]
    raised: Mapping[str, int]


_OPEN: Remembered[_Open] = Remembered(
    8,
    (
        *("case_file", "case_subject", "case_resolution", "case_reopening", "post_review"),
        *("request_closure", "change", "finding", "subject_judged"),
    ),
)


def read_open_items(
    held: Ledger, found: Population, checks: Sequence[str], moment: int, systems: Systems
) -> OpenItems:
    """What is open at `moment` on the systems that may be seen; `checks` are the ids."""
    execute = held.database.execute
    open_now = _OPEN.get(
        held,
        (tuple(checks), systems),
        lambda: _deviating(held, found.named_systems, checks, systems),
    )
    deadlines = tuple(
        Deadline(str(subject), str(system), int(due_at))
        for subject, system, due_at in execute(
            "SELECT s.subject, s.system, s.due_at FROM subject_judged AS s"
            " WHERE s.due_at > ? AND s.verdict IS NOT NULL"
            # A time may also pass over something that nobody waits for. The letters say which: a
            # look at the findings of each would take longer than the rest of the page.
            " AND s.verdicts LIKE ? ORDER BY s.due_at, s.subject",
            (moment, f"%{VERDICT_LETTERS['pending']}%"),
        )
        if sees(systems, str(system))
    )
    cases = tuple(
        OpenCase(*row)
        for row in execute(
            "SELECT c.case_id, c.subject, c.check_id, c.opened_at FROM case_file AS c"
            f" WHERE {IS_OPEN} ORDER BY c.opened_at DESC, c.case_id"
        )
        if row[1] not in open_now.answered
    )
    return OpenItems(
        deviations=open_now.deviations,
        around=open_now.around,
        blind=_blind(found),
        deadlines=deadlines,
        cases=tuple(case for case in cases if systems is None or case.subject in open_now.subjects),
        raised=dict(open_now.raised),
        unseen_signs={
            check: number
            for check in checks
            if check.startswith("signs/") and (number := found.tally(check).figures.not_verifiable)
        },
    )


def _deviating(
    held: Ledger, named_systems: frozenset[str], checks: Sequence[str], systems: Systems
) -> _Open:
    answered = frozenset(str(row[0]) for row in held.database.execute(_ANSWERED))
    points = [check for check in checks if not check.startswith("signs/")]
    signs = [check for check in checks if check.startswith("signs/")]
    deviations: dict[str, list[str]] = {}
    where: dict[str, tuple[str, int | None, int]] = {}
    around: list[tuple[str, str]] = []
    for subject, check, system, deployed_at, listed_at, verdict in _with_verdict(
        held, points, "deviation"
    ):
        if not sees(systems, system) or subject in answered:
            continue
        if verdict is None:
            if not system or system in named_systems:
                around.append((subject, check))
            continue
        deviations.setdefault(subject, []).append(check)
        where[subject] = (system, deployed_at, listed_at)
    newest = sorted(deviations, key=lambda name: (-where[name][2], name))
    raised: Counter[str] = Counter()
    for subject, check, system, _, _, verdict in _with_verdict(held, signs, "raised"):
        is_open = subject in deviations or verdict in (None, "pending")
        if is_open and sees(systems, system) and subject not in answered:
            raised[check] += 1
    return _Open(
        answered,
        tuple(
            OpenDeviation(name, where[name][0], where[name][1], tuple(sorted(deviations[name])))
            for name in newest
        ),
        frozenset(where),
        tuple(around),
        raised,
    )


def _with_verdict(
    held: Ledger, checks: Sequence[str], verdict: str
) -> list[tuple[str, str, str, int | None, int, str | None]]:
    """Subject and check of the findings with this verdict, and where the subject stands."""
    if not checks:
        return []
    marks = ", ".join("?" for _ in checks)
    rows: list[tuple[str, str, str, int | None, int, str | None]] = held.database.execute(
        "SELECT f.subject, f.check_id, s.system, s.deployed_at, s.listed_at, s.verdict"
        " FROM finding AS f JOIN subject_judged AS s ON s.subject = f.subject"
        f" WHERE f.check_id IN ({marks}) AND f.verdict = ?",
        [*checks, verdict],
    )
    return rows


def _blind(found: Population) -> tuple[Blindness, ...]:
    """Not verifiable, by check and system: one cause each, however many changes it hides."""
    rows = [
        Blindness(check, system, tally.figures.not_verifiable)
        for (check, system), tally in found.systems.items()
        if not check.startswith("signs/") and tally.figures.not_verifiable
    ]
    return tuple(sorted(rows, key=lambda row: (-row.changes, row.check, row.system)))
