"""Pulumi: streams of engine events → what was set; checkpoints → what stands.

https://www.pulumi.com/docs/reference/pulumi-sdk/ (apitype, engine events). The stack names the
environment and the project the system, unless they are stated beside the file.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.production_acts import ItemAuthorized, ProductionActed
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, text
from changeproof.sources.fingerprints import content_digest, sealed
from changeproof.sources.identities import Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading
from changeproof.sources.terraform.shape import PLACE, first_value, place
from changeproof.sources.times import from_seconds, microseconds

_SEALED_BY_PULUMI = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi marks a secret (sdk/go/common/resource, SigKey)."""

_ALTERS = frozenset({"create", "update", "delete", "replace", "create-replacement",
                     "delete-replaced", "import", "import-replacement"})  # fmt: skip


def translate_pulumi(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    values = documents(delivery.body)
    if not values or not isinstance(values[0], dict):
        raise MalformedPayload("it is no engine event and no checkpoint")
    reading = Reading("pulumi", delivery, pseudonyms)
    gathered = Gathered(reading, "pulumi")
    if "checkpoint" in values[0] or "deployment" in values[0]:
        gathered.add(_standing(reading, values[0]))
        if not gathered.events:
            gathered.passed_over("a checkpoint without resources")
        return gathered.translation()
    preview = any(inside(value, "summaryEvent", "isPreview") is True for value in values)
    for number, value in enumerate(values):
        if not isinstance(value, dict) or "sequence" not in value:
            raise MalformedPayload("it is no engine event", where=f"line {number + 1:,}")
        metadata = inside(value, "resOutputsEvent", "metadata")
        if preview:
            metadata = inside(value, "resourcePreEvent", "metadata")
        if metadata is None or text(metadata, "op") not in _ALTERS:
            gathered.passed_over("engine events that set nothing")
        else:
            gathered.add(_set(reading, value, metadata, number, preview))
    return gathered.translation()


def _set(
    reading: Reading, value: dict[str, Any], metadata: Any, number: int, preview: bool
) -> Iterator[Event]:
    urn = text(metadata, "urn")
    if not urn:
        raise MalformedPayload("a resource has no urn", where=f"line {number + 1:,}")
    seconds = value.get("timestamp")
    at = from_seconds(seconds) if isinstance(seconds, int) and seconds > 0 else None
    removes = text(metadata, "op") in ("delete", "delete-replaced")
    before = _wanted(inside(metadata, "old", "inputs"), reading.pseudonyms)
    after = None if removes else _wanted(inside(metadata, "new", "inputs"), reading.pseudonyms)
    content = {
        **_where(reading, urn),
        "item": urn,
        "before_digest": content_digest(before),
        "after_digest": content_digest(after),
    }
    change = f"pulumi:update/{reading.delivery.digest}"
    if preview:
        yield ItemAuthorized(**reading.header(at), change=change, **content)
        return
    actor = Identity("pulumi:engine", "service")
    yield ProductionActed(
        **reading.header(at, actor=actor),
        act=f"{change}/{number}",
        kind="infrastructure",
        after_fields=fields_of(reading, after),
        **content,
    )


def _standing(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    latest = inside(value, "checkpoint", "latest") or inside(value, "deployment")
    stated = text(latest, "manifest", "time") or ""
    at = microseconds(stated)
    for resource in listed(latest, "resources"):
        urn = text(resource, "urn")
        if not urn:
            raise MalformedPayload("a resource has no urn", where="resources")
        held = inside(resource, "inputs") or inside(resource, "outputs")
        wanted = _wanted(held, reading.pseudonyms)
        yield StateObserved(
            **reading.header(at if at and at > 0 else None),
            **_where(reading, urn),
            item=urn,
            digest=content_digest(wanted),
            fields=fields_of(reading, wanted),
        )


def _where(reading: Reading, urn: str) -> dict[str, Any]:
    """`urn:pulumi:STACK::PROJECT::TYPE::NAME`."""
    stack, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    return place(reading.delivery, rest.partition("::")[0] or "pulumi", stack or "production")


def _wanted(value: Any, pseudonyms: Pseudonyms) -> Any:
    """Inputs with sealed secrets."""
    if isinstance(value, dict):
        if _SEALED_BY_PULUMI in value:
            return sealed(value, pseudonyms)
        return {key: _wanted(part, pseudonyms) for key, part in value.items()}
    if isinstance(value, list):
        return [_wanted(part, pseudonyms) for part in value]
    return value


def _fits(glimpse: Glimpse) -> bool:
    value = first_value(glimpse)
    if not isinstance(value, dict):
        return False
    if value.keys() >= {"sequence", "timestamp"}:
        return any(key.endswith("Event") for key in value)
    return "version" in value and (
        "latest" in (inside(value, "checkpoint") or {})
        or "manifest" in (inside(value, "deployment") or {})
    )


PULUMI = Kind(
    "pulumi",
    "Pulumi event streams and checkpoints",
    translate_pulumi,
    _fits,
    json=False,
    options=PLACE,
    of_record=True,
    confidential=always,
)
