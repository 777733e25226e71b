"""The control matrix: the company's measures, in its own words, and the checks that test them.

Three layers: a control is the company's; a check tests an attribute of one or more controls; a
finding is a check's result on one subject. The shipped matrix is a beginning that a company edits.
"""

from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from changeproof.events.controls import ControlsAdopted
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.policy.calendar import DayDate
from changeproof.policy.checks_named import unknown_checks
from changeproof.policy.document import Kind, Place
from changeproof.policy.shaping import Shape
from changeproof.policy.values import Checks, ControlId, Name, Part, broken, once

CONTROLS = Kind("The control matrix was not taken.", "the shipped matrix")
SHIPPED = "controls.yaml"
"""Its name in the package."""

Wording = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]
Frequency = Literal[
    "each change",
    "continuous",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half-yearly",
    "yearly",
    "as needed",
]


class Control(Part):
    """One measure of the company."""

    id: ControlId
    wording: Wording
    owner: Name
    frequency: Frequency
    nature: Literal["manual", "automated", "it_dependent_manual"]
    effect: Literal["preventive", "detective"]
    in_force_from: DayDate | None = None
    in_force_to: DayDate | None = None
    criteria: Annotated[tuple[Name, ...], Field(max_length=20)] = ("CC8.1",)
    checks: Annotated[Checks, Field(min_length=1)]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        begins, ends = self.in_force_from, self.in_force_to
        if begins is not None and ends is not None and ends < begins:
            raise broken(f"it ends ({ends}) before it begins ({begins})", "Swap the two days.")
        return self

    def stands_on(self, day: str) -> bool:
        """Whether it is in force on this day, such as "2026-12-25"."""
        return (self.in_force_from or day) <= day <= (self.in_force_to or day)


class ControlMatrix(Part):
    """All controls."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    controls: Annotated[tuple[Control, ...], Field(min_length=1, max_length=500)]

    @field_validator("controls")
    @classmethod
    def _each_once(cls, controls: tuple[Control, ...]) -> tuple[Control, ...]:
        once([each.id for each in controls], "the control")
        return controls


_SHAPE = Shape(ControlMatrix, CONTROLS)


def controls_text() -> str:
    """The matrix that ships, the same on every machine."""
    return (files("changeproof.policy") / SHIPPED).read_bytes().decode()


def initial_controls_event() -> tuple[ControlsAdopted, bytes]:
    """What `init` appends: the shipped matrix in force since always, and its text for the
    contents. Nobody adopted it: it is known as *initial*."""
    text = controls_text()
    content = text.encode()
    event = ControlsAdopted(
        source="controls",
        delivery="initial",
        occurred_at=None,
        time_basis="none",
        controls_version=read_controls(text, SHIPPED).version,
        controls=sha256_hex(content),
    )
    return event, content


def read_controls(text: str, file: str, checks: Collection[str] = ()) -> ControlMatrix:
    """The matrix that `text` states. Raises the first Refusal, also for a check not in `checks`
    (empty: not compared)."""
    matrix = _SHAPE.read(text, file)
    for refusal in _unknown(matrix, text, file, checks):
        raise refusal
    return matrix


def controls_refusals(text: str, file: str, checks: Collection[str] = ()) -> tuple[Refusal, ...]:
    """What stands between `text` and a matrix, by line; empty when there is nothing."""
    found = _SHAPE.refusals(text, file)
    return found or tuple(_unknown(_SHAPE.read(text, file), text, file, checks))


def _unknown(
    matrix: ControlMatrix, text: str, file: str, checks: Collection[str]
) -> Iterator[Refusal]:
    named: list[tuple[Place, str]] = [
        (("controls", number, "checks", position), check)
        for number, control in enumerate(matrix.controls)
        for position, check in enumerate(control.checks)
    ]
    return unknown_checks(CONTROLS, text, file, named, checks)
