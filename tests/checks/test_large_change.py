"""One change may be very large: what it costs grows with its size, not with the square of it."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from changeproof.checks.judge import judge
from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.checks.subjects import Subjects
from changeproof.ledger.decisions import Approval
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Deployment, DeploymentRevision, RevisionImplementation
from changeproof.ledger.pulls import PullHead, PullHeadPusher, Review, ReviewDismissal
from changeproof.ledger.revisions import RevisionAuthor, RevisionMerge, RevisionParent
from changeproof.ledger.table import Row
from tests.checks.populations import (
    AFTERWARDS,
    BEGINNING,
    event_id,
    pull_requests,
    revision,
    store_of,
)

REPOSITORY = "github:repo/1"
PULL = f"{REPOSITORY}/pull/0"
HEAD = revision(f"{PULL} head")
FEW, MANY = 200, 800


class Counting(SqliteEngine):
    """Counts what SQLite does, in thousands of its own instructions: no clock, no noise."""

    steps = 0

    def _open(self) -> sqlite3.Connection:
        connection = super()._open()
        connection.set_progress_handler(self._count, 1000)
        return connection

    def _count(self) -> int:
        self.steps += 1
        return 0


def commits(number: int) -> Iterator[Row]:
    """Commits by everybody, each pushed and approved as a head of its own."""
    for each in range(number):
        commit, person, event = (
            revision(f"c{each}"),
            f"github:user/{each % 90}",
            event_id(f"c{each}"),
        )
        yield RevisionAuthor(commit, person, "author", BEGINNING, event)
        yield RevisionParent(commit, 0, revision(f"c{each - 1}"), BEGINNING, event)
        yield RevisionImplementation(commit, PULL, "head")
        yield PullHead(PULL, commit, None, person, BEGINNING, BEGINNING, event)
        yield PullHeadPusher(PULL, commit, person, BEGINNING, BEGINNING, event)
        yield DeploymentRevision(f"{REPOSITORY}/deployment/0", commit, 1)
        said, reviewer = BEGINNING + each, f"github:user/{1000 + each % 90}"
        yield Review(
            f"{PULL}/review/c{each}", PULL, commit, reviewer, "approved", said, said, event
        )


def base_merges(number: int) -> Iterator[Row]:
    """The base merged into the branch over and over."""
    yield from commits(number)
    for each in range(1, number):
        commit, event = revision(f"c{each}"), event_id(f"m{each}")
        yield RevisionMerge(commit, 0, BEGINNING, event)
        yield RevisionParent(commit, 1, revision(f"base {each}"), BEGINNING, event)


def objections(number: int) -> Iterator[Row]:
    """Objections, each dismissed by somebody, and approvals at the desk."""
    yield from commits(number)
    for each in range(number):
        at, person = BEGINNING + each, f"github:user/{2000 + each}"
        review, event = f"{PULL}/review/o{each}", event_id(f"o{each}")
        yield Review(review, PULL, HEAD, person, "changes_requested", at, at, event)
        yield ReviewDismissal(review, PULL, "github:user/7", at, at, event)
        yield Approval(PULL, HEAD, None, person, None, "", None, at, at, event)


def runs(number: int) -> Iterator[Row]:
    """Runs of many checks, some of them again and again."""
    for each in range(number):
        at = BEGINNING + 100 + each
        result = "passed" if each % 3 else "failed"
        yield TestRun(
            f"{PULL}/t{each}", 1, result, HEAD, REPOSITORY, f"check {each // 2}", "ci", at, at,
            None, None, at, event_id(f"t{each}"),
        )  # fmt: skip


def deployments(number: int) -> Iterator[Row]:
    """The same content deployed again and again."""
    merge = revision(f"{PULL} merge")
    for each in range(number):
        at = BEGINNING + 10**9 + each
        yield Deployment(
            f"{REPOSITORY}/deployment/x{each}", f"{REPOSITORY}@production", "octo/shop",
            "production", REPOSITORY, merge, None, None, None, 0, 0, f"github:user/{each}", None,
            at, at, event_id(f"d{each}"),
        )  # fmt: skip


@pytest.mark.parametrize("kind", [commits, base_merges, objections, runs, deployments])
def test_what_a_change_costs_grows_with_its_size(kind: Callable[[int], Iterator[Row]]) -> None:
    few, many = steps(kind(FEW)), steps(kind(MANY))
    assert many < few * (MANY // FEW) * 1.5


def steps(rows: Iterator[Row]) -> int:
    """What judging the one change takes that these rows belong to."""
    engine = Counting(load_checks())
    store = store_of(*pull_requests(1), *rows)
    engine.judge(store, [PULL], AFTERWARDS)
    before = engine.steps
    engine.judge(store, [PULL], AFTERWARDS, context_version=1)
    return engine.steps - before


def test_an_engine_for_few_rows_leaves_more_to_the_other() -> None:
    few = SqliteEngine(load_checks(), few_rows=True)
    small, large = store_of(*pull_requests(1)), store_of(*pull_requests(1), *commits(FEW))
    subject = Subjects.of([PULL])
    assert few.load(small, subject, AFTERWARDS)
    assert not few.load(large, subject, AFTERWARDS)
    findings = judge(large, [PULL], AFTERWARDS)
    assert findings == SqliteEngine(load_checks()).judge(large, [PULL], AFTERWARDS).findings
    assert few.judge(small, [PULL], AFTERWARDS).findings == judge(small, [PULL], AFTERWARDS)
