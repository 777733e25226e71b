"""A repository and pull requests as events, for tests that need work to decide about."""

import hashlib
from typing import Any

from changeproof.events.event import Event, sha256_hex
from changeproof.events.people import AccountJoined, SystemMapped
from changeproof.events.pulls import (
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
    RevisionReviewed,
)
from changeproof.events.revisions import RepositoryObserved, RevisionPushed, RevisionRecorded
from changeproof.events.testing import TestsRun
from changeproof.ledger.service import Ledger
from changeproof.policy.parameters import initial_policy_event

REPOSITORY = "github:repo/1"
SYSTEM = "payments"
WRITER = "github:user/1"
REVIEWER = "github:user/2"
MINUTE = 60_000_000
BEGIN = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC


def revision_of(name: object) -> str:
    """An invented commit hash."""
    return hashlib.sha1(str(name).encode()).hexdigest()


class Forge:
    """Tells a ledger of pull requests; each `say` is one event of its own delivery."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = BEGIN
        self._number = 0
        event, policy = initial_policy_event(ledger.instance.profile)
        ledger.record_events([event], [policy], collector="test")
        self.say(RepositoryObserved, repository=REPOSITORY, name="acme/pay", default_branch="main")
        self.say(SystemMapped, repository=REPOSITORY, system=SYSTEM)

    def say(self, event: type[Event], actor: str | None = None, **said: Any) -> None:
        self._number += 1
        self.clock += MINUTE
        told = event(
            source="github",
            delivery=f"test-{self._number}",
            occurred_at=self.clock,
            actor=actor,
            **said,
        )
        self.ledger.record_events([told], collector="test")

    def text(self, words: str) -> str:
        self.ledger.record_events([], [words.encode()], collector="test")
        return sha256_hex(words.encode())

    def person(self, account: str, person: str) -> None:
        self.say(AccountJoined, account=account, person=person, effective_at=0)

    def push(self, pull: int, name: object, by: str = WRITER, parent: str | None = None) -> str:
        """A new head on the pull request's branch."""
        head = revision_of(name)
        self.say(
            RevisionRecorded,
            by,
            revision=head,
            repository=REPOSITORY,
            complete=True,
            parents=(parent or revision_of("base"),),
            author=by,
            title=self.text(f"Commit {name}"),
        )
        self.say(
            PullRequestRevised,
            by,
            pull=f"{REPOSITORY}/pull/{pull}",
            head=head,
            pushed_by=by,
        )
        return head

    def open(self, number: int, by: str = WRITER) -> tuple[str, str]:
        """A pull request with one commit; its id and head."""
        pull = f"{REPOSITORY}/pull/{number}"
        self.say(PullRequestOpened, by, pull=pull, repository=REPOSITORY, number=number)
        self.say(
            PullRequestDescribed,
            by,
            pull=pull,
            repository=REPOSITORY,
            title=self.text(f"Pull request {number}"),
            base_ref="main",
            head_ref=f"topic-{number}",
            head_repository=REPOSITORY,
        )
        return pull, self.push(number, f"head-{number}", by)

    def review(self, pull: str, head: str, by: str = REVIEWER) -> None:
        self.say(
            RevisionReviewed,
            by,
            review=f"{pull}/review/1",
            pull=pull,
            revision=head,
            verdict="approved",
        )

    def test(self, head: str, conclusion: str = "passed") -> None:
        self.say(
            TestsRun,
            run=f"run-{head[:7]}",
            revision=head,
            repository=REPOSITORY,
            name="unit",
            conclusion=conclusion,
        )

    def merge(self, pull: str, head: str, by: str = REVIEWER, parent: str | None = None) -> str:
        """Squash it onto main."""
        merged = revision_of(f"merge {pull}")
        before = parent or revision_of("base")
        self.say(
            RevisionRecorded,
            by,
            revision=merged,
            repository=REPOSITORY,
            complete=True,
            parents=(before,),
            author=WRITER,
        )
        self.say(
            PullRequestMerged,
            by,
            pull=pull,
            repository=REPOSITORY,
            head=head,
            revision=merged,
            base_ref="main",
        )
        self.say(
            RevisionPushed,
            by,
            repository=REPOSITORY,
            ref="refs/heads/main",
            before=before,
            after=merged,
            revisions=(merged,),
        )
        return merged
