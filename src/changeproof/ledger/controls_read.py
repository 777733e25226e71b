"""The company's control matrix as it was in force, and what its checks found.

By control, then by check. Figures stand by check and are never added up: one change fails two
checks of a control once, and a rate is of one control's own population (AUDIT.md, "Three layers").
Where the matrix changed, a report is split: each matrix with what was found while it was in force.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from changeproof.events.refusal import Refusal
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.store import Store
from changeproof.policy.controls import Control, ControlMatrix, read_controls
from changeproof.policy.mappings import frameworks


@dataclass(frozen=True, slots=True)
class Stretch:
    """A matrix and the time, within the one that was asked for, in which it was in force.

    UTC microseconds; `ends` is excluded.
    """

    row: ControlsInForce
    begins: int
    ends: int

    @property
    def is_initial(self) -> bool:
        """Whether it is the one that shipped: nobody adopted it."""
        return self.row.adopted_by is None


@dataclass(frozen=True, slots=True)
class CheckFigures:
    """One check of a control: how many subjects got which verdict, and what it supports.

    `not_direct` of the met ones stand on another basis (compensating, template, waived, …).
    """

    check: str
    verdicts: Mapping[str, int]
    not_direct: int
    supports: Mapping[str, tuple[str, ...]]
    """Identifiers by the framework's title."""

    @property
    def judged(self) -> int:
        """How many findings it has."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class ControlFigures:
    """One control and its checks. `stands`: it is in force on the day asked for."""

    control: Control
    stands: bool
    checks: tuple[CheckFigures, ...]


def controls_stretches(store: Store, since: int, until: int) -> tuple[Stretch, ...]:
    """Which matrix was in force when, from `since` until before `until`, oldest first.

    Of two that begin at the same moment the higher version is in force. Empty where the log
    holds none.
    """
    rows = sorted(
        store.all(ControlsInForce), key=lambda row: (row.in_force_from, row.controls_version)
    )
    ends = [*(row.in_force_from for row in rows[1:]), until]
    stretches = (
        Stretch(row, max(row.in_force_from, since), min(end, until))
        for row, end in zip(rows, ends, strict=False)
    )
    return tuple(each for each in stretches if each.begins < each.ends)


def matrix_of(row: ControlsInForce, text_of: Callable[[str], str | None]) -> ControlMatrix:
    """What a matrix on record says. Raises Refusal where its text is no longer kept, or is none.

    Its checks are not compared: a check that it names may have come or gone since.
    """
    where = f"control matrix, version {row.controls_version}"
    text = text_of(row.controls)
    if text is None:
        raise Refusal(
            "The control matrix was not read.",
            where=where,
            why="its text is no longer kept",
            cure="Adopt another: changeproof controls propose FILE --in-force TIME",
        )
    return _stated(text, where)


@lru_cache(8)
def _stated(text: str, where: str) -> ControlMatrix:
    """Read once: pages show the same matrix again and again, and YAML is slow to read."""
    return read_controls(text, where)


def stretch_now(store: Store, moment: int) -> Stretch:
    """The matrix in force at a moment, from its begin until then. Raises Refusal for none."""
    found = controls_stretches(store, 0, moment + 1)
    if not found:
        raise Refusal(
            "The control matrix was not read.",
            where="the log",
            why="it holds none yet",
            cure="Put the shipped one on record: changeproof init (it changes nothing else)",
        )
    return found[-1]


def control_figures(
    store: Store, matrix: ControlMatrix, stretch: Stretch, day: str
) -> tuple[ControlFigures, ...]:
    """Every control with what its checks found on changes of this stretch, as judged now.

    Systems and the organisation belong to no stretch and count in each. `day` such as
    "2026-12-25".
    """
    verdicts: dict[str, dict[str, int]] = {}
    not_direct: dict[str, int] = {}
    for check, verdict, basis, number in store.database.execute(
        "SELECT f.check_id, f.verdict, f.basis, COUNT(*) FROM finding AS f"
        " LEFT JOIN subject_judged AS s ON s.subject = f.subject"
        " WHERE COALESCE(s.listed_at, 0) = 0 OR (s.listed_at >= ? AND s.listed_at < ?)"
        " GROUP BY f.check_id, f.verdict, f.basis",
        (stretch.begins, stretch.ends),
    ):
        counts = verdicts.setdefault(str(check), {})
        counts[str(verdict)] = counts.get(str(verdict), 0) + int(number)
        if basis not in ("direct", "", None) and verdict == "met":
            not_direct[str(check)] = not_direct.get(str(check), 0) + int(number)
    return tuple(
        ControlFigures(
            control,
            control.stands_on(day),
            tuple(
                CheckFigures(
                    check,
                    verdicts.get(check, {}),
                    not_direct.get(check, 0),
                    {
                        each.title: each.supported_by(check)
                        for each in frameworks()
                        if each.supported_by(check)
                    },
                )
                for check in control.checks
            ),
        )
        for control in matrix.controls
    )
