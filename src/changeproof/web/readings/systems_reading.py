"""The register of systems, read for its page: what was stated last of each."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from changeproof.ledger.deployers_read import DeployedPlace, deployed_places
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems import EnvironmentRecord, SystemRecord
from changeproof.ledger.systems_read import Attributes, attributes_of, resting_on
from changeproof.web.charts.systems_map import Told, systems_map
from changeproof.web.pages.systems_page import (
    Deployer,
    Environment,
    MapRow,
    RestingRow,
    SystemRow,
    SystemsPage,
)
from changeproof.web.readings.entries import Links, linked, read_links, source_name
from changeproof.web.readings.remembered import Remembered
from changeproof.web.readings.systems_named import changes_by_system
from changeproof.web.visibility import Systems, seen_of

_PLACES: Remembered[list[DeployedPlace]] = Remembered(
    16, ("deployment", "observed_state", "production_act")
)
_RESTING = 200
"""Ways by which systems rest on others that are listed."""
_NAMED = 5
"""How many who deploy are named at a place."""


def read_systems_page(held: Ledger, systems: Systems) -> SystemsPage:
    """Every system that the viewer may see: described, or known by its changes alone."""
    store = held.store
    records = {row.system: row for row in store.all(SystemRecord)}
    environments: dict[str, list[Environment]] = defaultdict(list)
    for row in store.all(EnvironmentRecord):
        environments[row.system].append(
            Environment(row.environment, row.purpose, row.boundary or "")
        )
    changes = changes_by_system(held)
    links = read_links(held, [row.event for row in records.values()])
    places = _PLACES.get(held, systems, lambda: deployed_places(store, systems))
    for place in places:  # where nobody described it, what sources told of it stands
        if place.system not in records:
            told = Environment(place.environment, place.environment, "")
            if told.name not in {each.name.lower() for each in environments[place.system]}:
                environments[place.system].append(told)
    seen = seen_of(systems, {*records, *environments, *changes})
    # Nobody is told by what rests on theirs that a system exists which they may not see.
    attributes = attributes_of(store, [name for name in seen if name in records])
    rows = {
        name: _row(name, records.get(name), attributes, environments[name], changes[name], links)
        for name in seen
    }
    rests_on = {
        system: values
        for (system, attribute), values in attributes.items()
        if attribute == "depends_on"
    }
    resting = _resting(attributes, {value for values in rests_on.values() for value in values})
    return SystemsPage(
        tuple(row for name, row in rows.items() if name in records),
        tuple(row for name, row in rows.items() if name not in records),
        tuple(_map_row(place) for place in places),
        systems_map([told for place in places for told in _told(place)], rests_on),
        tuple(resting[:_RESTING]),
        max(0, len(resting) - _RESTING),
    )


def _told(place: DeployedPlace) -> Iterator[Told]:
    if not place.deployers:
        yield Told("", place.system, place.environment, 0)
    for account, number in place.deployers.items():
        yield Told(account, place.system, place.environment, number)


def _resting(attributes: Attributes, systems: Collection[str]) -> list[RestingRow]:
    """What rests on each of these, directly or by others, by name."""
    found = [
        RestingRow(each.system, system, tuple(reversed(each.path)))
        for system in sorted(systems)
        for each in resting_on(attributes, [system])
    ]
    return sorted(found, key=lambda row: (row.system, len(row.way), row.rests_on))


def _map_row(place: DeployedPlace) -> MapRow:
    by_number = sorted(place.deployers.items(), key=lambda each: (-each[1], each[0]))
    return MapRow(
        place.system,
        place.environment,
        tuple(Deployer(account, number) for account, number in by_number[:_NAMED]),
        max(0, len(by_number) - _NAMED),
        tuple(sorted(source_name(source) for source in place.sources)),
        sum(place.deployers.values()),
        place.last_at,
    )


def _row(
    name: str,
    record: SystemRecord | None,
    attributes: Attributes,
    environments: list[Environment],
    changes: int,
    links: Links,
) -> SystemRow:
    dependents = sorted(
        system
        for (system, attribute), values in attributes.items()
        if attribute == "depends_on" and name in values
    )
    entries = linked(links, [record.event]) if record is not None else ()
    return SystemRow(
        system=name,
        owner=(record.owner or "") if record is not None else "",
        in_scope=record is None or bool(record.in_scope),
        environments=tuple(environments),
        data_classes=attributes.get((name, "data_class"), ()),
        objectives=attributes.get((name, "objective"), ()),
        categories=attributes.get((name, "category"), ()),
        depends_on=attributes.get((name, "depends_on"), ()),
        dependents=tuple(dependents),
        changes=changes,
        entry=entries[0] if entries else None,
    )
