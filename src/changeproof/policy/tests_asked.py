"""Which tests and scans a change must have passed."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from changeproof.policy.values import (
    LONGEST_LIST,
    Areas,
    Name,
    Names,
    Part,
    Risks,
    once,
)

Scan = Literal["static", "secrets", "dependencies", "dynamic"]


def _scans_once(scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
    once(scans, "the scan")
    return scans


Scans = Annotated[tuple[Scan, ...], AfterValidator(_scans_once)]


class RequiredCheck(Part):
    """A test that must have passed; with `poster`, only as that app or system posted it."""

    name: Name
    poster: Name | None = None


class RequiredFor(Part):
    """Further tests for some systems or risks; an empty list means all of them."""

    systems: Names = ()
    risks: Risks = ()
    checks: Annotated[Names, Field(min_length=1)]


class NotNeeded(Part):
    """A test that need not run on a change that touches nothing but these areas."""

    check: Name
    areas: Annotated[Areas, Field(min_length=1)]


class TestRules(Part):
    """Which tests, on which content, before which moment."""

    __test__ = False  # pytest: no test class

    before: Literal["approval", "merge", "deployment"]
    on: Literal["same_content", "head", "deployed"]
    required: Annotated[tuple[RequiredCheck, ...], Field(max_length=LONGEST_LIST)]
    required_for: Annotated[tuple[RequiredFor, ...], Field(max_length=LONGEST_LIST)] = ()
    not_needed: Annotated[tuple[NotNeeded, ...], Field(max_length=LONGEST_LIST)] = ()
    attempts_most: Annotated[int, Field(ge=0, le=100)] = 0

    @field_validator("required")
    @classmethod
    def _each_once(cls, required: tuple[RequiredCheck, ...]) -> tuple[RequiredCheck, ...]:
        once([f"{check.name} of {check.poster or 'anybody'}" for check in required], "the check")
        return required
