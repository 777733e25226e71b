"""Where a subject's page is."""

from urllib.parse import urlencode

from django.urls import reverse

from changeproof.ledger.subjects_known import kind_of_subject

_NAMED = ("incident", "vulnerability")


def subject_url(subject: str) -> str:
    """The address of the page of a change, an incident, a vulnerability or an item; empty for a
    subject that has none of its own."""
    kind = kind_of_subject(subject)
    if kind in _NAMED:
        # In the query: a name that a tool gave may hold any character.
        return f"{reverse(kind)}?{urlencode({'name': subject.removeprefix(f'{kind}:')})}"
    if kind == "item":
        return reverse("baseline", args=[subject.removeprefix("item:")])
    return reverse("change", args=[subject]) if kind == "change" else ""
