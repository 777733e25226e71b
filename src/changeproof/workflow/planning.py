"""What is planned when, and what stands in one another's way: pure, over what is on record."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.requests import ChangeRequest, RequestClosure, Schedule, TimeWindow
from changeproof.ledger.store import Store
from changeproof.ledger.systems_read import attributes_of
from changeproof.ledger.table import Row

Kind = Literal["change", "freeze", "maintenance"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A change's window, a freeze or a maintenance window; UTC microseconds, end excluded.

    `system` is empty for a window over all systems. `people` are the accounts that asked for or
    authorized a change. `title` is the digest of a text.
    """

    name: str
    kind: Kind
    system: str
    begins_at: int
    ends_at: int
    people: frozenset[str] = frozenset()
    title: str | None = None
    stated_at: int = 0
    """When that window was set."""

    def meets(self, other: "Planned") -> bool:
        """Whether some moment lies in both."""
        return self.begins_at < other.ends_at and other.begins_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two that meet in time, and why they should not; `one` is a change and begins first where
    both are."""

    one: Planned
    other: Planned
    why: str  # a sentence's end: "both change payments"
    shared: frozenset[str] = field(default=frozenset())  # the accounts that both need


RestsOn = Mapping[str, frozenset[str]]
"""By system, those that it depends on."""


def conflicts(planned: Iterable[Planned], rests_on: RestsOn) -> tuple[Conflict, ...]:
    """Every pair that meets in time on one system, on one that the other rests on, with the same
    people, or a change in a freeze; in order of time."""
    ordered = sorted(planned, key=lambda each: (each.begins_at, each.kind, each.name))
    found: list[Conflict] = []
    running: list[Planned] = []
    for each in ordered:
        running = [other for other in running if other.ends_at > each.begins_at]
        for other in running:
            conflict = _between(other, each, rests_on)
            if conflict is not None:
                found.append(conflict)
        running.append(each)
    return tuple(found)


def _between(first: Planned, second: Planned, rests_on: RestsOn) -> Conflict | None:
    kinds = {first.kind, second.kind}
    if "change" not in kinds or not first.meets(second):
        return None
    if kinds == {"change"}:
        why, shared = _between_changes(first, second, rests_on)
        return Conflict(first, second, why, shared) if why else None
    change, window = (first, second) if first.kind == "change" else (second, first)
    if window.kind != "freeze" or window.system not in ("", change.system):
        return None
    return Conflict(change, window, "it lies in a freeze: only a declared emergency passes")


def _between_changes(
    first: Planned, second: Planned, rests_on: RestsOn
) -> tuple[str, frozenset[str]]:
    nobody: frozenset[str] = frozenset()
    if first.system == second.system:
        return f"both change {first.system}", nobody
    for upper, lower in ((first, second), (second, first)):
        if lower.system in rests_on.get(upper.system, frozenset()):
            return f"{upper.system} rests on {lower.system}", nobody
    shared = first.people & second.people
    return ("both need the same people", shared) if shared else ("", nobody)


def read_planned(store: Store, begins_at: int, ends_at: int) -> list[Planned]:
    """What is planned within a time and not ended: windows of requests that are not closed, and
    the set freezes and maintenance windows."""
    names = _named_within(store, Schedule, "change_name", begins_at, ends_at)
    names -= {row.change_name for row in store.by(RequestClosure, "change_name", names)}
    schedules = _standing(store, names)
    requests = {row.change_name: row for row in store.by(ChangeRequest, "change_name", names)}
    people: dict[str, set[str]] = {name: set() for name in names}
    for act in store.by(ChangeAuthorization, "change_name", names):
        people[act.change_name] |= {act.account} if act.account else set()
    found = []
    for name in sorted(names):
        request, schedule = requests.get(name), schedules[name]
        asked_by = request.requested_by if request is not None else None
        found.append(
            Planned(
                name,
                "change",
                (request.system or "") if request is not None else "",
                schedule.begins_at,
                schedule.ends_at,
                frozenset(people[name] | ({asked_by} if asked_by else set())),
                request.title if request is not None else None,
                schedule.stated_at,
            )
        )
    windows = _named_within(store, TimeWindow, "time_window", begins_at, ends_at)
    for window in store.by(TimeWindow, "time_window", windows):
        kind: Kind = "freeze" if window.kind == "freeze" else "maintenance"
        found.append(
            Planned(
                window.time_window,
                kind,
                window.system or "",
                window.begins_at,
                window.ends_at,
                stated_at=window.stated_at,
            )
        )
    # A window that was moved out of the time is not of it any more.
    return [each for each in found if each.begins_at < ends_at and begins_at < each.ends_at]


def read_schedule(store: Store, change: str) -> Schedule | None:
    """The window that holds for a change; None where none was ever set."""
    return _standing(store, [change]).get(change)


def _standing(store: Store, names: Collection[str]) -> dict[str, Schedule]:
    """By change, the window that was set last: it holds."""
    found: dict[str, Schedule] = {}
    rows = store.by(Schedule, "change_name", names)
    for row in sorted(rows, key=lambda row: (row.scheduled_at or 0, row.event)):
        found[row.change_name] = row
    return found


def _named_within(
    store: Store, row: type[Row], column: str, begins_at: int, ends_at: int
) -> set[str]:
    found = store.database.execute(
        f"SELECT DISTINCT {column} FROM {row.table.name} WHERE begins_at < ? AND ends_at > ?",
        (ends_at, begins_at),
    )
    return {str(cells[0]) for cells in found}


def read_rests_on(store: Store) -> dict[str, frozenset[str]]:
    """The register's dependencies, as last described."""
    said = attributes_of(store)
    return {
        system: frozenset(values)
        for (system, attribute), values in said.items()
        if attribute == "depends_on"
    }
