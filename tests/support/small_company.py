"""A small company's history with an event of every type, and an instance of it in memory."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changeproof.events import (
    absences,
    acts,
    boards,
    connections,
    decisions,
    deployments,
    people,
    production_acts,
    pulls,
    receipts,
    requests,
    retrievals,
    revisions,
    testing,
)
from changeproof.events.entry import Entry, seal
from changeproof.events.event import Event
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.joined import (
    Deployment,
    DeploymentRevision,
    Finding,
    RevisionImplementation,
)
from changeproof.ledger.judged_again import subjects_that_stand
from changeproof.ledger.moment_seal import moment_sealer
from changeproof.ledger.schema import create_tables
from changeproof.ledger.standing import standings
from changeproof.ledger.store import Store
from changeproof.log.database import Database, MemoryDatabase
from changeproof.log.notes import Signer
from changeproof.log.storage import Log
from changeproof.log.tables import log_ddl
from changeproof.policy.parameters import initial_policy_event
from tests.support.register_facts import tell_registers

ORIGIN = "example.com/small-company"
SIGNER = Signer(ORIGIN, bytes(range(32)))
VKEY = SIGNER.verifier.vkey

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
BEGIN = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
REPOSITORY = "github:repo/1"
GIT_ONLY = "git:shop-legacy"
ALICE, BOB, CAROL, BOT = (f"github:user/{number}" for number in (1, 2, 3, 9))


def revision_of(name: object) -> str:
    """An invented commit hash."""
    return hashlib.sha1(f"{name}".encode()).hexdigest()


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class History:
    """Collects events and the texts that they address."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.texts: list[bytes] = []
        self._number = 0

    def text(self, words: str) -> str:
        self.texts.append(words.encode())
        return digest_of(words)

    def say(
        self, event: type[Event], at: int | None, actor: str | None = None, **said: object
    ) -> None:
        self._number += 1
        source = str(said.pop("source", "github"))
        self.events.append(
            event(
                source=source,
                delivery=f"delivery-{self._number}",
                occurred_at=at,
                time_basis="stated" if at is not None else "none",
                actor=actor,
                **said,
            )
        )


def small_history(changes: int = 6) -> History:
    """Pull requests with reviews, tests and deployments, direct pushes, requests, an emergency."""
    history = History()
    event, policy = initial_policy_event("standard")
    history.events.append(event)
    history.texts.append(policy)
    _people(history)
    for number in range(1, changes + 1):
        _pull_request(history, number)
    _deployed_by_version(history)
    _direct_commits(history)
    _desk(history)
    _around(history)
    tell_registers(history, BEGIN + 5 * DAY, ALICE, BOB, revision_of("head 3"))
    _product(history)
    return history


def _people(history: History) -> None:
    say = history.say
    at = BEGIN
    say(
        revisions.RepositoryObserved,
        at,
        repository=REPOSITORY,
        name="shop/web",
        default_branch="main",
    )
    say(
        people.AccountJoined,
        at,
        "local:user/1",
        account_kinds={BOT: "bot"},
        account=ALICE,
        person="person:1",
        source="desk",
    )
    say(
        people.AccountSettled,
        at,
        "local:user/1",
        account=ALICE,
        person="person:1",
        others=("person:2",),
        source="desk",
    )
    say(
        people.AccountDeclared,
        at,
        "local:user/1",
        account=BOT,
        kind="bot",
        run_by=ALICE,
        source="desk",
    )
    say(
        people.RoleGranted,
        at,
        "local:user/1",
        account=BOB,
        role="approver",
        system="shop",
        source="desk",
    )
    say(people.RoleGranted, at, None, account="local:user/1", role="administrator", source="desk")
    say(people.RoleRevoked, at + DAY, "local:user/1", account=CAROL, role="deployer", source="desk")
    say(
        people.SystemMapped, at, "local:user/1", repository=REPOSITORY, system="shop", source="desk"
    )
    say(
        revisions.ConfigurationFileSeen,
        at,
        repository=REPOSITORY,
        path=".github/workflows/ci.yml",
        digest="c" * 64,
        fields=history.text('{"on": "push"}'),
        revision=revision_of("merge 0"),
    )
    say(
        revisions.ProtectionChanged,
        at,
        ALICE,
        repository=REPOSITORY,
        pattern="main",
        enforced=True,
        approvals_required=1,
        administrators_bound=True,
        settings=history.text('{"reviews": 1}'),
    )


