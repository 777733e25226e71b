"""Joining histories of 10,000 and 100,000 commits as `import git` records them: is it linear?

Every commit of the production branch counts as deployed; one in eight merges a branch of two. The
figures are processor time a second; the shorter history is the longer one's peer.
`CHANGEPROOF_REVISIONS=1000000` says how long the longer one is instead; after
`CHANGEPROOF_BENCH_SECONDS` (600) it ends, and its figure names how many were joined by then.
"""

import gc
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from bench.measured.append_project_join import batches_of, seconds_a_batch
from bench.registry import Measurement, benchmark
from changeproof.events.entry import Entry, seal
from changeproof.events.revisions import RevisionRecorded
from changeproof.ledger.service import BATCH

SHORT = 10_000
LONG = int(os.environ.get("CHANGEPROOF_REVISIONS", "100000"))
PATIENCE = float(os.environ.get("CHANGEPROOF_BENCH_SECONDS", "600"))
REPOSITORY = "git:repo/bench"


@benchmark
def revisions_joined() -> Iterator[Measurement]:
    _, short = revisions_a_second(SHORT)
    joined, long = revisions_a_second(LONG)
    part = f"{joined:,}" if joined == LONG else f"{joined:,}, where its time ended"
    yield Measurement(long, "revisions/s", "higher", f"{SHORT:,} revisions", short, part=part)


def revisions_a_second(commits: int) -> tuple[int, float]:
    """How many of a history of so many commits were joined in time, and how many in a second of
    processor time."""
    gc.collect()
    joined, spent, until = 0, 0.0, time.monotonic() + PATIENCE
    batches = batches_of(BATCH, islice(entries(), commits))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "whole.sqlite3")
        for seconds in seconds_a_batch(file, batches, clock=time.process_time):
            joined, spent = min(commits, joined + BATCH), spent + seconds
            if time.monotonic() > until:
                break
    return joined, joined / spent


def entries() -> Iterator[Entry]:
    """Commits without end, parents first."""
    parents: tuple[str, ...] = ()
    for number in count():
        if parents and number % 8 == 0:
            branch = parents
            for step in range(2):
                head = _revision(f"branch {number} {step}")
                yield _commit(number, head, branch, lands=False)
                branch = (head,)
            parents += branch
        main = _revision(f"main {number}")
        yield _commit(number, main, parents, lands=True)
        parents = (main,)


def _commit(number: int, revision: str, parents: tuple[str, ...], *, lands: bool) -> Entry:
    author = f"git:author{number % 40}"
    event = RevisionRecorded(
        source="git",
        delivery=revision,
        occurred_at=1_300_000_000_000_000 + number * 600_000_000,
        time_basis="bound" if lands else "stated",
        revision=revision,
        repository=REPOSITORY,
        complete=True,
        parents=parents,
        author=author,
        committer=author,
        lands_in="production" if lands else None,
        system="bench",
    )
    return seal(event, received_at=number, collector="git")


def _revision(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
