"""In which order a whole population's views and checks run, and what may go after each.

A million changes fill twenty gigabytes if every view stays until the end. So each check runs as
soon as its views stand, and a table or view goes once nothing reads it any more.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from changeproof.checks.loader import Check, CheckSet, View


@dataclass(frozen=True)
class Stage:
    """Run `what`; afterwards nothing reads `done_with`, names of tables and views."""

    what: View | Check
    done_with: tuple[str, ...]


def running_order(checks: CheckSet, tables: Collection[str]) -> list[Stage]:
    """Every view that something reads, and every check of the first pass, each after what it
    reads. `tables` are the evidence tables that are loaded for it."""
    order = list(_in_order(checks))
    last: dict[str, int] = {}
    for place, what in enumerate(order):
        for name in sorted(what.statement.tables):
            last[name] = place
    end = _by_place(last)
    views = {view.name for view in checks.views}
    return [
        Stage(
            what,
            tuple(name for name in end.get(place, ()) if name in tables or name in views),
        )
        for place, what in enumerate(order)
    ]


def _by_place(places: Mapping[str, int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, place in places.items():
        found.setdefault(place, []).append(name)
    return found


def _in_order(checks: CheckSet) -> Iterator[View | Check]:
    """The check that lacks the fewest views comes next, behind those; ties by its id."""
    views = {view.name: view for view in checks.views}
    behind: dict[str, frozenset[str]] = {}
    for view in checks.views:  # each after those that it reads
        behind[view.name] = _with_theirs(view, behind)
    waiting = {
        check.id: (check, _with_theirs(check, behind))
        for check in checks.checks
        if not check.matter.second
    }
    standing: set[str] = set()
    while waiting:
        identifier = min(waiting, key=lambda each: (len(waiting[each][1] - standing), each))
        check, wanted = waiting.pop(identifier)
        for name in views:
            if name in wanted and name not in standing:
                standing.add(name)
                yield views[name]
        yield check


def _with_theirs(what: View | Check, behind: dict[str, frozenset[str]]) -> frozenset[str]:
    """The views that it reads, and those that they read."""
    own = what.statement.tables & behind.keys()
    return own.union(*(behind[name] for name in own))