def _pull_request(history: History, number: int) -> None:
    say = history.say
    at = BEGIN + number * DAY
    pull = f"{REPOSITORY}/pull/{number}"
    head, merged = revision_of(f"head {number}"), revision_of(f"merge {number}")
    before = revision_of(f"merge {number - 1}")
    title = history.text(f"Change {number} of the shop")
    say(pulls.PullRequestOpened, at, ALICE, pull=pull, repository=REPOSITORY, number=number)
    say(
        pulls.PullRequestDescribed,
        at,
        ALICE,
        pull=pull,
        repository=REPOSITORY,
        title=title,
        base_ref="main",
        head_ref=f"work-{number}",
        ticket_keys=(f"SHOP-{number}",),
    )
    say(pulls.PullRequestRevised, at, ALICE, pull=pull, head=head, base=before, pushed_by=ALICE)
    say(
        revisions.RevisionPushed,
        at,
        ALICE,
        repository=REPOSITORY,
        ref=f"refs/heads/work-{number}",
        before=before,
        after=head,
        revisions=(head,),
    )
    for name, parents in ((head, (before,)), (merged, (before, head))):
        say(
            revisions.RevisionRecorded,
            at,
            ALICE,
            revision=name,
            repository=REPOSITORY,
            complete=True,
            parents=parents,
            author=ALICE,
            committer=BOB,
            co_authors=(CAROL,) if number % 3 == 0 else (),
            authored_at=at,
            title=title,
        )
    if number % 4:
        review = f"{pull}/review/1"
        say(
            pulls.RevisionReviewed,
            at + 5 * MINUTE,
            BOB,
            review=review,
            pull=pull,
            revision=head,
            verdict="approved",
        )
        if number == 1:
            say(
                pulls.RevisionReviewed,
                at + 4 * MINUTE,
                CAROL,
                review=f"{pull}/review/2",
                pull=pull,
                revision=None,
                revision_begins=head[:12],
                verdict="commented",
            )
        if number % 4 == 3:
            say(pulls.ReviewDismissed, at + 6 * MINUTE, ALICE, review=review, pull=pull)
    if number == 2:
        say(
            pulls.PullRequestRetargeted,
            at + 2 * MINUTE,
            ALICE,
            pull=pull,
            ref_before="develop",
            ref="main",
        )
        say(pulls.PullRequestClosed, at + 6 * MINUTE, ALICE, pull=pull)
        say(pulls.PullRequestCommitListed, None, pull=pull, revision=revision_of(f"head {number}"))
        say(pulls.PullRequestReopened, at + 7 * MINUTE, ALICE, pull=pull)
    say(
        testing.TestsRun,
        at + 8 * MINUTE,
        BOT,
        run=f"{REPOSITORY}/run/{number}",
        revision=head,
        repository=REPOSITORY,
        name="unit",
        poster="actions",
        conclusion="failed" if number % 5 == 0 else "passed",
        started_at=at + 6 * MINUTE,
        total=12,
        failed=0,
    )
    say(
        pulls.PullRequestMerged,
        at + 10 * MINUTE,
        BOB,
        pull=pull,
        repository=REPOSITORY,
        head=head,
        revision=merged,
        base_ref="main",
    )
    say(
        revisions.RevisionPushed,
        at + 10 * MINUTE,
        BOB,
        repository=REPOSITORY,
        ref="refs/heads/main",
        before=before,
        after=merged,
        revisions=(head, merged),
    )
    artifact = f"sha256:{digest_of(f'artifact {number}')}"
    say(
        testing.ArtifactBuilt,
        at + 12 * MINUTE,
        BOT,
        artifact=artifact,
        revision=merged,
        repository=REPOSITORY,
        name="shop",
    )
    said = {
        "deployment": f"{REPOSITORY}/deployment/{number}",
        "repository": REPOSITORY,
        "environment": "production",
        "revision": merged,
        "artifact": artifact,
        "triggered_by": BOB,
    }
    say(deployments.DeploymentRequested, at + 14 * MINUTE, BOT, **said)
    say(deployments.DeploymentFinished, at + 15 * MINUTE, BOT, outcome="succeeded", **said)


