"""The fields of the desk's forms: one place for labels, hints and choices."""

from collections.abc import Mapping, Sequence

from changeproof.web.pages.desk_page import Choice, Field, FormPage

KINDS = (
    ("normal", "Normal"),
    ("standard", "Standard, by a template"),
)
RISKS = (
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
)

Typed = Mapping[str, str]


def request_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Request a change: what, why, where, how risky, and the way back."""
    return FormPage(
        title="Request a change",
        sentence="What happens without a request is recorded as well; with one, it is explained.",
        url=url,
        fields=(
            _text("title", "Title", "What changes, in one line.", typed, wrong),
            _select("system", "System", "", [(name, name) for name in systems], typed, wrong),
            _select("risk", "Risk", "What policy asks for depends on it.", RISKS, typed, wrong),
            _area("reason", "Reason", "Why now, and what is expected of it.", typed, wrong),
            _area(
                "impact",
                "Impact",
                "Which systems, data and commitments it touches; “none” with a reason.",
                typed,
                wrong,
            ),
            _area("backout", "Back-out plan", "How to return, and who can.", typed, wrong),
            _text(
                "references",
                "Tickets, pull requests or revisions",
                "Optional; separate several by commas. What cites the request joins by itself.",
                typed,
                wrong,
                is_required=False,
            ),
        ),
        button="Request",
        promise=f"Recorded as {recorded_as}. It becomes a log entry at once; "
        "somebody else authorizes and approves it.",
    )


def emergency_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Declare an emergency: reason, incident, scope, end; tests, approval and review follow."""
    return FormPage(
        title="Declare an emergency",
        sentence="Everyone who is skipped is told at once. Approval and review stay owed, "
        "and the next emergency is locked until the review.",
        url=url,
        fields=(
            _area("reason", "Reason", "What is broken, and for whom.", typed, wrong),
            _text("incident", "Incident", "Its key or address.", typed, wrong),
            _select(
                "system",
                "System",
                "The emergency covers this system and no other.",
                [(name, name) for name in systems],
                typed,
                wrong,
            ),
            _text(
                "minutes",
                "Length in minutes",
                "From now. What is deployed after the end is not covered.",
                typed,
                wrong,
            ),
        ),
        button="Declare",
        promise=f"Recorded as {recorded_as}. It becomes a log entry at once.",
    )


def _text(
    name: str, label: str, hint: str, typed: Typed, wrong: Typed, *, is_required: bool = True
) -> Field:
    return Field(
        name, label, hint, typed.get(name, ""), wrong.get(name, ""), is_required=is_required
    )


def _area(name: str, label: str, hint: str, typed: Typed, wrong: Typed) -> Field:
    return Field(name, label, hint, typed.get(name, ""), wrong.get(name, ""), kind="area")


def _select(
    name: str,
    label: str,
    hint: str,
    choices: Sequence[tuple[str, str]],
    typed: Typed,
    wrong: Typed,
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
    )
