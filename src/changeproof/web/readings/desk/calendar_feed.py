"""What is planned, as a calendar program reads it (RFC 5545)."""

from collections.abc import Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Calendar, Event

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger
from changeproof.web.counting import thousands
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.calendar import may_see_planned
from changeproof.web.times import DAY, moment
from changeproof.workflow.planning import Planned, read_planned

BEFORE, AFTER = 92 * DAY, 366 * DAY
"""How far back and ahead it reaches, microseconds."""
MOST_ENTRIES = 2_000
"""What lies furthest ahead is left out beyond, and the calendar's description says so."""
READ_AGAIN_EVERY = timedelta(minutes=30)
_WORDS = {"freeze": "Freeze", "maintenance": "Maintenance"}
_LONGEST_LINE = 300  # characters of a title; programs cut longer ones in odd places


def read_calendar_feed(held: Ledger, caller: Caller, base: str, at: int) -> bytes:
    """The calendar of whoever `caller` is, with what they may see. `base` is the server's address,
    without a slash at its end: entries link to their pages there. Equal bytes while nothing in it
    changed, so that who asks again is told so."""
    visible = caller.systems(Permission.CHANGE_READ)
    # By whole days, or each moment would move its edges.
    today = at - at % DAY
    planned = [
        each
        for each in read_planned(held.store, today - BEFORE, today + AFTER)
        if may_see_planned(each, visible)
    ]
    planned.sort(key=lambda each: (each.begins_at, each.kind, each.name))
    texts = held.texts([each.title for each in planned if each.title])
    return _calendar(planned, texts, base, held.instance.origin)


def _calendar(planned: list[Planned], texts: Mapping[str, str], base: str, origin: str) -> bytes:
    told = gettext("Changes, freezes and maintenance windows. Times are UTC.")
    if len(planned) > MOST_ENTRIES:
        told += gettext(" The first %(most_entries)s of %(planned)s: see the calendar's page.") % {
            "most_entries": thousands(MOST_ENTRIES),
            "planned": thousands(len(planned)),
        }
    calendar = Calendar()
    calendar.add("prodid", "-//Changeproof//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", gettext("Changes to production"))
    calendar.add("x-wr-caldesc", told)
    calendar.add("refresh-interval", READ_AGAIN_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", READ_AGAIN_EVERY)
    for each in planned[:MOST_ENTRIES]:
        calendar.add_component(_entry(each, texts, base, origin))
    return bytes(calendar.to_ical())


def _entry(planned: Planned, texts: Mapping[str, str], base: str, origin: str) -> Event:
    entry = Event()
    entry.add("uid", f"{_line(planned.name)}@{origin}")
    entry.add("dtstamp", moment(planned.stated_at).replace(microsecond=0))
    entry.add("dtstart", moment(planned.begins_at).replace(microsecond=0))
    entry.add("dtend", moment(planned.ends_at).replace(microsecond=0))
    system = _line(planned.system) or gettext("all systems")
    if planned.kind == "change":
        title = title_of(texts.get(planned.title or ""), "")
        entry.add("summary", _line(f"{planned.name} {title}".strip()))
        entry.add("url", base + reverse("change", args=[planned.name]))
        entry.add("description", gettext("Changes %(system)s.") % {"system": system})
    else:
        entry.add("summary", f"{_WORDS[planned.kind]}: {system}")
        month = f"{moment(planned.begins_at):%Y-%m}"
        entry.add("url", f"{base}{reverse('calendar')}?month={month}")
        entry.add(
            "description",
            gettext("%(name)s, on %(system)s.") % {"name": _line(planned.name), "system": system},
        )
        entry.add("transp", "TRANSPARENT")  # it takes nobody's time
    entry.add("categories", [_WORDS.get(planned.kind, "Change")])
    return entry


def _line(text: str) -> str:
    """One line without what no calendar may hold: a control character would end the file there."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(shown.split())[:_LONGEST_LINE]
