"""Lists that we asked for: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.retrievals import ListRefused, ListRetrieved
from changeproof.events.revisions import HistoryRetrieved
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("retrieval", key=("scope", "query", "event"), seen="retrieved_at")
@dataclass(frozen=True, slots=True)
class Retrieval(Row):
    """One list, when and how it was asked for, how much it gave, how we know that it was all."""

    scope: str
    items: str
    query: str
    retrieved_at: int
    page_count: int
    row_count: int
    stated_total: int | None
    ending: str
    reply: str
    stated_at: int
    event: str


@table("refused_list", key=("scope", "items", "event"), seen="refused_at")
@dataclass(frozen=True, slots=True)
class RefusedList(Row):
    """One list that we were not let read, from when on, and what would let us."""

    scope: str
    items: str
    query: str
    refused_at: int
    status: int
    reason: str
    cure: str
    stated_at: int
    event: str


@projects(HistoryRetrieved)
def history_row(event: HistoryRetrieved, event_id: str) -> Iterator[Row]:
    yield Retrieval(
        event.repository,
        "commits",
        event.query,
        moment(event),
        1,
        event.rows,
        None,
        "every parent is known",
        event.reply,
        moment(event),
        event_id,
    )


@projects(ListRetrieved)
def list_row(event: ListRetrieved, event_id: str) -> Iterator[Row]:
    yield Retrieval(
        event.scope,
        event.items,
        event.query,
        moment(event),
        event.pages,
        event.rows,
        event.stated_total,
        event.ending,
        event.reply,
        moment(event),
        event_id,
    )


@projects(ListRefused)
def refused_row(event: ListRefused, event_id: str) -> Iterator[Row]:
    yield RefusedList(
        event.scope,
        event.items,
        event.query,
        moment(event),
        event.status,
        event.reason,
        event.cure,
        moment(event),
        event_id,
    )
