"""The fields by which a source is connected; names are unique on the page that holds them all."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from changeproof.web.pages.desk_page import Choice, Field

Typed = Mapping[str, str]
Named = Sequence[tuple[str, str]]


def webhook_fields(kinds: Named, typed: Typed) -> tuple[Field, ...]:
    """What delivers, which of several, and the secret where the system makes it."""
    return (
        select_field("webhook_kind", gettext("System"), gettext("What delivers."), kinds, typed),
        text_field(
            "webhook_name",
            gettext("Name"),
            gettext("Where there are several: each has an address and a secret of its own."),
            typed,
        ),
        text_field(
            "webhook_secret",
            gettext("Its own secret"),
            gettext("Only where the system makes the secret itself. Left empty, we make one."),
            typed,
            kind="password",
        ),
    )


def ask_fields(kinds: Named, typed: Typed) -> tuple[Field, ...]:
    """What is asked, where, as whom."""
    return (
        select_field("ask_kind", gettext("System"), gettext("What is asked."), kinds, typed),
        text_field(
            "ask_address",
            gettext("Address"),
            gettext("Of its interface, like https://acme.example.com/"),
            typed,
            kind="url",
            is_required=True,
        ),
        text_field(
            "ask_login",
            gettext("Who asks"),
            gettext("A login, where a secret alone does not say."),
            typed,
        ),
        text_field(
            "ask_secret",
            gettext("Secret"),
            gettext(
                "A token that may read and nothing else, or an app's private key, whole. "
                "Left empty, a connected one keeps its own."
            ),
            typed,
            kind="password",
        ),
        Field(
            "ask_options",
            gettext("What to ask about"),
            gettext(
                "One a line: projects=PAY,OPS; and "
                "field.system=fields.components[0].name for fields of your own."
            ),
            typed.get("ask_options", ""),
            kind="area",
            is_required=False,
        ),
        text_field(
            "ask_name",
            gettext("Name"),
            gettext("What it is called here; its kind, if left empty."),
            typed,
        ),
    )


def upload_fields(kinds: Named, typed: Typed) -> tuple[Field, ...]:
    """Of which kind the files are."""
    chosen = select_field(
        "upload_kind",
        gettext("Kind"),
        gettext("Left open, the shape of each decides."),
        kinds,
        typed,
    )
    return (
        Field(
            chosen.name,
            chosen.label,
            chosen.hint,
            chosen.value,
            kind="select",
            choices=chosen.choices,
            is_required=False,
        ),
    )


def text_field(
    name: str,
    label: str,
    hint: str,
    typed: Typed,
    *,
    kind: str = "text",
    is_required: bool = False,
) -> Field:
    """A field of one line; a secret that was typed is never shown again."""
    value = "" if kind == "password" else typed.get(name, "")
    return Field(name, label, hint, value, kind=kind, is_required=is_required)


def select_field(name: str, label: str, hint: str, choices: Named, typed: Typed) -> Field:
    """A choice of one."""
    chosen = typed.get(name, "")
    return Field(
        name,
        label,
        hint,
        chosen,
        kind="select",
        choices=tuple(Choice(value, text, value == chosen) for value, text in choices),
    )
