"""What a configuration item held, field by field: rows and the comparison of two contents."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from changeproof.events.deployments import StateObserved
from changeproof.events.production_acts import ProductionActed
from changeproof.ledger.items import item_name
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table

SEALED = "sealed:"
"""How the digest of a secret begins, in place of its value."""
Field = str | int | bool | None


@table("item_content", key=("item", "digest"), rule="latest")
@dataclass(frozen=True, slots=True)
class ItemContent(Row):
    """The fields of a content that the item was seen with, or set to: `fields` addresses canonical
    JSON, names to values."""

    item: str
    digest: str
    fields: str
    stated_at: int
    event: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that differs. Of a secret nothing is shown but that it differs."""

    name: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str


HIDDEN = "a secret"
"""What stands for the value of one."""


def content_row(
    item: str | None, digest: str | None, fields: str | None, at: int, event: str
) -> Iterator[Row]:
    """The row, where the event says all of it."""
    if item and digest and fields:
        yield ItemContent(item, digest, fields, at, event)


@projects(StateObserved)
def observed_content(event: StateObserved, event_id: str) -> Iterator[Row]:
    item = item_name(event.system, event.environment, event.item)
    yield from content_row(item, event.digest, event.fields, moment(event), event_id)


@projects(ProductionActed)
def set_content(event: ProductionActed, event_id: str) -> Iterator[Row]:
    item = item_name(event.system, event.environment, event.item)
    yield from content_row(item, event.after_digest, event.after_fields, moment(event), event_id)


def read_fields(text: str | None) -> dict[str, Field] | None:
    """Names and values; None for what is no flat object of them, or was erased."""
    if text is None:
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    if not all(value is None or isinstance(value, str | int) for value in said.values()):
        return None
    return said


def differences(
    before: Mapping[str, Field], after: Mapping[str, Field]
) -> Iterator[FieldDifference]:
    """The fields that differ, by name."""
    for name in sorted({*before, *after}):
        if name not in before:
            yield FieldDifference(name, "added", "", shown(after[name]))
        elif name not in after:
            yield FieldDifference(name, "removed", shown(before[name]), "")
        elif before[name] != after[name] or type(before[name]) is not type(after[name]):
            yield FieldDifference(name, "changed", shown(before[name]), shown(after[name]))


def shown(value: Field) -> str:
    """A value in words; a secret is called one."""
    if isinstance(value, str):
        return HIDDEN if value.startswith(SEALED) else value
    return json.dumps(value)