def _deployed_by_version(history: History) -> None:
    """A deployment that tells a version alone, which a tag of the repository leads to."""
    say = history.say
    at = BEGIN + 6 * DAY
    merged = revision_of("merge 1")
    say(
        revisions.RevisionRecorded,
        at - DAY,
        source="git",
        revision=merged,
        repository=REPOSITORY,
        complete=False,
        migrations=("shop/0042_tax",),
    )
    say(
        production_acts.ProductionActed,
        at - MINUTE,
        source="migrations",
        act="django:shop/staging/shop/0042_tax",
        system="shop",
        environment="staging",
        kind="software",
        item="migrations/shop/0042_tax",
    )
    say(
        revisions.RevisionListed,
        None,
        source="github",
        repository=REPOSITORY,
        ref="refs/heads/main",
        revision=merged,
    )
    say(
        revisions.RevisionTagged,
        None,
        source="git",
        repository=REPOSITORY,
        tag="v2.3.1",
        revision=merged,
    )
    say(
        deployments.DeploymentFinished,
        at,
        BOT,
        deployment=f"{REPOSITORY}/deployment/by version",
        outcome="succeeded",
        system="shop",
        environment="staging",
        artifact="shop-2.3.1",
    )


def _direct_commits(history: History) -> None:
    """A history known from git alone, each commit counting as deployed."""
    say = history.say
    previous: tuple[str, ...] = ()
    for number in range(4):
        at = BEGIN + number * DAY + 3 * MINUTE
        revision = revision_of(f"legacy {number}")
        say(
            revisions.RevisionRecorded,
            at,
            "git:author",
            source="git",
            revision=revision,
            repository=GIT_ONLY,
            complete=True,
            parents=previous,
            author="git:author",
            committer="git:author",
            authored_at=at,
            title=history.text(f"Legacy commit {number}"),
            edited_in_merge=False if number == 3 else None,
            patch=digest_of("the same" if number in (1, 3) else f"patch {number}"),
            inverse=digest_of("the same") if number == 2 else None,
            areas={"code": 2, "tests": 1} if number else {},
            claimed_pull="7" if number == 1 else None,
            claimed_reviewers=("git:reviewer",) if number == 2 else (),
            claimed_review="https://review.example.com/2" if number == 2 else None,
            ticket_keys=("OPS-1",) if number == 3 else (),
            lands_in="production",
            system="legacy",
        )
        previous = (revision,)
    at = BEGIN + 5 * DAY
    say(
        revisions.HistoryBegins,
        None,
        source="git",
        repository=GIT_ONLY,
        revision=revision_of("legacy 0"),
    )
    say(
        revisions.HistoryRetrieved,
        at,
        source="git",
        repository=GIT_ONLY,
        query="git log",
        rows=4,
        reply=digest_of("reply"),
    )
    say(
        revisions.RefChanged,
        at,
        ALICE,
        repository=REPOSITORY,
        ref="v1",
        ref_kind="tag",
        change="created",
    )


