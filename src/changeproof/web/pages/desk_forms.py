"""The fields of the desk's forms: one place for labels, hints and choices."""

from collections.abc import Mapping, Sequence

from changeproof.web.pages.desk_page import Choice, Field, FormPage

KINDS = (
    ("software", "Software"),
    ("infrastructure", "Infrastructure"),
    ("data", "Data"),
    ("procedure", "Procedure"),
)
RISKS = (
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
)

Typed = Mapping[str, str]
Named = Sequence[tuple[str, str]]


def request_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Request a change: what, why, where, how risky, and the way back."""
    return FormPage(
        title="Request a change",
        sentence="What happens without a request is recorded as well; with one, it is explained.",
        url=url,
        fields=(
            text_field("title", "Title", "What changes, in one line.", typed, wrong),
            _system("", systems, typed, wrong),
            select_field("kind", "Kind", "What it alters.", KINDS, typed, wrong),
            select_field(
                "risk",
                "Risk",
                "What policy asks for depends on it; left open, policy says what it counts as.",
                RISKS,
                typed,
                wrong,
                is_required=False,
            ),
            area_field(
                "reason",
                "Reason and impact",
                "Why now, what is expected of it, and which systems, data and commitments it "
                "touches.",
                typed,
                wrong,
            ),
            area_field(
                "back_out",
                "Back-out plan",
                "How to return, and who can.",
                typed,
                wrong,
                is_required=False,
            ),
            text_field(
                "ticket",
                "Ticket",
                "Its key; work that cites it joins by itself.",
                typed,
                wrong,
                is_required=False,
            ),
            text_field(
                "links",
                "Pull requests or revisions",
                "Addresses or hashes of work that exists already, with commas between.",
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
    url: str,
    systems: Sequence[str],
    authorizers: Named,
    typed: Typed,
    wrong: Typed,
    recorded_as: str,
    *,
    needs_incident: bool,
    needs_change: bool = False,
) -> FormPage:
    """Declare an emergency: reason, incident, scope, end; tests, approval and review follow.

    What is needed is what the policy in force asks for; who is locked needs the change that a
    change manager authorized.
    """
    return FormPage(
        title="Declare an emergency",
        sentence="It waits for nobody. Authorization, approval, tests and review stay owed, "
        "and the next emergency is locked for you until the review.",
        url=url,
        fields=(
            area_field("reason", "Reason", "What is broken, and for whom.", typed, wrong),
            text_field(
                "incident",
                "Incident",
                "Its key or address; the policy in force asks for it."
                if needs_incident
                else "Its key or address.",
                typed,
                wrong,
                is_required=needs_incident,
            ),
            _system("The emergency covers this system and no other.", systems, typed, wrong),
            text_field(
                "minutes",
                "Length in minutes",
                "From now, seven days at most. What is deployed after the end is not covered.",
                {"minutes": "240", **typed},
                wrong,
                kind="number",
            ),
            select_field(
                "authorized_by",
                "Asked to authorize it",
                "Somebody else, who then authorizes it themselves; until they do, it is owed.",
                authorizers,
                typed,
                wrong,
                is_required=False,
            ),
            text_field(
                "change",
                "Change",
                "The one that a change manager authorized."
                if needs_change
                else "One that is on record already; without it, one is requested.",
                typed,
                wrong,
                is_required=needs_change,
            ),
        ),
        button="Declare",
        promise=f"Recorded as {recorded_as}. It becomes a log entry at once.",
    )


def _system(hint: str, systems: Sequence[str], typed: Typed, wrong: Typed) -> Field:
    """A choice of the known systems; a text where nothing has come in yet."""
    if systems:
        return select_field(
            "system", "System", hint, [(name, name) for name in systems], typed, wrong
        )
    return text_field("system", "System", hint or "The name it goes by.", typed, wrong)


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
