"""`system_describe.html`: what the register says of one system, as a form."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from changeproof.events.refusal import Refusal
from changeproof.web.counting import listed
from changeproof.web.pages.desk_page import Choice, Field, MayNot
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field
from changeproof.web.pages.request_page import FieldGroup

_NAMED = 12
"""Names of systems that a hint lists."""


@dataclass(frozen=True)
class SystemForm:
    """The form; `system` is empty for a new one. `based_on` goes back with it, so that a
    description which came meanwhile is seen. `first_place` is the id of the first environment."""

    system: str
    groups: tuple[FieldGroup, ...]
    places: tuple[tuple[Field, ...], ...]
    based_on: str
    recorded_as: str
    refusal: Refusal | None = None
    may_not: MayNot | None = None

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        fields = [field for group in self.groups for field in group.fields]
        fields += [field for place in self.places for field in place]
        return next((field.name for field in fields if field.wrong), "")


def system_groups(
    owners: Named, systems: Sequence[str], typed: Typed, wrong: Typed, *, is_new: bool
) -> tuple[FieldGroup, ...]:
    """All fields but those of the environments."""
    name = text_field("system", _("Name"), _("As your sources call it."), typed, wrong)
    return (
        FieldGroup(
            _("Whose it is"),
            "",
            (
                *((name,) if is_new else ()),
                select_field(
                    "owner",
                    _("Owner"),
                    _("Answers for it. An account elsewhere is named over the API."),
                    owners,
                    typed,
                    wrong,
                    is_required=False,
                ),
                _in_scope(typed, wrong),
            ),
        ),
        FieldGroup(
            _("What it must achieve, and holds"),
            _("Policy's rules on risk, and the questions that a change raises, read this."),
            (
                area_field(
                    "objectives",
                    _("Objectives"),
                    _("One on a line, such as: customers can pay."),
                    typed,
                    wrong,
                    is_required=False,
                ),
                area_field(
                    "data_classes",
                    _("Classes of data"),
                    _("One on a line, such as: personal."),
                    typed,
                    wrong,
                    is_required=False,
                ),
                _categories(typed, wrong),
            ),
        ),
        FieldGroup(
            _("What it rests on"),
            _("A change there may be noticed here, and its page says so."),
            (
                area_field(
                    "depends_on",
                    _("Systems"),
                    _systems_hint(systems),
                    typed,
                    wrong,
                    is_required=False,
                ),
                text_field(
                    "version_pattern",
                    _("How its deployments write a version"),
                    _(
                        "Only where a version is all they tell of their content:"
                        " {tag}, or app-{version}-{revision}."
                    ),
                    typed,
                    wrong,
                    is_required=False,
                ),
            ),
        ),
    )


def place_fields(
    number: int, purposes: Sequence[str], typed: Typed, wrong: str
) -> tuple[Field, ...]:
    """One environment: its name, what it is for, its boundary. `typed` is by the bare names."""
    choices = [(each, each.capitalize()) for each in purposes]
    at = f"-{number}"
    named = {f"{key}{at}": value for key, value in typed.items()}
    marked = {f"environment{at}": wrong} if wrong else {}
    return (
        text_field(f"environment{at}", _("Name"), "", named, marked, is_required=False),
        select_field(f"purpose{at}", _("For"), "", choices, named, {}, is_required=False),
        text_field(f"boundary{at}", _("Boundary"), "", named, {}, is_required=False),
    )


def _systems_hint(systems: Sequence[str]) -> str:
    text = _("One on a line.")
    if not systems:
        return text
    more = len(systems) - _NAMED
    known = [*systems[:_NAMED], *([_("%(number)d more") % {"number": more}] if more > 0 else [])]
    return f"{text} {_('On record:')} {listed(known)}."


def _in_scope(typed: Typed, wrong: Typed) -> Field:
    chosen = typed.get("in_scope", "yes")
    choices = (("yes", _("In scope")), ("no", _("Out of scope of the audit")))
    return Field(
        "in_scope",
        _("Scope"),
        "",
        chosen,
        wrong.get("in_scope", ""),
        kind="radios",
        choices=tuple(Choice(value, text, value == chosen) for value, text in choices),
    )


def _categories(typed: Typed, wrong: Typed) -> Field:
    chosen = set(typed.get("categories", "").split("\n"))
    choices = (
        ("availability", _("Availability")),
        ("confidentiality", _("Confidentiality")),
        ("privacy", _("Privacy")),
    )
    return Field(
        "categories",
        _("Committed to, beside security"),
        _("The trust services that customers were promised on it."),
        typed.get("categories", ""),
        wrong.get("categories", ""),
        kind="boxes",
        choices=tuple(Choice(value, text, value in chosen) for value, text in choices),
        is_required=False,
    )
