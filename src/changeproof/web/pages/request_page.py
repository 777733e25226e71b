"""`request.html`: ask for a change, in groups of fields, with the draft that saves itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Choice, Field, MayNot
from changeproof.web.pages.fields import (
    KINDS,
    RISKS,
    Named,
    Typed,
    area_field,
    boxes_field,
    select_field,
    system_field,
    text_field,
    worded,
)


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together, under a heading."""

    name: str
    sentence: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class DraftLink:
    """A draft that can be gone on with, or discarded."""

    draft: str
    title: str
    saved_at: int


@dataclass(frozen=True)
class DraftState:
    """What is kept of the form by now; `version` goes back with the next save."""

    draft: str
    version: int = 0
    saved_at: int | None = None
    rating: str = ""  # what policy makes of it so far
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Choices:
    """What the form can offer: what is known of systems, policy and register."""

    systems: Sequence[str]
    reached: Named
    objectives: Named
    data_classes: Named
    templates: Sequence[Choice] = ()


@dataclass(frozen=True)
class RequestPage:
    """The whole form."""

    groups: tuple[FieldGroup, ...]
    state: DraftState
    promise: str
    drafts: tuple[DraftLink, ...] = ()
    refusal: Refusal | None = None
    may_not: MayNot | None = None

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        fields = (field for group in self.groups for field in group.fields)
        return next((field.name for field in fields if field.wrong), "")


def request_groups(
    choices: Choices, typed: Typed, wrong: Typed, filled: Mapping[str, str]
) -> tuple[FieldGroup, ...]:
    """All fields; `filled` says of some what evidence they were filled from."""
    groups = (
        FieldGroup(
            gettext("The work"),
            gettext("What exists already fills in what it tells."),
            _work(typed, wrong),
        ),
        FieldGroup(gettext("The change"), "", _change(choices, typed, wrong)),
        *_standard(choices, typed, wrong),
        FieldGroup(
            gettext("What it affects"),
            gettext("What is left open can be answered later, by anybody entitled."),
            _affects(choices, typed, wrong),
        ),
        FieldGroup(gettext("Risk"), "", _risk(typed, wrong)),
        FieldGroup(gettext("Test and way back"), "", _plans(typed, wrong)),
        FieldGroup(
            gettext("When"),
            gettext("In UTC. A deployment after its end is overdue."),
            _when(typed, wrong),
        ),
        FieldGroup(
            gettext("What it sets"),
            gettext(
                "A parameter that is set by hand: who authorizes the change authorizes this value."
            ),
            _sets(typed, wrong),
        ),
    )
    return tuple(
        replace(
            group,
            fields=tuple(
                replace(field, filled=filled.get(field.name, "")) for field in group.fields
            ),
        )
        for group in groups
    )


def _work(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    hint = gettext("Addresses or hashes, with commas between.")
    return (
        text_field(
            "links", gettext("Pull requests or revisions"), hint, typed, wrong, is_required=False
        ),
    )


def _change(choices: Choices, typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    return (
        text_field("title", gettext("Title"), gettext("What changes, in one line."), typed, wrong),
        system_field(
            gettext("One that is missing is described under Systems first."),
            choices.systems,
            typed,
            wrong,
        )
        if choices.systems
        else system_field("", (), typed, wrong),
        select_field(
            "kind", gettext("Kind"), gettext("What it alters."), worded(KINDS), typed, wrong
        ),
        area_field(
            "reason",
            gettext("Reason"),
            gettext("Why now, and what is expected of it."),
            typed,
            wrong,
        ),
        text_field(
            "ticket",
            gettext("Ticket"),
            gettext("Its key; work that cites it joins by itself."),
            typed,
            wrong,
            is_required=False,
        ),
    )


def _standard(choices: Choices, typed: Typed, wrong: Typed) -> tuple[FieldGroup, ...]:
    if not choices.templates:
        return ()
    chosen = typed.get("template", "")
    hint = gettext("Approved beforehand, on the conditions that stand beside it.")
    none = Choice("", gettext("None: a normal change"), not chosen)
    offered = tuple(replace(each, is_chosen=each.value == chosen) for each in choices.templates)
    field = Field(
        "template",
        gettext("Standard change"),
        hint,
        chosen,
        wrong.get("template", ""),
        kind="radios",
        choices=(none, *offered),
        is_required=False,
    )
    return (FieldGroup(gettext("Standard change"), "", (field,)),)


def _affects(choices: Choices, typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    return (
        area_field(
            "impact",
            gettext("Impact"),
            gettext("Who notices, how much, for how long; why nothing is affected, if nothing is."),
            typed,
            wrong,
            is_required=False,
        ),
        boxes_field(
            "systems",
            gettext("Other systems"),
            gettext("Those that it reaches beside its own."),
            choices.reached,
            typed,
            wrong,
            none=gettext("No other system"),
        ),
        boxes_field(
            "objectives",
            gettext("Objectives"),
            gettext("What was promised or is needed that it touches."),
            choices.objectives,
            typed,
            wrong,
            none=gettext("No objective"),
        ),
        boxes_field(
            "data_classes",
            gettext("Data"),
            gettext("The classes of data that it touches."),
            choices.data_classes,
            typed,
            wrong,
            none=gettext("No data"),
        ),
    )


def _risk(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    return (
        select_field(
            "risk",
            gettext("Risk"),
            gettext("Left open, policy rates it by its rules. You may rate it higher, not lower."),
            worded(RISKS),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "risk_reason",
            gettext("Why higher"),
            gettext("Needed to rate it higher than policy does."),
            typed,
            wrong,
            is_required=False,
        ),
    )


def _plans(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    return (
        area_field(
            "test_plan",
            gettext("Test plan"),
            gettext("What is tested, where, and who looks."),
            typed,
            wrong,
            is_required=False,
        ),
        area_field(
            "back_out",
            gettext("Back-out plan"),
            gettext("How to return, and who can."),
            typed,
            wrong,
            is_required=False,
        ),
    )


def _when(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    kind = "datetime-local"
    return (
        text_field("begins", gettext("From"), "", typed, wrong, is_required=False, kind=kind),
        text_field("ends", gettext("Until"), "", typed, wrong, is_required=False, kind=kind),
    )


def _sets(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    hint = gettext("A secret is stated by its digest alone: sha256: and 64 digits.")
    return (
        text_field(
            "environment",
            gettext("Environment"),
            gettext("Where the item stands, such as production."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "item",
            gettext("Item"),
            gettext("Its name there, such as limits/daily."),
            typed,
            wrong,
            is_required=False,
        ),
        area_field("before", gettext("Now"), hint, typed, wrong, is_required=False),
        area_field(
            "after",
            gettext("Afterwards"),
            gettext("Exactly what is set."),
            typed,
            wrong,
            is_required=False,
        ),
    )
