"""Google Cloud audit log entries → acts, access. https://cloud.google.com/logging/docs/audit"""

import re
from collections.abc import Iterator
from typing import Any

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.event import Event
from changeproof.events.production_acts import ProductionActed
from changeproof.events.testing import ArtifactBuilt
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import (
    Gathered,
    image_digest,
    inside,
    listed,
    option,
    revision_in,
    text,
)
from changeproof.sources.fingerprints import content_digest, sealed_if
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, time
from changeproof.sources.times import microseconds

_READS = re.compile(
    r"(?:.*\.)?(?:get|list|search|query|lookup|test|watch|aggregated|batchGet|export|view)"
    r"(?:[A-Z].*)?",
    re.IGNORECASE,
)
_SECRET = re.compile(r"(?i)password|secret|token|private.?key|credential|^env$|data")
_SETS = re.compile(r"(?:.*\.)?(?:create|insert|update|patch|replace)(?:[A-Z].*)?", re.IGNORECASE)
_NO_RESOURCE = re.compile(r"(?i)operation|(response|empty|policy)$")
"""Answers of these types tell of the call, not of what it set."""
_VOLATILE = re.compile(
    r"(?i)etag|status|uid|generation|resourceVersion|fingerprint|(.*/)?(creator|lastModifier)|"
    r"(creation|create|update|deletion|last\w*)(d|_)?(time|timestamp)|(.*/)?operation-id"
)
"""What changes by itself, or with every call."""
_MACHINE = re.compile(r".*\.gserviceaccount\.com", re.IGNORECASE)
_OWN_AGENT = re.compile(
    r"service-\d+@.*\.gserviceaccount\.com|\d+@cloudservices\.gserviceaccount\.com|"
    r"system@google\.com",
    re.IGNORECASE,
)
_PAYLOADS = ("protoPayload", "protopayload", "proto_payload")


def translate_google(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("gcp", delivery, pseudonyms)
    gathered = Gathered(reading, "gcp")
    for value in documents(delivery.body):
        for entry in value if isinstance(value, list) else [value]:
            _entry(gathered, entry)
    return gathered.translation()


def _entry(gathered: Gathered, entry: Any) -> None:
    if isinstance(inside(entry, "data"), dict) and "specversion" in entry:
        entry = entry["data"]
    audit = next((found for key in _PAYLOADS if (found := inside(entry, key))), None)
    if not isinstance(audit, dict):
        if _is_build(entry):
            return gathered.add(_built(gathered.reading, entry))
        raise MalformedPayload("it is no audit log entry", where="protoPayload")
    method = text(audit, "methodName") or ""
    if not method:
        raise MalformedPayload("it names no method", where="protoPayload.methodName")
    log = text(entry, "logName") or text(entry, "logname") or ""
    if inside(audit, "status", "code"):
        return gathered.passed_over("Google Cloud refused the call; nothing was altered")
    if "data_access" in log or _READS.fullmatch(method):
        return gathered.passed_over("it read data or ran a job, and set nothing")
    if inside(entry, "operation", "last") and not inside(entry, "operation", "first"):
        return gathered.passed_over("it ends an operation that was told of when it began")
    gathered.add(_act(gathered.reading, entry, audit, method, log))
    return None


def _act(
    reading: Reading, entry: dict[str, Any], audit: dict[str, Any], method: str, log: str
) -> Iterator[Event]:
    said = text(entry, "timestamp") or ""
    at = microseconds(said) or microseconds(said, assume_utc=True)
    if at is None:
        raise MalformedPayload("it states no time", where="timestamp")
    project = text(entry, "resource", "labels", "project_id") or "unknown"
    address = text(audit, "authenticationInfo", "principalEmail") or ""
    actor = _identity(address, reading.pseudonyms)
    system = option(reading.delivery, "system") or f"gcp/{project}"
    request = sealed_if(
        audit.get("request"), lambda key: bool(_SECRET.search(key)), reading.pseudonyms
    )
    after = _content(audit, method, reading)
    insert = text(entry, "insertId") or text(entry, "insertid")
    yield ProductionActed(
        **reading.header(at, actor=actor),
        act=f"gcp:{project}/{insert or ''}/{content_digest(entry)[:32]}"[:500],
        system=system,
        environment=option(reading.delivery, "environment") or "production",
        kind="infrastructure",
        item=(text(audit, "resourceName") or method)[:500],
        executed_digest=content_digest({"call": method, "parameters": request}),
        after_digest=None if after is None else content_digest(after),
        after_fields=fields_of(reading, after),
        automatic="system_event" in log or bool(_OWN_AGENT.fullmatch(address)),
    )
    for delta in listed(audit, "serviceData", "policyDelta", "bindingDeltas"):
        yield from _access(reading, delta, at, system, actor)


def _content(audit: dict[str, Any], method: str, reading: Reading) -> Any:
    """What the resource is after a call that answers with the whole of it; else None."""
    answer = audit.get("response")
    kind = text(answer, "@type") or ""
    if not _SETS.fullmatch(method) or not kind or _NO_RESOURCE.search(kind):
        return None
    return sealed_if(_lasting(answer), lambda key: bool(_SECRET.search(key)), reading.pseudonyms)


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(part) for key, part in value.items() if not _VOLATILE.fullmatch(key)}
    return [_lasting(part) for part in value] if isinstance(value, list) else value


