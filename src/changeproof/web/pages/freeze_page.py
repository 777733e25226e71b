"""A freeze that is being planned: its form, and what it would hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Field, MayNot
from changeproof.web.pages.fields import Typed, area_field, select_field, text_field


@dataclass(frozen=True)
class HeldRow:
    """A change whose window meets the freeze."""

    name: str
    title: str
    system: str
    begins_at: int
    ends_at: int


@dataclass(frozen=True)
class FreezePage:
    """`freeze.html`; `passing` says who may pass."""

    fields: tuple[Field, ...]
    may_not: MayNot | None = None
    is_previewed: bool = False
    held: tuple[HeldRow, ...] = ()
    hidden: int = 0  # on systems that the viewer may not see
    passing: str = ""
    refusal: Refusal | None = None

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")


def freeze_fields(systems: Sequence[str], typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """System, from, until, reason."""
    return (
        select_field(
            "system",
            gettext("System"),
            gettext("Without one it holds for all."),
            [(name, name) for name in systems],
            typed,
            wrong,
            is_required=False,
        ),
        text_field("begins", gettext("From, UTC"), "", typed, wrong, kind="datetime-local"),
        text_field("until", gettext("Until, UTC"), "", typed, wrong, kind="datetime-local"),
        area_field("reason", gettext("Reason"), gettext("What it protects."), typed, wrong),
    )
