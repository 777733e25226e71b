"""Protected branches → ProtectionChanged: from audit events that GitLab streams.

No webhook tells of them. `event_type` names what was done, `target_details` the branch; an
audit event names the project by number and the server by nothing.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import ProtectionChanged
from changeproof.sources.gitlab.payload import Number, Project, User, place
from changeproof.sources.reading import Reading, read, time

_ENFORCED = {
    "protected_branch_created": True,
    "protected_branch_updated": True,
    "protected_branch_removed": False,
}


class AuditEvent(msgspec.Struct):
    """One line of the audit log."""

    event_type: str
    created_at: str | None = None
    looked_at: bool = False
    author_id: int | None = None
    entity_id: Number | None = None
    entity_type: str | None = None
    target_type: str | None = None
    target_details: str | None = None
    details: dict[str, Any] | None = None


def audit_event(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    told = read(AuditEvent, reading.delivery.body)
    enforced = _ENFORCED.get(told.event_type)
    if enforced is None or not told.target_details or told.entity_type != "Project":
        yield reading.seen(told.event_type[:500] or "audit", "no evidence is read from this act")
        return
    where = place(reading, Project(told.entity_id))
    author = User(told.author_id) if told.author_id is not None and told.author_id > 0 else None
    settings = msgspec.json.encode(told.details, order="sorted").decode() if told.details else None
    if told.looked_at:  # asked for: it bears no time, so the look bounds it
        at = reading.delivery.received_at
    else:
        at = time(told.created_at or "", "created_at")
    yield ProtectionChanged(
        **reading.header(at, actor=where.identity(author), bound=told.looked_at),
        repository=where.repository,
        pattern=told.target_details,
        enforced=enforced,
        settings=reading.keep(settings),
    )
