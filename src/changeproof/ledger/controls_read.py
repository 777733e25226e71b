"""The company's control matrix, and what its checks found: by control, then by check.

Figures stand by check and are never added up: one change fails two checks of a control once, and
a rate is of one control's own population (AUDIT.md, "Three layers").
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import Instance
from changeproof.ledger.store import Store
from changeproof.policy.controls import Control, ControlMatrix, controls_text, read_controls
from changeproof.policy.mappings import frameworks


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


def control_matrix(instance: Instance, checks: Collection[str] = ()) -> tuple[ControlMatrix, bool]:
    """The matrix, and whether it is the company's own. Raises Refusal for one that is none.

    `checks` are the ids that there are; empty: not compared.
    """
    file = instance.controls_file
    if not file.is_file():
        return read_controls(controls_text(), file.name), False
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise Refusal(
            "The control matrix was not taken.",
            where=file.name,
            why="the file in the instance's directory cannot be read as a text in UTF-8",
            cure="Put a readable file there, or delete it to use the shipped one.",
        ) from error
    return read_controls(text, file.name, checks), True


def control_figures(store: Store, matrix: ControlMatrix, day: str) -> tuple[ControlFigures, ...]:
    """Every control with what its checks found, as judged now; `day` such as "2026-12-25"."""
    verdicts: dict[str, dict[str, int]] = {}
    not_direct: dict[str, int] = {}
    for check, verdict, basis, number in store.database.execute(
        "SELECT check_id, verdict, basis, COUNT(*) FROM finding GROUP BY check_id, verdict, basis"
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
