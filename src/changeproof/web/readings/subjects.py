"""Where a subject's page is, and what a change is called in a list of subjects."""

from collections.abc import Collection
from urllib.parse import urlencode

from django.urls import reverse

from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.web.readings.changes_reading import title_of

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


def titles_of_changes(held: Ledger, subjects: Collection[str]) -> dict[str, str]:
    """What those of the subjects that are changes are called; no other subject has a title."""
    changes = held.store.by(Change, "change_id", subjects)
    texts = held.texts({row.title for row in changes if row.title})
    return {row.change_id: title_of(texts.get(row.title or ""), row.change_id) for row in changes}