def _desk(history: History) -> None:
    say = history.say
    at = BEGIN + 2 * DAY
    name = "CHG-2026-0001"
    desk = {"source": "desk", "change": name}
    reason = history.text("Because the shop needs it")
    say(
        requests.ChangeRequested,
        at,
        ALICE,
        **desk,
        system="shop",
        kind="data",
        risk="low",
        title=history.text("A requested change"),
        reason=reason,
        back_out=reason,
    )
    say(requests.ChangeLinked, at, ALICE, **desk, implementation=f"{REPOSITORY}/pull/3")
    say(requests.ChangeScheduled, at, ALICE, **desk, begins_at=at + DAY, ends_at=at + 2 * DAY)
    say(requests.ChangeAuthorized, at + MINUTE, BOB, **desk)
    say(requests.ChangeApproved, at + MINUTE, BOB, **desk, revision=revision_of("head 3"))
    say(requests.ChangeDeclined, at + MINUTE, CAROL, **desk, revision=revision_of("head 3"))
    say(decisions.ChangeCommented, at + MINUTE, CAROL, **desk, text=history.text("Too big"))
    for taken_back in ("approval", "authorization"):
        said = {"decision": taken_back, "reason": history.text("I had not read it all")}
        say(decisions.DecisionWithdrawn, at + 2 * MINUTE, BOB, **desk, **said)
    say(requests.ChangeDeclined, at + 3 * MINUTE, CAROL, **desk, asks="changes")
    away = {"source": "desk", "absence": "ABS-2026-0001"}
    dates = {"begins_at": at, "ends_at": at + DAY}
    say(absences.AbsenceStated, at, BOB, **away, **dates, deputy=CAROL, reason=reason)
    say(requests.ChangeAuthorized, at + 4 * MINUTE, CAROL, **desk, on_behalf_of=BOB)
    said = {"revision": revision_of("head 3"), "on_behalf_of": BOB}
    say(requests.ChangeApproved, at + 4 * MINUTE, CAROL, **desk, **said)
    say(absences.AbsenceEnded, at + 5 * MINUTE, BOB, **away)
    say(
        acts.DecisionEscalated,
        at + 3 * MINUTE,
        None,
        source="monitor",
        change=name,
        decision="approval",
        step=1,
        called="change_manager",
        asked=(CAROL,),
        asked_at=at,
    )
    board = {"source": "desk", "meeting": "CAB-2026-0001"}
    called = {"form": "seated", "begins_at": at, "ends_at": at + DAY}
    say(boards.BoardMeetingCalled, at, BOB, **board, **called, members=(BOB, CAROL), agenda=(name,))
    said = {**board, "change": name}
    say(boards.BoardVoteCast, at + MINUTE, CAROL, **said, vote="for", reason=reason)
    say(boards.BoardDecided, at + 6 * MINUTE, BOB, **said, outcome="not_decided")
    say(requests.ChangeAuthorized, at + 6 * MINUTE, BOB, **said)
    say(requests.ChangeClosed, at + 3 * DAY, ALICE, **desk, outcome="implemented")
    say(
        requests.TicketMoved,
        at,
        ALICE,
        source="jira",
        change="jira:example/issue/1",
        transition="1",
        from_status="Open",
        to_status="Approved",
    )
    say(
        requests.ChangeRequested,
        at,
        CAROL,
        source="jira",
        change="jira:example/issue/1",
        ticket_key="SHOP-4",
        title=history.text("A ticket"),
    )
    # One pull request carries out two requests.
    say(
        requests.ChangeLinked,
        at,
        CAROL,
        source="jira",
        change="jira:example/issue/1",
        implementation=f"{REPOSITORY}/pull/3",
    )
    say(
        requests.EmergencyDeclared,
        at + 4 * DAY,
        CAROL,
        source="desk",
        emergency="emergency:1",
        change=f"{REPOSITORY}/pull/5",
        system="shop",
        incident="incident:1",
        authorized_by=BOB,
        ends_at=at + 5 * DAY,
    )
    say(
        requests.ChangeAuthorized,
        at + 4 * DAY + 1,
        BOB,
        source="desk",
        change=f"{REPOSITORY}/pull/5",
    )
    held = {"source": "desk", "change": name, "outcome": "accepted"}
    say(requests.PostReviewHeld, at + 6 * DAY, BOB, **held, incidents=("incident:1",))
    say(
        requests.TimeWindowSet,
        at,
        ALICE,
        source="desk",
        window="window:1",
        kind="freeze",
        system="shop",
        begins_at=at + DAY,
        ends_at=at + 2 * DAY,
    )
    say(requests.IncidentOpened, at + 4 * DAY, source="desk", incident="incident:1", system="shop")
    say(requests.IncidentResolved, at + 5 * DAY, source="desk", incident="incident:1")


