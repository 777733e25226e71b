"""Nobody puts a change out of sight by dating it into the future: its receipt is the bound."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from changeproof.checks.judge import all_subjects, judge
from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.entry import Entry, seal
from changeproof.events.event import Event
from changeproof.events.production_acts import ProductionActed
from changeproof.events.pulls import RevisionReviewed
from changeproof.events.revisions import RevisionRecorded
from changeproof.ledger.deployments import DeploymentOutcome, ObservedState
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.joined import Change, Deployment, DeploymentRevision, Finding
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.revisions import Revision
from changeproof.ledger.schema import create_tables
from changeproof.ledger.service import ledger, now
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES
from changeproof.log.database import MemoryDatabase
from changeproof.monitor.judging import judge_waiting, sweep
from changeproof.policy.parameters import initial_policy_event
from tests.support.pull_requests import MINUTE, REVIEWER, Forge

DAY = 24 * 3600 * 1_000_000
RECEIVED = 20_000 * DAY
IN_2037 = 24_500 * DAY
FIRST, SECOND, THIRD = (f"{number:040x}" for number in (1, 2, 3))


def commit(revision: str, at: int, *parents: str, lands: bool = True) -> Entry:
    event = RevisionRecorded(
        source="git",
        delivery=revision,
        occurred_at=at,
        revision=revision,
        repository="git:repo/app",
        complete=True,
        parents=parents,
        author="git:a",
        lands_in="production" if lands else None,
        system="app" if lands else None,
    )
    return seal(event, received_at=RECEIVED, collector="test")


def tag(name: str, revision: str, at: int, received_at: int = RECEIVED) -> Entry:
    event = DeploymentFinished(
        source="git",
        delivery=name,
        occurred_at=at,
        deployment=f"git:repo/app/production/{name}",
        outcome="succeeded",
        repository="git:repo/app",
        system="app",
        environment="production",
        revision=revision,
    )
    return seal(event, received_at=received_at, collector="test")


def told(entries: Sequence[Entry]) -> Store:
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    policy = initial_policy_event("standard")[0]
    evidence.take([seal(policy, received_at=0, collector="test")])
    for entry in entries:
        evidence.take([entry])
    return evidence.store


def test_a_commit_dated_into_the_future_is_judged_from_its_receipt_on() -> None:
    store = told([commit(FIRST, RECEIVED - DAY), commit(SECOND, IN_2037, FIRST)])
    change = f"git:{SECOND}"
    assert change not in all_subjects(store, RECEIVED - 1)
    assert change in all_subjects(store, RECEIVED)
    findings = {
        row.check_id: row
        for row in judge(store, [change, f"git:{FIRST}"], RECEIVED)
        if row.subject == change
    }
    deployed = findings["cc8_1/09_deployment"]
    assert deployed.verdict == "not_verifiable"
    assert "it is dated 2037-01-29T00:00:00Z, after it was received, so the receipt counts" in (
        deployed.reason
    )
    [row] = [row for row in store.all(Revision) if row.revision == SECOND]
    assert (row.committed_at, row.dated_at, row.stated_at) == (RECEIVED, IN_2037, IN_2037)
    [opened] = store.by(Change, "change_id", [change])
    assert opened.opened_at == RECEIVED
    [first] = [row for row in store.all(Revision) if row.revision == FIRST]
    assert (first.committed_at, first.dated_at) == (RECEIVED - DAY, None)


def test_tags_dated_into_the_future_keep_their_order_whatever_came_first() -> None:
    commits = [
        commit(FIRST, 1, lands=False),
        commit(SECOND, 2, FIRST, lands=False),
        commit(THIRD, 3, SECOND, lands=False),
    ]
    tags = [
        tag("a-later", THIRD, IN_2037 + DAY),
        tag("b-sooner", SECOND, IN_2037, RECEIVED + 1),
        tag("c-first", FIRST, 10),
    ]
    stores = [told(order) for order in list(permutations([*tags, *commits]))[::37]]
    tables = [TABLES[row.table.name] for row in (Deployment, DeploymentRevision, DeploymentOutcome)]
    said = {
        tuple(
            tuple(sorted(store.database.execute(f"SELECT * FROM {table.name}"), key=repr))
            for table in tables
        )
        for store in stores
    }
    assert len(said) == 1
    latest = {row.deployment[-7:]: row for row in stores[0].all(Deployment)}
    assert latest["a-later"].previous_revision == SECOND
    assert latest["a-later"].deployed_at == RECEIVED


def dated(event_type: type[Event], **said: Any) -> Entry:
    event = event_type(source="pipeline", delivery=event_type.__name__, occurred_at=IN_2037, **said)
    return seal(event, received_at=RECEIVED, collector="test")


def test_what_a_pipeline_dates_into_the_future_is_in_production_from_its_receipt_on() -> None:
    place = {"system": "app", "environment": "production"}
    store = told(
        [
            commit(FIRST, 1, lands=False),
            dated(
                DeploymentFinished,
                deployment="pipeline:1",
                outcome="succeeded",
                repository="git:repo/app",
                revision=FIRST,
                **place,
            ),
            dated(StateObserved, item="web", digest="a" * 64, **place),
            dated(ProductionActed, act="act:1", kind="infrastructure", **place),
        ]
    )
    [deployment] = store.all(Deployment)
    [seen] = store.all(ObservedState)
    [act] = store.all(ProductionAct)
    assert (deployment.deployed_at, seen.observed_at, act.acted_at) == (RECEIVED,) * 3
    [subject] = (row.change_id for row in store.all(Change) if FIRST in row.change_id)
    verdicts = {row.check_id: row.verdict for row in judge(store, [subject], RECEIVED)}
    assert verdicts["cc8_1/09_deployment"] not in ("pending", "not_applicable")


def test_what_a_clock_ahead_of_ours_told_of_is_judged_again_when_its_time_comes(
    instance: object,
) -> None:
    forge = Forge(ledger())
    pull, head = forge.open(7)
    forge.clock = now() + 10 * MINUTE
    forge.say(
        RevisionReviewed, REVIEWER, pull=pull, revision=head, review=f"{pull}/1", verdict="approved"
    )
    ahead = forge.clock
    judge_waiting(forge.ledger)

    def reason() -> str:
        rows = forge.ledger.store.by(Finding, "subject", [pull])
        return next(row.reason for row in rows if row.check_id == "cc8_1/08_approval")

    assert reason().startswith("0 of 1 independent approvals so far")
    assert sweep(forge.ledger, ahead - 1) == 0
    assert sweep(forge.ledger, ahead) > 0
    judge_waiting(forge.ledger, as_of=lambda: ahead)
    assert reason().startswith("1 of 1 independent approvals so far")
    assert sweep(forge.ledger, ahead) == 0
