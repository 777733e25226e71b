"""Populations of ordinary changes, as rows of the ledger: to measure and to compare engines."""

import hashlib
from collections.abc import Iterator

from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.pulls import PullDescription, PullHead, PullMerge, PullOpened, Review
from changeproof.ledger.receipts import SourceCoverage, policy_rows
from changeproof.ledger.revisions import (
    Repository,
    Revision,
    RevisionAuthor,
    RevisionClaim,
    RevisionParent,
)
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row
from changeproof.log.database import MemoryDatabase
from changeproof.policy.parameters import initial_policy_event

SECOND = 1_000_000
BEGINNING = 1_700_000_000 * SECOND
AFTERWARDS = BEGINNING + 10_000_000 * SECOND


def revision(text: str) -> str:
    """A commit's hash."""
    return hashlib.sha1(text.encode()).hexdigest()


def event_id(text: str) -> str:
    """An event's id."""
    return hashlib.sha256(text.encode()).hexdigest()


def git_commits(count: int) -> Iterator[Row]:
    """Commits of one imported history; each third one as a review server submits it."""
    repository = "git:repo/warehouse"
    authors = [f"git:{event_id(str(number))}" for number in range(50)]
    for number in range(count):
        commit, at = revision(f"commit {number}"), BEGINNING + number * 60 * SECOND
        parent, event = revision(f"commit {number - 1}"), event_id(f"commit {number}")
        author, reviewed = authors[number % 50], number % 3 == 0
        yield Revision(
            commit, 1, repository, revision(commit), author, author, at, at, None, None, None, None,
            "https://review.example/1" if reviewed else None, 1, at, event,
        )  # fmt: skip
        yield RevisionParent(commit, 0, parent, at, event)
        yield RevisionAuthor(commit, author, "author", at, event)
        if reviewed:
            for other in (1, 2):
                account = authors[(number + other) % 50]
                yield RevisionClaim(commit, "reviewer", account, at, event)
        landing = f"{repository}/production/{commit}"
        yield Deployment(
            landing, f"{repository}@production", "warehouse", "production", repository, commit,
            None, None, parent, 0, 1, None, None, at, at, event,
        )  # fmt: skip
        yield DeploymentRevision(landing, commit, 1)
        yield RevisionImplementation(commit, f"git:{commit}", "none")
        yield Implementation(f"git:{commit}", f"git:{commit}", "commit")
        yield Change(
            f"git:{commit}", "detected", "software", None, "warehouse", repository, None, None,
            at, event,
        )  # fmt: skip


def pull_requests(count: int) -> Iterator[Row]:
    """Reviewed, tested, merged and deployed pull requests of one repository."""
    repository = "github:repo/1"
    yield Repository(repository, "octo/shop", "main", BEGINNING, event_id("repository"))
    yield SourceCoverage(repository, "github", BEGINNING - 1, BEGINNING, event_id("repository"))
    for number in range(count):
        pull, at = f"{repository}/pull/{number}", BEGINNING + number * 600 * SECOND
        author, reviewer = f"github:user/{number % 40}", f"github:user/{(number + 1) % 40}"
        head, merge = revision(f"{pull} head"), revision(f"{pull} merge")

        def event(what: str, pull: str = pull) -> str:
            return event_id(f"{pull} {what}")

        yield PullOpened(pull, repository, number, author, at, at, event("opened"))
        yield PullDescription(
            pull, repository, None, "main", f"work-{number}", repository, at, event("described")
        )
        yield PullHead(pull, head, None, author, at, at, event("head"))
        said = at + 60 * SECOND
        yield Review(
            f"{pull}/review/1", pull, head, reviewer, "approved", said, said, event("review")
        )
        merged = at + 120 * SECOND
        yield PullMerge(
            pull, repository, head, merge, "main", reviewer, merged, merged, event("merged")
        )
        for commit in (head, merge):
            yield Revision(
                commit, 0, repository, revision(pull), author, author, at, at, None, None, None,
                None, None, 0, at, event(commit),
            )  # fmt: skip
            yield RevisionAuthor(commit, author, "author", at, event(commit))
            yield RevisionImplementation(commit, pull, "head")
            yield ChangeAlias(f"git:{commit}", pull)
        for name in ("unit", "lint", "build"):
            ended = at + 90 * SECOND
            yield TestRun(
                f"{pull}/{name}", 1, "passed", head, repository, name, "github-actions", at,
                ended, None, None, ended, event(name),
            )  # fmt: skip
        deployment, deployed = f"{repository}/deployment/{number}", at + 180 * SECOND
        yield Deployment(
            deployment, f"{repository}@production", "octo/shop", "production", repository, merge,
            None, None, None, 0, 0, author, reviewer, deployed, deployed, event("deployed"),
        )  # fmt: skip
        yield DeploymentRevision(deployment, merge, 1)
        yield DeploymentRevision(deployment, head, 1)
        yield Implementation(pull, pull, "pull")
        yield Change(
            pull, "reviewed", "software", None, "octo/shop", repository, None, author, at,
            event("opened"),
        )  # fmt: skip


def store_of(*rows: Row, profile: str = "standard") -> Store:
    """A ledger in memory that holds these rows, under a shipped policy."""
    database = MemoryDatabase()
    create_tables(database)
    store = Store(database)
    event, _ = initial_policy_event(profile)
    store.insert(policy_rows(event, event_id("policy")))
    store.insert(rows)
    return store
