"""The register of systems as it was last described."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from changeproof.ledger.store import Store
from changeproof.ledger.systems import EnvironmentRecord, SystemAttribute, SystemRecord

Attributes = dict[tuple[str, str], tuple[str, ...]]
"""By system and list (`data_class`, `objective`, `depends_on`, `category`): names, sorted. A
list without a name is left out."""


def attributes_of(store: Store, systems: Collection[str] | None = None) -> Attributes:
    """What the register says of these systems (None: of all); what an earlier description said
    does not count."""
    records = (
        store.all(SystemRecord) if systems is None else store.by(SystemRecord, "system", systems)
    )
    current = {row.system: row.event for row in records}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in store.by(SystemAttribute, "system", current):
        if row.event == current[row.system]:
            found[row.system, row.attribute].append(row.value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


@dataclass(frozen=True, slots=True)
class DescribedSystem:
    """A system of the register, with its environments by name."""

    record: SystemRecord
    environments: tuple[EnvironmentRecord, ...]
    attributes: Attributes

    def listed(self, attribute: str) -> tuple[str, ...]:
        """One of its lists (`data_class`, `objective`, `depends_on`, `category`), sorted."""
        return self.attributes.get((self.record.system, attribute), ())


def described_systems(
    store: Store, systems: Collection[str] | None = None
) -> list[DescribedSystem]:
    """Those of `systems` (None: of all) that somebody described, by name."""
    found = (
        store.all(SystemRecord) if systems is None else store.by(SystemRecord, "system", systems)
    )
    names = [row.system for row in found]
    places: dict[str, list[EnvironmentRecord]] = defaultdict(list)
    for place in store.by(EnvironmentRecord, "system", names):
        places[place.system].append(place)
    attributes = attributes_of(store, names)
    return [
        DescribedSystem(
            row,
            tuple(sorted(places[row.system], key=lambda place: place.environment)),
            attributes,
        )
        for row in sorted(found, key=lambda row: row.system)
    ]


@dataclass(frozen=True, slots=True)
class Resting:
    """A system that rests on another one: `path` leads from that to this, both included."""

    system: str
    path: tuple[str, ...]


def resting_on(attributes: Attributes, systems: Collection[str]) -> list[Resting]:
    """Every system that rests on one of these, directly or by others, the nearest first.

    Each once, by a shortest path; names are compared without regard to case, and circles end.
    """
    carries: dict[str, set[str]] = defaultdict(set)
    for (system, attribute), values in attributes.items():
        if attribute == "depends_on":
            for value in values:
                carries[value.lower()].add(system)
    reached = {system.lower() for system in systems}
    found: list[Resting] = []
    layer: list[tuple[str, ...]] = [(system,) for system in sorted(systems)]
    while layer:
        following: list[tuple[str, ...]] = []
        for path in layer:
            for system in sorted(carries[path[-1].lower()]):
                if system.lower() not in reached:
                    reached.add(system.lower())
                    found.append(Resting(system, (*path, system)))
                    following.append((*path, system))
        layer = following
    return found