def _access(reading: Reading, delta: Any, at: int, system: str, actor: Identity) -> Iterator[Event]:
    role = text(delta, "role") or ""
    kind, _, address = (text(delta, "member") or "").partition(":")
    if not address or role.rpartition(".")[2].lower() in ("viewer", "browser"):
        return
    holder = _identity(address, reading.pseudonyms)
    if holder.account is None or kind not in ("user", "serviceAccount"):
        return
    header = reading.header(at, holder, actor=actor)
    event = AccessGranted if text(delta, "action") == "ADD" else AccessEnded
    yield event(**header, account=holder.account, access="write", system=system)


def _identity(address: str, pseudonyms: Pseudonyms) -> Identity:
    if not address:
        return NOBODY
    if _MACHINE.fullmatch(address) or _OWN_AGENT.fullmatch(address):
        name, _, domain = address.lower().partition("@")
        return Identity(f"gcp:serviceaccount/{domain.partition('.')[0]}/{name}"[:500], "service")
    return Identity(f"gcp:user/{pseudonyms.login(address)}", None)


def _is_build(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.keys() >= {"projectId", "status", "source", "results"}


def _built(reading: Reading, build: dict[str, Any]) -> Iterator[Event]:
    """A build of Cloud Build, as Pub/Sub tells of it."""
    source = inside(build, "sourceProvenance") or inside(build, "source")
    revision = text(source, "resolvedRepoSource", "commitSha") or text(
        source, "repoSource", "commitSha"
    )
    images = [text(image, "digest") for image in listed(build, "results", "images")]
    digests = [found for image in images if (found := image_digest(image))]
    if text(build, "status") != "SUCCESS" or not digests:
        yield reading.seen("gcp.build", "a build that made no image of a stated digest")
        return
    ended = text(build, "finishTime")
    for digest in digests:
        yield ArtifactBuilt(
            **reading.header(time(ended, "finishTime") if ended else None),
            artifact=digest,
            revision=revision_in(revision),
        )


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    entry = value[0] if isinstance(value, list) and value else value
    if (
        isinstance(inside(entry, "data"), dict)
        and isinstance(entry, dict)
        and "specversion" in entry
    ):
        entry = entry["data"]
    audit = any(isinstance(inside(entry, key), dict) for key in _PAYLOADS)
    return audit or (_is_build(entry) and "logsBucket" in entry)


GOOGLE = Kind(
    "gcp",
    "Google Cloud audit log",
    translate_google,
    _fits,
    aliases=("gcp-audit", "google-cloud"),
    json=False,
    of_record=True,
    options=("system", "environment"),
    confidential=always,
)
