"""What was thought of a change beforehand, and its documents: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.assessments import (
    ChangeAssessed,
    ChangeDocumented,
    FileAttached,
    TotalsRecorded,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("assessment", key=("change_name", "topic", "event"), seen="assessed_at")
@dataclass(frozen=True, slots=True)
class Assessment(Row):
    """An answer to one question about a change; `items` is sorted, comma separated."""

    change_name: str
    topic: str
    answer: str
    items: str
    account: str | None
    assessed_at: int | None
    stated_at: int
    event: str


@table("change_document", key=("change_name", "part", "event"), seen="documented_at")
@dataclass(frozen=True, slots=True)
class ChangeDocument(Row):
    """A part of a change's documentation, by the digest of its text."""

    change_name: str
    part: str
    digest: str
    account: str | None
    documented_at: int | None
    stated_at: int
    event: str


@table("attachment", key=("change_name", "digest", "event"), seen="attached_at")
@dataclass(frozen=True, slots=True)
class Attachment(Row):
    """A file beside a change, by the digests of its body and its name; `size` in bytes."""

    change_name: str
    digest: str
    name: str
    media_type: str
    size: int
    account: str | None
    attached_at: int | None
    stated_at: int
    event: str


@table("data_total", key=("change_name", "measure", "moment", "event"), seen="taken_at")
@dataclass(frozen=True, slots=True)
class DataTotal(Row):
    """A measure of data, `before` or `after` the change."""

    change_name: str
    measure: str
    moment: str
    value: str
    account: str | None
    taken_at: int | None
    stated_at: int
    event: str


@projects(ChangeAssessed)
def assessment_row(event: ChangeAssessed, event_id: str) -> Iterator[Row]:
    yield Assessment(
        event.change,
        event.topic,
        event.answer,
        ",".join(sorted(set(event.items))),
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(ChangeDocumented)
def document_row(event: ChangeDocumented, event_id: str) -> Iterator[Row]:
    yield ChangeDocument(
        event.change,
        event.part,
        event.digest,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(TotalsRecorded)
def total_row(event: TotalsRecorded, event_id: str) -> Iterator[Row]:
    yield DataTotal(
        event.change,
        event.measure,
        event.moment,
        event.value,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(FileAttached)
def attachment_row(event: FileAttached, event_id: str) -> Iterator[Row]:
    yield Attachment(
        event.change,
        event.digest,
        event.name,
        event.media_type,
        event.size,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
