"""How a form's field comes to be: what was typed, what is wrong with it, what can be chosen."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, gettext_noop

from changeproof.web.pages.desk_page import Choice, Field

KINDS = (
    ("software", gettext_noop("Software")),
    ("infrastructure", gettext_noop("Infrastructure")),
    ("data", gettext_noop("Data")),
    ("procedure", gettext_noop("Procedure")),
)
RISKS = (
    ("low", gettext_noop("Low")),
    ("medium", gettext_noop("Medium")),
    ("high", gettext_noop("High")),
    ("critical", gettext_noop("Critical")),
)

Typed = Mapping[str, str]
Named = Sequence[tuple[str, str]]
NONE = "(none)"
"""The box that says that none of the others is meant."""


def system_field(hint: str, systems: Sequence[str], typed: Typed, wrong: Typed) -> Field:
    """A choice of the known systems; a text where nothing has come in yet."""
    if systems:
        return select_field(
            "system", gettext("System"), hint, [(name, name) for name in systems], typed, wrong
        )
    return text_field(
        "system", gettext("System"), hint or gettext("The name it goes by."), typed, wrong
    )


def worded(choices: Named) -> Named:
    """Choices that a module names for good, each in the reader's words."""
    return [(value, gettext(word)) for value, word in choices]


def text_field(
    name: str,
    label: str,
    hint: str,
    typed: Typed,
    wrong: Typed,
    *,
    is_required: bool = True,
    kind: str = "text",
) -> Field:
    return Field(
        name,
        label,
        hint,
        typed.get(name, ""),
        wrong.get(name, ""),
        kind=kind,
        is_required=is_required,
    )


def area_field(
    name: str, label: str, hint: str, typed: Typed, wrong: Typed, *, is_required: bool = True
) -> Field:
    return Field(
        name,
        label,
        hint,
        typed.get(name, ""),
        wrong.get(name, ""),
        kind="area",
        is_required=is_required,
    )


def select_field(
    name: str,
    label: str,
    hint: str,
    choices: Named,
    typed: Typed,
    wrong: Typed,
    *,
    is_required: bool = True,
) -> Field:
    chosen = typed.get(name, "")
    return Field(
        name,
        label,
        hint,
        chosen,
        wrong.get(name, ""),
        kind="select",
        choices=tuple(Choice(value, text, value == chosen) for value, text in choices),
        is_required=is_required,
    )


def boxes_field(
    name: str,
    label: str,
    hint: str,
    choices: Named,
    typed: Typed,
    wrong: Typed,
    *,
    none: str,
) -> Field:
    """Boxes to tick, and one that says `none`; a text where nothing can be chosen from."""
    if not choices:
        wide = gettext("%(hint)s With commas between; write none where there is none.") % {
            "hint": hint
        }
        return text_field(name, label, wide, typed, wrong, is_required=False)
    chosen = set(typed.get(name, "").split("\n"))
    return Field(
        name,
        label,
        hint,
        typed.get(name, ""),
        wrong.get(name, ""),
        kind="boxes",
        choices=tuple(
            Choice(value, text, value in chosen) for value, text in (*choices, (NONE, none))
        ),
        is_required=False,
    )
