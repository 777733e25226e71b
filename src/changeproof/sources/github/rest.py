"""REST bodies, as a client's backfill retrieves them: each read by its own shape.

A pull request and a run name their repository. A review, a commit, a job and a check run do not
know its number: it is stated beside them (`repository`, such as `github:repo/583231`).
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.pulls import PullRequestCommitListed, RevisionReviewed
from changeproof.events.testing import TestsRun
from changeproof.sources.commits import LISTED_KEYS, Commit, listed, recorded
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.github.checks import (
    App,
    Content,
    Named,
    concluded,
    poster_of,
    unfinished,
    workflow_run_told,
)
from changeproof.sources.github.payload import Number, Repository, User, identity
from changeproof.sources.github.pull_requests import PullRequest, ended, proposed
from changeproof.sources.github.repositories import repository_observed
from changeproof.sources.github.reviews import VERDICTS
from changeproof.sources.reading import Reading, optional_time, read, stated_number

_REPOSITORY = re.compile(r"github:repo/[0-9]{1,15}", re.ASCII)
_PULL = re.compile(r".*/pulls/([0-9]{1,9})", re.ASCII)


class BaseBody(msgspec.Struct):
    """Where a pull request is to go; here its repository stands."""

    repo: Repository | None = None


class PullBody(msgspec.Struct):
    """`GET /repos/O/R/pulls`."""

    base: BaseBody


class ReviewBody(msgspec.Struct):
    """`GET /repos/O/R/pulls/7/reviews`."""

    id: Number
    state: str
    pull_request_url: str
    user: User | None = None
    commit_id: str | None = None
    submitted_at: str | None = None


class CommitBody(msgspec.Struct):
    """`GET /repos/O/R/commits`."""

    sha: str
    commit: Content
    parents: tuple[Named, ...]


class JobBody(msgspec.Struct):
    """`GET /repos/O/R/actions/runs/1/jobs`, and `…/commits/SHA/check-runs`."""

    id: Number
    name: str
    head_sha: str
    conclusion: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    app: App | None = None


class RunBody(msgspec.Struct):
    """`GET /repos/O/R/actions/runs`."""

    repository: Repository


def pull_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    repository = read(PullBody, reading.delivery.body).base.repo
    if repository is None:
        raise MalformedPayload("it does not say of which repository it is", where="base.repo")
    shown = read(PullRequest, reading.delivery.body)
    yield from proposed(reading, repository, shown)
    yield from ended(reading, repository, shown)
    yield repository_observed(reading, repository)


def review_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    repository, review = stated_repository(reading), read(ReviewBody, reading.delivery.body)
    number = _PULL.fullmatch(review.pull_request_url)
    verdict = VERDICTS.get(review.state.lower())
    if number is None:
        raise MalformedPayload("it names no pull request", where="pull_request_url")
    if verdict is None:
        yield reading.seen("review", f"the review is {review.state[:60].lower()}", repository)
        return
    pull = f"{repository}/pull/{int(number[1])}"
    yield RevisionReviewed(
        **reading.header(
            optional_time(review.submitted_at, "submitted_at"), actor=identity(review.user)
        ),
        review=f"{pull}/review/{review.id}",
        pull=pull,
        revision=review.commit_id,
        verdict=verdict,
    )


def commit_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    repository, shown = stated_repository(reading), read(CommitBody, reading.delivery.body)
    told = shown.commit
    commit = Commit(
        shown.sha,
        told.message,
        told.committer.date if told.committer else None,
        told.tree.sha,
        told.author,
        told.committer,
    )
    parents = tuple(parent.sha for parent in shown.parents)
    yield recorded(reading, repository, commit, "commit.committer.date", parents)
    number = stated_number(reading, "pull")
    if number is not None:
        yield PullRequestCommitListed(
            **reading.header(None), pull=f"{repository}/pull/{number}", revision=shown.sha
        )


def listed_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    yield listed(reading, stated_repository(reading))


def job_body(reading: Reading) -> Iterator[Event]:
    """A job is a check run of the same number. Raises MalformedPayload, naming the field."""
    repository, job = stated_repository(reading), read(JobBody, reading.delivery.body)
    yield from job_told(reading, repository, job)


def job_told(reading: Reading, repository: str, job: JobBody) -> Iterator[Event]:
    """One job or check run, wherever it was told."""
    conclusion = concluded(job.conclusion)
    if conclusion is None:
        yield reading.seen("job", unfinished(job.conclusion), repository)
        return
    yield TestsRun(
        **reading.header(optional_time(job.completed_at, "completed_at")),
        run=f"{repository}/check_run/{job.id}",
        revision=job.head_sha,
        repository=repository,
        name=job.name,
        poster=poster_of(job.app) or "github-actions",
        conclusion=conclusion,
        started_at=optional_time(job.started_at, "started_at"),
    )


def run_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    repository = read(RunBody, reading.delivery.body).repository
    yield from workflow_run_told(reading, repository)
    yield repository_observed(reading, repository)


def stated_repository(reading: Reading) -> str:
    """The repository's natural key, as stated beside the body. Raises MalformedPayload."""
    stated = dict(reading.delivery.options).get("repository") or ""
    if not _REPOSITORY.fullmatch(stated):
        raise MalformedPayload(
            "it does not say of which repository it is; state its key beside it "
            "(repository, such as github:repo/583231)",
            where="repository",
        )
    return stated


BODIES: tuple[tuple[str, frozenset[str], Callable[[Reading], Iterator[Event]]], ...] = (
    ("pull", frozenset({"number", "state", "head", "base", "merge_commit_sha"}), pull_body),
    ("review", frozenset({"state", "commit_id", "pull_request_url"}), review_body),
    ("run", frozenset({"run_started_at", "workflow_id", "head_sha", "repository"}), run_body),
    ("job", frozenset({"run_id", "head_sha", "conclusion", "steps"}), job_body),
    ("check_run", frozenset({"check_suite", "head_sha", "conclusion", "output"}), job_body),
    ("commit", frozenset({"sha", "commit", "parents", "comments_url"}), commit_body),
    ("commit of a branch", LISTED_KEYS, listed_body),
)
"""A body's name, the keys by which it is known, its reader; the first that fits decides."""

SEEN: tuple[tuple[str, frozenset[str], str], ...] = (
    (
        "review_comment",
        frozenset({"diff_hunk", "pull_request_url"}),
        "what is said in a comment is no verdict",
    ),
    ("comment", frozenset({"issue_url", "body"}), "what is said in a comment is no verdict"),
    ("issue_event", frozenset({"event", "commit_id", "issue"}), "an issue is no evidence"),
    ("issue", frozenset({"repository_url", "number", "labels_url"}), "an issue is no evidence"),
    ("milestone", frozenset({"due_on", "open_issues"}), "a milestone is a plan"),
    ("user", frozenset({"login", "site_admin", "type"}), "a person's profile is not read"),
    ("organization", frozenset({"login", "members_url"}), "an organisation's profile is not read"),
)
"""Bodies that are known and hold no evidence, with the reason."""