def _around(history: History) -> None:
    say = history.say
    at = BEGIN + 3 * DAY
    say(
        deployments.StateObserved,
        at,
        source="cluster",
        system="shop",
        environment="production",
        item="pod/web",
        artifact=f"sha256:{digest_of('nobody deployed this')}",
    )
    say(
        receipts.SourceSilent, at, source="monitor", scope="github", silent_from=at, reason="closed"
    )
    say(
        receipts.SourceRecovered,
        at + DAY,
        source="monitor",
        scope="github",
        silent_from=at,
        silent_until=at + MINUTE,
    )
    say(
        receipts.DeliverySeen,
        at,
        source="events:tool",
        payload_digest=digest_of("generic"),
        name="x",
        reason="no evidence",
    )
    say(receipts.DeliverySeen, at, name="star", repository=REPOSITORY, reason="no evidence")
    say(
        receipts.DeliveryQuarantined,
        at,
        kind="github",
        name="push",
        repository=REPOSITORY,
        reason="no JSON",
        size=3,
        payload_digest=history.text("{]!"),
    )
    say(receipts.DeliveryReplayed, at + DAY, kind="github", replayed="delivery-1", events=0)
    say(
        retrievals.ListRetrieved,
        at + DAY,
        source="jira",
        scope="jira:acme.example.com",
        items="issues",
        query="rest/api/2/search?jql=project in (SHOP)",
        pages=1,
        rows=6,
        stated_total=6,
        ending="total reached",
        reply=history.text(digest_of("a page")),
    )
    say(
        revisions.RevisionInspected,
        at + DAY,
        revision=digest_of("looked at")[-40:],
        repository=REPOSITORY,
        tree="e" * 40,
        path_count=1,
        areas={"code": 1},
    )
    say(
        retrievals.ListRefused,
        at + DAY,
        scope=REPOSITORY,
        items="rulesets",
        query="repos/acme/shop/rulesets",
        status=403,
        reason="it answered 403: the account may not read this",
        cure="Give it the permissions that the source's page names.",
    )
    tickets = {"source": "desk", "road": "delivered", "connection": "jira"}
    told = history.text('{"field.system": "fields.components[0].name"}')
    say(connections.SourceConnected, at, **tickets, kind="jira", options=told)
    say(connections.SourceSecretRenewed, at + DAY, **tickets)
    say(connections.SourceDisconnected, at + 2 * DAY, **tickets)
    routed = history.text('{"channels": [], "routes": []}')
    say(connections.AlertsRouted, at, source="desk", routing=routed)


def _product(history: History) -> None:
    say = history.say
    at = BEGIN + 9 * DAY
    subject = f"{REPOSITORY}/pull/4"
    mine = {"source": "monitor"}
    say(
        acts.ChangeJudged,
        at,
        **mine,
        subjects=(subject,),
        verdicts={"cc8_1/08_approval": "deviation/direct"},
        policy_version=1,
        checks=digest_of("checks"),
        log_size=3,
    )
    say(
        acts.CaseOpened,
        at,
        **mine,
        case="case:1",
        subject=subject,
        check="signs/unauthorized_deployment",
        deployed_at=at - DAY,
    )
    say(acts.CaseResolved, at, BOB, **mine, case="case:1", outcome="linked", reason=digest_of("x"))
    say(acts.AlertSent, at, **mine, case="case:1", channel="mail", outcome="sent")
    named = {"vulnerability": "shop/GHSA-1", "same_as": "shop/CVE-2026-1"}
    say(acts.VulnerabilityRecognized, at, **mine, **named)
    say(acts.AlertEscalated, at + 1, **mine, case="case:1", route="mail", channel="pager")
    say(acts.AlertAcknowledged, at + 2, BOB, **mine, case="case:1")
    say(
        acts.GateAnswered,
        at,
        BOT,
        **mine,
        answer="deny",
        environment="production",
        system="shop",
        revision=revision_of("head 4"),
    )
    say(
        acts.PackIssued,
        at,
        ALICE,
        **mine,
        period_from=BEGIN,
        period_until=at,
        digest=digest_of("pack"),
        interim=True,
    )


