"""What an evidence pack is: its members, its cover, its manifest.

`audits` writes packs and the verifier reads them; both take names and shapes from here.
"""

from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import msgspec

from changeproof.log.sealed_archive import BadSeal

KIND = "pack"
COVER = "cover.json"
MANIFEST = "manifest.json"
REPORT = "index.html"
CHECKPOINT = "log/checkpoint"
VKEY = "log/vkey"
LOG = "log/"
TEXTS = "contents/texts.jsonl"
SNAPSHOT = "snapshot/"
CHECKS = "checks/"
VIEWS = "checks/views/"
POLICIES = "policy/"
CONTROLS = "controls/"
BY_HAND = "by_hand/"
POPULATION_QUERY = "population/population.sql"
RECONCILIATION = "reconciliation/counts.json"
SPANS = "reconciliation/spans.json"
LEFTOVERS = "reconciliation/leftovers.csv"
FINDINGS = "findings/findings.jsonl"

TITLE = "Evidence pack: changes to production"
STATEMENT = "Prepared by management. Not a SOC 2 report; no opinion."
DEMONSTRATION = (
    "Demonstration: this instance holds invented data. Nothing here is evidence of anything."
)
INTERIM = (
    "Interim: the period had not closed when this pack was written."
    " Changes deployed afterwards are not in it."
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the pack is about. Times are UTC microseconds; `period_until` is excluded."""

    title: str
    statement: str
    origin: str
    profile: str
    demonstration: bool
    period_from: int
    period_until: int
    as_of: int
    interim: bool
    log_size: int
    log_root: str
    checks_digest: str
    schema_digest: str
    versions: dict[str, str]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every member but this one: its length and its SHA-256."""

    format: str
    members: dict[str, tuple[int, str]]


FORMAT = "changeproof pack 1"
Shape = TypeVar("Shape")


def as_json(value: Any) -> bytes:
    """A JSON file: sorted, indented, ending in a newline; the same value, the same bytes."""
    plain = asdict(value) if hasattr(value, "__dataclass_fields__") else value
    encoded = msgspec.json.encode(plain, order="sorted")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def read_json(data: bytes, shape: type[Shape], member: str) -> Shape:
    """A member as what it should be. Raises BadSeal naming the member and field."""
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadSeal(member, f"it cannot be read: {error}") from error
