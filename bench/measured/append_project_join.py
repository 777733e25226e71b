"""Appending, projecting and joining on SQLite on disk, 300 events a batch.

The events are those of pull requests that are opened, tested, reviewed, merged and deployed one
after the other. The peer is the log alone on the same events: what the evidence costs on top.
"""

import hashlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from bench.registry import Measurement, benchmark
from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.entry import Entry, seal
from changeproof.events.event import Event
from changeproof.events.pulls import (
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
    RevisionReviewed,
)
from changeproof.events.revisions import RepositoryObserved, RevisionPushed, RevisionRecorded
from changeproof.events.testing import TestsRun
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.schema import create_tables
from changeproof.log.database import MemoryDatabase
from changeproof.log.notes import Signer
from changeproof.log.storage import Log
from changeproof.log.tables import log_ddl

CHANGES, BATCH = 2_000, 300
ORIGIN = "bench.example/ledger"
REPOSITORY = "github:repo/1"
Each = TypeVar("Each")


@benchmark
def append_project_join() -> Iterator[Measurement]:
    batches = list(batches_of(BATCH, entries(CHANGES)))
    with tempfile.TemporaryDirectory() as directory:
        alone = list(seconds_a_batch(Path(directory, "log.sqlite3"), batches, evidence=False))
        whole = list(seconds_a_batch(Path(directory, "whole.sqlite3"), batches))
    count = sum(map(len, batches))
    yield Measurement(
        count / sum(whole), "events/s", "higher", "the log alone", count / sum(alone), target=5_000
    )


def seconds_a_batch(
    file: Path,
    batches: Iterable[Sequence[Entry]],
    *,
    evidence: bool = True,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[float]:
    """Seconds a batch, the commit included and the making of its entries not."""
    database = MemoryDatabase()
    database.connection = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_size = -32768")  # as an instance has it
    database.execute("PRAGMA wal_autocheckpoint = 16000")
    for statement in log_ddl("sqlite"):
        database.execute(statement)
    create_tables(database)
    log = Log(database, Signer.generate(ORIGIN), ORIGIN)
    tables = Evidence(database)
    for batch in batches:
        begun = clock()
        database.execute("BEGIN IMMEDIATE")
        log.known([entry.id for entry in batch])
        log.append([(entry.id, entry.encoded) for entry in batch])
        if evidence:
            tables.take(batch)
        database.execute("COMMIT")
        yield clock() - begun
    database.connection.close()


def batches_of(size: int, every: Iterable[Each]) -> Iterator[list[Each]]:
    """Entries, or rows, in lists of so many, as they are recorded."""
    remaining = iter(every)
    while batch := list(islice(remaining, size)):
        yield batch


def entries(changes: int) -> Iterator[Entry]:
    """Thirteen events a change, all distinct."""
    main = _revision("main", 0)
    for number in range(1, changes + 1):
        landed = _revision("main", number)
        for event in _change(number, main, landed):
            yield seal(event, received_at=number, collector="bench")
        main = landed


def _change(number: int, before: str, landed: str) -> Iterator[Event]:
    head = _revision("head", number)
    pull = f"{REPOSITORY}/pull/{number}"
    author, reviewer = f"github:user/{number % 40}", f"github:user/{100 + number % 40}"
    at = 1_700_000_000_000_000 + number * 3_600_000_000
    said: dict[str, Any] = {"source": "github", "delivery": f"d{number}", "occurred_at": at}
    branch = f"refs/heads/topic-{number}"
    yield RepositoryObserved(**said, repository=REPOSITORY, name="a/b", default_branch="main")
    yield _commit(said, head, author)
    yield RevisionPushed(
        **said,
        actor=author,
        repository=REPOSITORY,
        ref=branch,
        before=before,
        after=head,
        revisions=(head,),
    )
    yield PullRequestOpened(**said, actor=author, pull=pull, repository=REPOSITORY, number=number)
    yield PullRequestDescribed(
        **said, pull=pull, repository=REPOSITORY, head_ref=f"topic-{number}", base_ref="main"
    )
    yield PullRequestRevised(**said, pull=pull, head=head, pushed_by=author)
    yield TestsRun(
        **said,
        run=f"run/{number}",
        revision=head,
        repository=REPOSITORY,
        name="unit",
        conclusion="passed",
    )
    yield RevisionReviewed(
        **said,
        actor=reviewer,
        review=f"{pull}/review/1",
        pull=pull,
        revision=head,
        verdict="approved",
    )
    yield PullRequestMerged(
        **said, actor=author, pull=pull, repository=REPOSITORY, head=head, revision=landed
    )
    yield _commit(said, landed, author)
    yield RevisionPushed(
        **said,
        actor=author,
        repository=REPOSITORY,
        ref="refs/heads/main",
        before=before,
        after=landed,
        revisions=(landed,),
    )
    deployed: dict[str, Any] = {"deployment": f"deployment/{number}", "environment": "production"}
    yield DeploymentRequested(
        **said, **deployed, actor=author, repository=REPOSITORY, revision=landed
    )
    yield DeploymentFinished(
        **said,
        **deployed,
        actor=author,
        repository=REPOSITORY,
        revision=landed,
        outcome="succeeded",
    )


def _commit(said: dict[str, Any], revision: str, author: str) -> Event:
    return RevisionRecorded(
        **said, revision=revision, repository=REPOSITORY, complete=False, author=author
    )


def _revision(kind: str, number: int) -> str:
    return hashlib.sha1(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest()
