"""Frameworks beside SOC 2: which of their identifiers a check's evidence supports.

A mapping says "supports", never "satisfies": whether a requirement is met is for those who assess
it. Identifiers and our own words only; a framework is a file in `frameworks/`, not code.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, field_validator

from changeproof.policy.document import Kind
from changeproof.policy.shaping import Shape
from changeproof.policy.values import Checks, ControlId, Name, Part, once

MAPPING = Kind("The mapping was not taken.", "a shipped mapping")


class Support(Part):
    """One identifier of the framework, what it is about in our words, and what supports it."""

    id: Name
    about: Name
    checks: Annotated[Checks, Field(min_length=1)]


class Framework(Part):
    """One framework."""

    framework: ControlId
    title: Name
    supports: Annotated[tuple[Support, ...], Field(min_length=1, max_length=500)]

    @field_validator("supports")
    @classmethod
    def _each_once(cls, supports: tuple[Support, ...]) -> tuple[Support, ...]:
        once([each.id for each in supports], "the identifier")
        return supports

    def supported_by(self, check: str) -> tuple[str, ...]:
        """The identifiers that this check's evidence supports."""
        return tuple(each.id for each in self.supports if check in each.checks)


_SHAPE = Shape(Framework, MAPPING)


def read_framework(text: str, file: str) -> Framework:
    """The mapping that `text` states. Raises the first Refusal: line, reason and cure."""
    return _SHAPE.read(text, file)


@lru_cache
def frameworks() -> tuple[Framework, ...]:
    """The shipped mappings, by file name."""
    folder = files("changeproof.policy") / "frameworks"
    return tuple(
        read_framework(each.read_text("utf-8"), each.name)
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".yaml")
    )
