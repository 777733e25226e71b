"""Files that say how repositories are built and deployed: each state that was seen of one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from changeproof.events.revisions import ConfigurationFileSeen
from changeproof.ledger.projection import bounded_by_receipt, projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row, table


@table("configuration_file", key=("repository", "path", "event"), seen="seen_at")
@dataclass(frozen=True, slots=True)
class ConfigurationFile(Row):
    """What a file held: `digest` of its bytes, null where it was gone; `revision` is the commit
    that put it there, null where nobody told."""

    repository: str
    path: str
    digest: str | None
    fields: str | None
    revision: str | None
    seen_at: int | None
    stated_at: int
    event: str


@projects(ConfigurationFileSeen)
def configuration_row(event: ConfigurationFileSeen, event_id: str) -> Iterator[Row]:
    yield ConfigurationFile(
        event.repository,
        event.path,
        event.digest,
        event.fields,
        event.revision,
        event.occurred_at,
        moment(event),
        event_id,
    )


@bounded_by_receipt(ConfigurationFile)
def seen_when_told(row: ConfigurationFile, received_at: int) -> ConfigurationFile:
    """A commit's own time says when somebody wrote it, not when it came to the branch."""
    return replace(row, seen_at=received_at)


def in_turn(rows: Iterable[ConfigurationFile]) -> list[ConfigurationFile]:
    """In the order in which they were seen."""
    return sorted(rows, key=lambda row: (row.repository, row.path, row.seen_at or 0, row.event))


def files_as_seen(store: Store, repository: str) -> dict[str, str]:
    """By path, the digest with which each file of a repository was seen last; without those that
    are gone."""
    last = {
        row.path: row.digest
        for row in in_turn(store.by(ConfigurationFile, "repository", [repository]))
    }
    return {path: digest for path, digest in last.items() if digest is not None}
