"""Documents, their versions, readers and reviews: rows and projectors. Context for every check."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.documents import (
    DocumentPutInForce,
    DocumentReviewed,
    DocumentVersionProposed,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table(
    "document_version",
    key=("document", "document_version"),
    rule="earliest",
    indexes=("change_name",),
)
@dataclass(frozen=True, slots=True)
class DocumentVersion(Row):
    """A text that somebody wrote, and the change by which it comes into force. `text` is its
    digest; periods are microseconds."""

    document: str
    document_version: str
    change_name: str
    system: str
    kind: str
    title: str
    text: str
    review_every: int | None
    acknowledge_within: int | None
    account: str | None
    stated_at: int
    event: str


@table("document_reader", key=("document", "document_version", "role", "account"), rule="earliest")
@dataclass(frozen=True, slots=True)
class DocumentReader(Row):
    """Who is to acknowledge a version: whoever holds `role` on its system, or `account`; the
    other one of the two is empty."""

    document: str
    document_version: str
    role: str
    account: str
    stated_at: int
    event: str


@table(
    "document_in_force",
    key=("document", "document_version"),
    rule="earliest",
    seen="in_force_from",
)
@dataclass(frozen=True, slots=True)
class DocumentInForce(Row):
    """A version holds from then on, until the next one does."""

    document: str
    document_version: str
    change_name: str
    account: str | None
    in_force_from: int | None
    stated_at: int
    event: str


@table("document_review", key=("document", "event"), seen="reviewed_at")
@dataclass(frozen=True, slots=True)
class DocumentReview(Row):
    """Somebody looked at the version in force again."""

    document: str
    document_version: str
    account: str | None
    outcome: str
    reviewed_at: int | None
    stated_at: int
    event: str


@projects(DocumentVersionProposed)
def version_rows(event: DocumentVersionProposed, event_id: str) -> Iterator[Row]:
    yield DocumentVersion(
        event.document,
        event.document_version,
        event.change,
        event.system,
        event.kind,
        event.title,
        event.text,
        event.review_every,
        event.acknowledge_within,
        event.actor,
        moment(event),
        event_id,
    )
    named: list[tuple[str, str]] = [(role, "") for role in sorted(set(event.roles))]
    named += [("", account) for account in sorted(set(event.accounts))]
    for role, account in named:
        yield DocumentReader(
            event.document, event.document_version, role, account, moment(event), event_id
        )


@projects(DocumentPutInForce)
def in_force_row(event: DocumentPutInForce, event_id: str) -> Iterator[Row]:
    yield DocumentInForce(
        event.document,
        event.document_version,
        event.change,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(DocumentReviewed)
def review_row(event: DocumentReviewed, event_id: str) -> Iterator[Row]:
    yield DocumentReview(
        event.document,
        event.document_version,
        event.actor,
        event.outcome,
        event.occurred_at,
        moment(event),
        event_id,
    )
