"""Audit records of services around the house: Atlassian, Auth0, Google Workspace, Tailscale,
Teleport, and GitHub's as somebody else rewrote it. What they tell (sign-ins, sharing, sessions) is
counted under its name and changes no verdict; a company that wants one to count writes a mapped
source for it.
"""

from typing import Any

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.kinds import Kind
from changeproof.sources.reading import Reading, read

_REWRITTEN = frozenset({"at_sign_timestamp", "operation_type", "actor_is_bot"})
"""Keys of GitHub's audit log as a collector of logs rewrote it: without the original's time it is
no record of GitHub's, which `github` reads."""
_REASON = "an audit record of a service that deploys nothing; map it, if it does here"


def translate_audit(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no such record."""
    reading = Reading("service-audit", delivery, pseudonyms)
    name = _name(read(Any, delivery.body))
    if name is None:
        raise MalformedPayload("it is no audit record that we know")
    seen = reading.seen(name[:500], _REASON)
    return Translation((seen,), tuple(reading.contents), seen.reason)


def _name(record: Any) -> str | None:
    """`SERVICE ACT`, by the keys that a service's records have."""
    if not isinstance(record, dict):
        return None
    attributes, data, event = (record.get(key) for key in ("attributes", "data", "event"))
    if isinstance(attributes, dict) and "action" in attributes and "actor" in attributes:
        return f"atlassian {attributes['action']}"
    if isinstance(data, dict) and "type" in data and "log_id" in record | data:
        return f"auth0 {data['type']}"
    if isinstance(record.get("id"), dict) and "applicationName" in record["id"]:
        return f"google workspace {record['id']['applicationName']}"
    if isinstance(event, dict) and "eventGroupID" in event:
        return f"tailscale {event.get('action')}"
    if "." in str(record.get("action", "")) and record.keys() & _REWRITTEN:
        return f"github {record['action']}"
    if {"code", "event", "time", "uid"} <= record.keys():
        return f"teleport {record['event']}"
    return None


KINDS = (
    Kind(
        "service-audit",
        "Audit records of other services",
        translate_audit,
        lambda glimpse: _name(glimpse.document) is not None,
    ),
)
