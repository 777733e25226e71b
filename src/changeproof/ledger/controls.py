"""Which control matrix was in force from when, and which were put forward."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.controls import ControlsAdopted, ControlsProposed
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("controls_in_force", key=("controls_version",), seen="in_force_from")
@dataclass(frozen=True, slots=True)
class ControlsInForce(Row):
    """A control matrix and from when it is in force; its text stands in contents.

    Nobody adopted the initial one: `proposed_by` and `adopted_by` are null.
    """

    controls_version: int
    controls: str
    in_force_from: int
    proposed_by: str | None
    adopted_by: str | None
    stated_at: int
    event: str


@table("controls_proposal", key=("controls_version", "event"), seen="proposed_at")
@dataclass(frozen=True, slots=True)
class ControlsProposal(Row):
    """A control matrix that somebody put forward; its text stands in contents."""

    controls_version: int
    controls: str
    in_force_from: int
    proposed_by: str | None
    proposed_at: int | None
    stated_at: int
    event: str


@projects(ControlsAdopted)
def controls_row(event: ControlsAdopted, event_id: str) -> Iterator[Row]:
    yield ControlsInForce(
        event.controls_version,
        event.controls,
        event.in_force_from if event.in_force_from is not None else 0,
        event.proposed_by,
        event.actor,
        moment(event),
        event_id,
    )


@projects(ControlsProposed)
def proposal_row(event: ControlsProposed, event_id: str) -> Iterator[Row]:
    yield ControlsProposal(
        event.controls_version,
        event.controls,
        event.in_force_from,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
