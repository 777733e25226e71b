"""The calendar of a month, read from what is planned on record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger
from changeproof.web.pages.calendar_page import Asked, CalendarPage, ConflictRow, Day, Entry
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.times import DAY, LONG_MONTHS, minute
from changeproof.web.times import moment as at
from changeproof.web.visibility import Systems, sees
from changeproof.workflow.planning import (
    Planned,
    conflicts,
    read_planned,
    read_rests_on,
    read_schedule,
)


def read_calendar(
    held: Ledger, caller: Caller, year: int, month: int, system: str, moment: int
) -> CalendarPage:
    """What the viewer may see of the month; of one system, if one is asked for."""
    visible = caller.systems(Permission.CHANGE_READ)
    begin, end = month_bounds(year, month)
    seen = [each for each in read_planned(held.store, begin, end) if may_see_planned(each, visible)]
    shown = [each for each in seen if not system or each.system in ("", system)]
    # A conflict is told with both its sides, of which one may lie on another system.
    met = [
        each
        for each in conflicts(seen, read_rests_on(held.store))
        if each.one in shown or each.other in shown
    ]
    texts = held.texts([each.title for each in seen if each.title])
    in_conflict = {side.name for each in met for side in (each.one, each.other)}
    entries = {each.name: _entry(each, texts, each.name in in_conflict) for each in seen}
    return CalendarPage(
        name=f"{LONG_MONTHS[month - 1]} {year}",
        asked=_asked(year, month, system),
        systems=tuple(sorted({each.system for each in seen if each.system})),
        days=tuple(_days(shown, entries, begin, end, moment)),
        conflicts=tuple(
            ConflictRow(
                entries[each.one.name],
                entries[each.other.name],
                max(each.one.begins_at, each.other.begins_at),
                min(each.one.ends_at, each.other.ends_at),
                f"{each.why}: {', '.join(f'{{{who}}}' for who in sorted(each.shared))}"
                if each.shared
                else each.why,
            )
            for each in met
        ),
        changes=sum(1 for each in shown if each.kind == "change"),
        freezes=sum(1 for each in shown if each.kind == "freeze"),
        maintenance=sum(1 for each in shown if each.kind == "maintenance"),
    )


def conflicts_told(held: Ledger, caller: Caller, change: str) -> list[str]:
    """Sentences on what stands in the way of a change's window; what the viewer may not see is
    told without its name."""
    own = read_schedule(held.store, change)
    if own is None:
        return []
    visible = caller.systems(Permission.CHANGE_READ)
    told = []
    planned = read_planned(held.store, own.begins_at, own.ends_at)
    for each in conflicts(planned, read_rests_on(held.store)):
        if change not in (each.one.name, each.other.name):
            continue
        other = each.other if each.one.name == change else each.one
        name = (
            other.name if may_see_planned(other, visible) else gettext("A change on another system")
        )
        told.append(
            gettext("%(name)s is planned from %(begins_at)s to %(ends_at)s; %(why)s.")
            % {
                "name": name,
                "begins_at": minute(other.begins_at),
                "ends_at": minute(other.ends_at),
                "why": each.why,
            }
        )
    return told


def window_typed(held: Ledger, change: str) -> dict[str, str]:
    """A change's window as the fields of a form hold it; empty where it has none."""
    own = read_schedule(held.store, change)
    if own is None:
        return {"begins": "", "ends": ""}
    begins, ends = (at(each).strftime("%Y-%m-%dT%H:%M") for each in (own.begins_at, own.ends_at))
    return {"begins": begins, "ends": ends}


def may_see_planned(planned: Planned, systems: Systems) -> bool:
    """Whether a viewer of these systems may. Windows over all systems concern everybody."""
    everybody = planned.kind != "change" and not planned.system
    return everybody or sees(systems, planned.system)


def month_bounds(year: int, month: int) -> tuple[int, int]:
    """The first moment of a month and the first of the next, UTC microseconds."""
    after_year, after_month = _moved(year, month, 1)
    return _moment(year, month), _moment(after_year, after_month)


def _moment(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000_000


def _moved(year: int, month: int, by: int) -> tuple[int, int]:
    count = year * 12 + month - 1 + by
    return count // 12, count % 12 + 1


def _asked(year: int, month: int, system: str) -> Asked:
    before, after = _moved(year, month, -1), _moved(year, month, 1)
    return Asked(
        f"{year:04d}-{month:02d}",
        system,
        f"{before[0]:04d}-{before[1]:02d}",
        f"{after[0]:04d}-{after[1]:02d}",
    )


def _entry(planned: Planned, texts: Mapping[str, str], in_conflict: bool) -> Entry:
    is_change = planned.kind == "change"
    return Entry(
        planned.name,
        planned.kind,
        title_of(texts.get(planned.title or ""), planned.name) if is_change else "",
        planned.system,
        reverse("change", args=[planned.name]) if is_change else "",
        planned.begins_at,
        planned.ends_at,
        in_conflict=in_conflict,
    )


def _days(
    shown: Iterable[Planned], entries: Mapping[str, Entry], begin: int, end: int, moment: int
) -> Iterable[Day]:
    """Each day of the month with something on it; what goes on stands on each of its days."""
    ordered = sorted(shown, key=lambda each: (each.begins_at, each.kind, each.name))
    for start in range(begin, end, DAY):
        on_it = [each for each in ordered if each.begins_at < start + DAY and start < each.ends_at]
        if on_it:
            yield Day(
                start,
                tuple(_on_day(entries[each.name], start) for each in on_it),
                is_today=start <= moment < start + DAY,
            )


def _on_day(entry: Entry, start: int) -> Entry:
    return entry if entry.begins_at >= start else replace(entry, goes_on=True)
