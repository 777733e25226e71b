"""The register of systems: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.systems import EnvironmentRegistered, SystemRegistered
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("system_record", key=("system",), seen="registered_at")
@dataclass(frozen=True, slots=True)
class SystemRecord(Row):
    """A system as last described. Its lists are `system_attribute` rows of the same event."""

    system: str
    owner: str | None
    in_scope: int
    version_pattern: str | None
    registered_by: str | None
    registered_at: int | None
    stated_at: int
    event: str


@table("system_attribute", key=("system", "attribute", "value", "event"))
@dataclass(frozen=True, slots=True)
class SystemAttribute(Row):
    """A name in a system's lists: `data_class`, `objective`, `depends_on` or `category`.

    It counts where its event is that of `system_record`.
    """

    system: str
    attribute: str
    value: str
    stated_at: int
    event: str


@table("environment_record", key=("system", "environment"), seen="registered_at")
@dataclass(frozen=True, slots=True)
class EnvironmentRecord(Row):
    """What an environment is for, and the boundary it stands in."""

    system: str
    environment: str
    purpose: str
    boundary: str | None
    registered_by: str | None
    registered_at: int | None
    stated_at: int
    event: str


@projects(EnvironmentRegistered)
def environment_row(event: EnvironmentRegistered, event_id: str) -> Iterator[Row]:
    yield EnvironmentRecord(
        event.system,
        event.environment,
        event.purpose,
        event.boundary,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(SystemRegistered)
def system_rows(event: SystemRegistered, event_id: str) -> Iterator[Row]:
    """The system, and a row for each name in its lists."""
    yield SystemRecord(
        event.system,
        event.owner,
        int(event.in_scope),
        event.version_pattern,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
    for attribute, values in (
        ("data_class", event.data_classes),
        ("objective", event.objectives),
        ("depends_on", event.depends_on),
        ("category", event.categories),
    ):
        for value in dict.fromkeys(values):
            yield SystemAttribute(event.system, attribute, value, moment(event), event_id)
