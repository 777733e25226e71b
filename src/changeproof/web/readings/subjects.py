"""Where a subject's page is."""

from django.urls import reverse

from changeproof.ledger.subjects_known import kind_of_subject


def subject_url(subject: str) -> str:
    """The address of a change's page; empty for a subject that has none of its own."""
    return reverse("change", args=[subject]) if kind_of_subject(subject) == "change" else ""
