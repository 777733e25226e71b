"""The steps of a change by hand: how far they came, and the forms of what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field
from changeproof.web.states import State

OUTCOMES = (
    ("done", gettext_lazy("Done")),
    ("failed", gettext_lazy("Failed")),
    ("skipped", gettext_lazy("Left out")),
)
DECISIONS = (
    ("go_on", gettext_lazy("Go on")),
    ("back_out", gettext_lazy("Back out")),
)


@dataclass(frozen=True)
class StepActRow:
    """What somebody reported of a step, or decided. `link` was checked to be an http address."""

    words: str
    account: str
    at: int | None
    reason: str
    link: str
    file_url: str
    entry: EntryLink | None


@dataclass(frozen=True)
class StepRow:
    """One step with everything that was said of it, in order."""

    number: int
    text: str
    state: State
    acts: tuple[StepActRow, ...]
    is_current: bool


@dataclass(frozen=True)
class StepsPage:
    """`steps.html`. Of the three forms those are there that the steps now ask for."""

    change: str
    title: str
    system: str
    rows: tuple[StepRow, ...]
    is_planned: bool
    source: str  # "restore, version 2"; empty where the steps were written on the change
    failed: int
    backs_out: bool
    plan_fields: tuple[Field, ...] = ()
    report_fields: tuple[Field, ...] = ()
    decision_fields: tuple[Field, ...] = ()
    hindrance: str = ""  # why the viewer cannot report a step now
    recorded_as: str = ""
    done: str = ""
    done_entry: int | None = None
    refusal: Refusal | None = None

    @property
    def sentence(self) -> str:
        """How far it came, in one line."""
        if not self.is_planned:
            return gettext("No steps are planned yet.")
        left = sum(row.state.text == WAITING for row in self.rows)
        told = ngettext(
            "%(left)d of %(all)d step is left.",
            "%(left)d of %(all)d steps are left.",
            len(self.rows),
        )
        told %= {"left": left, "all": len(self.rows)}
        if self.failed:
            told += " " + gettext("Step %(step)d failed: go on, or back out?") % {
                "step": self.failed
            }
        elif self.backs_out:
            told += " " + gettext("It is being backed out.")
        return told


WAITING = "Waits"
STATES = {
    "waits": State("pending", WAITING),
    "done": State("met", "Done"),
    "failed": State("deviation", "Failed"),
    "skipped": State("not_applicable", "Left out"),
}
WORDS = {
    "done": gettext_lazy("Done"),
    "failed": gettext_lazy("Failed"),
    "skipped": gettext_lazy("Left out"),
    "go_on": gettext_lazy("Decided to go on"),
    "back_out": gettext_lazy("Decided to back out"),
}


def plan_fields(documents: Named, typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """The steps as text, or a document's."""
    fields = [
        area_field(
            "text",
            gettext("Steps"),
            gettext("A line each; where some are numbered, these alone."),
            typed,
            wrong,
            is_required=not documents,
        )
    ]
    if documents:
        fields.append(
            select_field(
                "document",
                gettext("Or those of a document"),
                gettext("The numbered lines of what is in force."),
                documents,
                typed,
                wrong,
                is_required=False,
            )
        )
    return tuple(fields)


def report_fields(files: Named, typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """How a step went, with what shows it."""
    fields = [
        select_field("outcome", gettext("How it went"), "", _words(OUTCOMES), typed, wrong),
        area_field(
            "reason",
            gettext("Note"),
            gettext("Needed where it failed or is left out."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "link", gettext("Link"), gettext("What shows it."), typed, wrong, is_required=False
        ),
    ]
    if files:
        fields.append(
            select_field(
                "attachment",
                gettext("File"),
                gettext("One that stands beside the change."),
                files,
                typed,
                wrong,
                is_required=False,
            )
        )
    return tuple(fields)


def decision_fields(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """Go on or back out."""
    return (
        select_field("decision", gettext("What now"), "", _words(DECISIONS), typed, wrong),
        area_field("reason", gettext("Reason"), gettext("What decides it."), typed, wrong),
    )


def _words(choices: Sequence[tuple[str, object]]) -> Named:
    return [(value, str(word)) for value, word in choices]
