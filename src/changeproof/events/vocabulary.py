"""Every type of event, and the one door through which their bytes come back in."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from changeproof.events import (
    absences,
    access,
    acquisitions,
    acts,
    asked_roles,
    assessments,
    baselines,
    boards,
    break_glass,
    cases,
    connections,
    controls,
    decisions,
    deployments,
    documents,
    group_roles,
    incidents,
    inventory,
    oversight,
    people,
    production_acts,
    pulls,
    receipts,
    requests,
    retrievals,
    revisions,
    scans,
    seats,
    steps,
    systems,
    testing,
    vulnerabilities,
    waivers,
)
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal

_MODULES = (
    revisions,
    pulls,
    testing,
    deployments,
    requests,
    people,
    group_roles,
    asked_roles,
    receipts,
    controls,
    acts,
    cases,
    assessments,
    systems,
    production_acts,
    baselines,
    incidents,
    vulnerabilities,
    access,
    oversight,
    acquisitions,
    waivers,
    scans,
    inventory,
    retrievals,
    connections,
    boards,
    decisions,
    absences,
    seats,
    break_glass,
    documents,
    steps,
)

EVENT_TYPES: dict[str, type[Event]] = {
    name: member
    for module in _MODULES
    for name, member in vars(module).items()
    if isinstance(member, type) and issubclass(member, Event) and member is not Event
}

_types: Any = tuple(EVENT_TYPES.values())
_union: Any = _types[0]
for _member in _types[1:]:
    _union = _union | _member


@cache
def _adapter() -> TypeAdapter[Any]:
    """Made when something is first read: a command that only writes does without."""
    return TypeAdapter(Annotated[_union, Field(discriminator="type")])


def parse_event(data: bytes) -> Event:
    """The event that `data` (JSON) states. Raises Refusal naming the field and the reason."""
    try:
        event: Event = _adapter().validate_json(data)
    except ValidationError as error:
        raise _refusal(error) from error
    return event


def event_from(data: dict[str, Any]) -> Event:
    """The event that plain data states; lists may stand for tuples. Raises Refusal."""
    try:
        event: Event = _adapter().validate_python(data, strict=False)
    except ValidationError as error:
        raise _refusal(error) from error
    return event


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema of all events, as published for `POST /api/events`."""
    return _adapter().json_schema()


def _refusal(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "type"
    return Refusal(
        "The event was not taken.",
        where=place,
        why=first["msg"],
        cure="Compare it with the JSON Schema at /api/events/schema.",
    )
