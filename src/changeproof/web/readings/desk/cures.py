"""Which act of the desk does what a reason asks for: the button beside a text does the text."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.alerts.needed import APPROVE, AUTHORIZE, RESOLVE, REVIEW
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.web.pages.change_page import Act
from changeproof.web.readings.desk.item import LABELS, possible_acts
from changeproof.web.readings.remembered import Remembered

ASSESS = "assess"
PHRASES = (
    ("somebody who wrote none of it looks at it", APPROVE),
    ("approve at the desk", APPROVE),
    ("authorize at the desk", AUTHORIZE),
    ("have somebody entitled allow it", AUTHORIZE),
    ("have somebody else entitled allow it", AUTHORIZE),
    ("have somebody entitled decide now whether it stays", RESOLVE),
    ("link it to a request", RESOLVE),
    ("find out who did it, and link, adopt or take it out", RESOLVE),
    ("hold the review now", REVIEW),
    ("have somebody who made none of it review it now", REVIEW),
    ("assess it at the desk", ASSESS),
    ("assess it now", ASSESS),
    ("assess availability", ASSESS),
)
"""Words of the checks' cures that the desk can follow; every other cure is done elsewhere."""

_ACTS: Remembered[Mapping[str, Mapping[str, Act]]] = Remembered(16)
RESOLVING = "Link, adopt, take out, or call it a false alarm"


def act_of(cure: str) -> str:
    """The act that follows this cure; empty where it is done elsewhere."""
    asked = cure.lower()
    return next((act for phrase, act in PHRASES if phrase in asked), "")


def acts_of(held: Ledger, name: str) -> dict[str, Act]:
    """What can be decided on a change now, by act, with the links to do it."""
    changes = held.store.by(Change, "change_id", [name])
    if not changes:
        return {}
    item = reverse("desk_item", args=[name])
    return {
        act: Act(gettext(LABELS[act]), f"{item}?act={act}")
        for act in possible_acts(held, changes[0])
    }


def acts_of_each(held: Ledger, names: Sequence[str]) -> Mapping[str, Mapping[str, Act]]:
    """The same of each of a list's changes."""
    return _ACTS.get(held, tuple(names), lambda: {name: acts_of(held, name) for name in names})
