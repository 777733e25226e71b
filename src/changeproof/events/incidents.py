"""What was decided about incidents, and which changes they are tied to."""

from typing import Literal

from changeproof.events.event import Digest, Event, Identifier


class IncidentDecided(Event):
    """The actor decided whether an incident needs a change (CC8.1, point 11)."""

    type: Literal["IncidentDecided"] = "IncidentDecided"
    incident: Identifier
    needs_change: bool
    reason: Digest | None = None


class IncidentLinked(Event):
    """A change remediates an incident, or caused it."""

    type: Literal["IncidentLinked"] = "IncidentLinked"
    incident: Identifier
    change: Identifier
    relation: Literal["remediates", "caused"] = "remediates"
