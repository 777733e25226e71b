"""Azure activity log records → acts.

https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, option, text
from changeproof.sources.fingerprints import content_digest, sealed_if
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, time

_ADDRESS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_OBJECT = "http://schemas.microsoft.com/identity/claims/objectidentifier"
_SUBSCRIPTION = re.compile(r"(?i)/subscriptions/([^/]+)")
_SECRET = re.compile(r"(?i)password|secret|token|key$|credential|connectionstring|customdata")
_DONE = frozenset({"success", "succeeded"})
_BEGUN = frozenset({"start", "started", "accept", "accepted"})


def translate_azure(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("azure", delivery, pseudonyms)
    gathered = Gathered(reading, "azure")
    for value in documents(delivery.body):
        records = inside(value, "records") or (value if isinstance(value, list) else [value])
        for record in records:
            _record(gathered, record)
    return gathered.translation()


def _record(gathered: Gathered, record: Any) -> None:
    operation = text(record, "operationName") or text(record, "operationName", "value") or ""
    category = (text(record, "category") or text(record, "category", "value") or "").lower()
    if not operation:
        raise MalformedPayload("it names no operation", where="operationName")
    verb = operation.lower().rpartition("/")[2]
    result = (text(record, "resultType") or text(record, "status", "value") or "").lower()
    if category in ("recommendation", "security", "alert"):
        gathered.add(_detection(gathered.reading, record, operation, category))
    elif category != "administrative":
        gathered.passed_over(f"records of the category {category or 'none'!s} tell of no act")
    elif verb == "read" or operation.lower().endswith(("/listkeys/action", "/list/action")):
        gathered.passed_over("it read and altered nothing")
    elif result in _BEGUN:
        gathered.passed_over("it begins an operation that is told of when it ends")
    elif result not in _DONE:
        gathered.passed_over("Azure refused the call or it failed; nothing was altered")
    else:
        gathered.add(_act(gathered.reading, record, operation))


def _at(record: Any) -> int:
    return time(text(record, "time") or text(record, "eventTimestamp") or "", "time")


def _act(reading: Reading, record: dict[str, Any], operation: str) -> Iterator[Event]:
    resource = text(record, "resourceId") or ""
    actor = _identity(record, reading.pseudonyms)
    after = _content(record, operation, reading)
    yield ProductionActed(
        **reading.header(_at(record), actor=actor),
        act=f"azure:{text(record, 'eventDataId') or content_digest(record)}",
        system=option(reading.delivery, "system") or _system(resource),
        environment=option(reading.delivery, "environment") or "production",
        kind="infrastructure",
        item=resource.lower() or operation.lower(),
        executed_digest=content_digest(
            {"call": operation.lower(), "parameters": inside(record, "properties", "requestbody")}
        ),
        after_digest=None if after is None else content_digest(after),
        after_fields=fields_of(reading, after),
    )


def _content(record: dict[str, Any], operation: str, reading: Reading) -> Any:
    """What a PUT sent, which replaces the whole resource; None where it was another call, or the
    record does not hold what was sent."""
    properties = inside(record, "properties")
    sent = inside(properties, "requestbody") or inside(properties, "requestBody")
    called = text(record, "httpRequest", "method") or ""
    if not operation.lower().endswith("/write") or called.upper() != "PUT":
        return None
    if isinstance(sent, str):
        try:
            sent = json.loads(sent)
        except (ValueError, RecursionError):
            return None
    if not isinstance(sent, dict):
        return None
    return sealed_if(sent, lambda key: bool(_SECRET.search(key)), reading.pseudonyms)


def _detection(reading: Reading, record: Any, operation: str, category: str) -> Iterator[Event]:
    yield DetectionRaised(
        **reading.header(_at(record)),
        detection=f"azure:{text(record, 'eventDataId') or content_digest(record)}",
        system=option(reading.delivery, "system") or _system(text(record, "resourceId") or ""),
        kind=f"azure {category}: {operation}"[:500],
    )


def _system(resource: str) -> str:
    found = _SUBSCRIPTION.search(resource)
    return f"azure/{found[1].lower()}" if found else "azure"


def _identity(record: dict[str, Any], pseudonyms: Pseudonyms) -> Identity:
    claims = inside(record, "identity", "claims") or inside(record, "claims")
    kind = (text(record, "identity", "authorization", "evidence", "principalType") or "").lower()
    machine = kind in ("serviceprincipal", "managedidentity") or (
        bool(text(claims, "appid"))
        and not (text(claims, f"{_ADDRESS}emailaddress") or text(claims, f"{_ADDRESS}upn"))
    )
    if number := text(claims, _OBJECT):
        return Identity(f"azure:object/{number.lower()}", "service" if machine else None)
    said = text(claims, f"{_ADDRESS}upn") or text(claims, f"{_ADDRESS}emailaddress")
    if said := said or text(record, "caller"):
        return Identity(f"azure:user/{pseudonyms.login(said)}", None)
    return NOBODY


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    record = inside(value, "records", 0) or (inside(value, 0) if isinstance(value, list) else value)
    return isinstance(record, dict) and (
        record.keys() >= {"resourceId", "operationName", "category"}
        or record.keys() >= {"resourceId", "operationName", "eventDataId"}
    )


AZURE = Kind(
    "azure",
    "Azure activity log",
    translate_azure,
    _fits,
    aliases=("azure-activity",),
    json=False,
    options=("system", "environment"),
    confidential=always,
)
