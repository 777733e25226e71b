"""What ends or falls due within thirty days, on the systems that may be seen."""

from collections import Counter

from django.urls import reverse

from changeproof.ledger.service import Ledger
from changeproof.monitor.falling_due import DAY, Due, falling_due
from changeproof.web.pages.dashboard_page import FallingDue
from changeproof.web.readings.subjects import subject_url
from changeproof.web.visibility import Systems, sees

AHEAD = 30 * DAY
_SHOWN = 10


def read_falling_due(
    held: Ledger, moment: int, systems: Systems
) -> tuple[tuple[FallingDue, ...], int, tuple[tuple[str, int], ...]]:
    """The first of them, how many there are, and how many of each kind."""
    found = sorted(
        (
            each
            for each in falling_due(held, moment)
            if each.due_at <= moment + AHEAD and sees(systems, each.system)
        ),
        key=lambda each: (each.due_at, each.name),
    )
    kinds = Counter(each.kind for each in found)
    shown = tuple(
        FallingDue(each.kind, each.words, each.due_at, each.due_at <= moment, _url(each), each.who)
        for each in found[:_SHOWN]
    )
    return shown, len(found), tuple((str(kind), number) for kind, number in kinds.most_common())


def _url(each: Due) -> str:
    if each.kind == "waiver":
        return reverse("waivers")
    if each.kind == "access":
        return reverse("access")
    if each.kind == "access review":
        return reverse("access_review", args=[each.name])
    if each.kind == "review afterwards":
        return reverse("desk_item", args=[each.subject])
    if each.kind in ("document review", "acknowledgement"):
        return reverse("document", args=[each.subject])
    return subject_url(each.subject)