@dataclass(frozen=True)
class PlainJudgement:
    """What `judge_plainly` gives."""

    findings: list[Finding]
    due: dict[str, int]


def judge_plainly(store: Store, subjects: Sequence[str], as_of: int) -> PlainJudgement:
    """A judge in a few lines, so that these tests do not turn with every check.

    A change deviates if it was deployed before `as_of`; systems and the organisation are met.
    """
    findings, due = [], {}
    for subject in sorted(set(subjects) & subjects_that_stand(store)):
        owned = store.by(RevisionImplementation, "implementation", [subject])
        covered = store.by(DeploymentRevision, "revision", {row.revision for row in owned})
        deployed = store.by(Deployment, "deployment", {row.deployment for row in covered})
        seen = [row for row in deployed if row.deployed_at is None or row.deployed_at <= as_of]
        verdict = "deviation" if seen else "met"
        evidence = ",".join(sorted({row.events for row in seen}))
        for check in ("cc8_1/08_approval", "signs/untracked_change"):
            reason = f"{len(seen)} deployments of {subject}"
            findings.append(Finding(subject, check, verdict, "direct", reason, evidence))
        if not seen:
            due[subject] = as_of // DAY * DAY + 9 * DAY
    return PlainJudgement(findings, due)


class MemoryInstance:
    """A log, evidence tables and the queue in one SQLite: in memory, or in a file."""

    def __init__(self, file: Path | None = None, signer: Signer = SIGNER) -> None:
        self.database = MemoryDatabase()
        if file is not None:
            self.database.connection = sqlite3.connect(
                file, isolation_level=None, check_same_thread=False
            )
            self.database.execute("PRAGMA journal_mode = WAL")
        for statement in log_ddl("sqlite"):
            self.database.execute(statement)
        self.database.execute("CREATE TABLE unjudged (subject TEXT NOT NULL PRIMARY KEY)")
        create_tables(self.database)
        self.open(self.database, Log(self.database, signer, signer.name), signer)

    def open(self, database: Any, log: Log, signer: Signer = SIGNER) -> None:
        """Work on tables that stand already."""
        self.seal = moment_sealer(signer)
        self.database = database
        self.log = log
        self.evidence = Evidence(database)
        self.store: Store = self.evidence.store

    def take(self, history: History, batch: int = 40) -> None:
        """Append and project a history, in batches; then nothing of it is judged."""
        self.log.put_contents(history.texts)
        for entries in _batches(history.events, batch):
            self.log.append([(entry.id, entry.encoded) for entry in entries])
            self.evidence.take(entries)

    def judge(self, as_of: int, subjects: Sequence[str] | None = None) -> None:
        """Judge as the monitor does: findings, and when they were made."""
        wanted = sorted(subjects_that_stand(self.store) if subjects is None else subjects)
        judged = judge_plainly(self.store, wanted, as_of)
        self.store.insert(judged.findings)
        self.store.insert(standings(self.store, as_of, judged.findings, judged.due, self.seal))


def small_instance(changes: int = 6) -> MemoryInstance:
    """The small company's instance, judged at two moments, one subject still waiting."""
    made = MemoryInstance()
    made.take(small_history(changes))
    subjects = sorted(subjects_that_stand(made.store))
    made.judge(BEGIN + 20 * DAY, subjects[: len(subjects) // 2])
    made.judge(BEGIN + 21 * DAY, subjects[len(subjects) // 2 : -1])
    made.database.execute("INSERT INTO unjudged VALUES (?)", (subjects[-1],))
    return made


def copy_of(database: MemoryDatabase) -> MemoryDatabase:
    """The same rows, to be edited."""
    copy = MemoryDatabase()
    database.connection.backup(copy.connection)
    return copy


def _batches(events: Sequence[Event], size: int) -> Iterator[list[Entry]]:
    for at in range(0, len(events), size):
        part = enumerate(events[at : at + size], at)
        yield [
            seal(each, received_at=max(BEGIN, each.occurred_at or 0) + n, collector="test")
            for n, each in part
        ]


def tables_of(database: Database) -> list[str]:
    """Every table of a SQLite database."""
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [str(row[0]) for row in rows]
