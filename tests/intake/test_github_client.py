"""GitHub asked by ourselves: the same record as its webhooks give, whichever comes first."""

import json

import pytest

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.intake.deliveries import take
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Finding
from changeproof.ledger.pulls import PullMerge, PullOpened, Review
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.revisions import Revision, RevisionParent
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery
from tests.support.github_server import (
    ADA,
    BOB,
    CHECK,
    DEPLOYMENT,
    HEAD,
    MERGE,
    PULL,
    REPOSITORY,
    REVIEW,
    STATUS,
    GitHub,
    asked,
    commit,
)
from tests.support.protocol_server import Rests, serving


def webhooks():
    """The same history as deliveries, of what webhooks tell of it."""
    opened = {**PULL, "state": "open", "merged_at": None, "merged": False, "merged_by": None}
    opened |= {"closed_at": None, "merge_commit_sha": None, "updated_at": PULL["created_at"]}
    told = [
        ("pull_request", {"action": "opened", "number": 7, "pull_request": opened, "sender": ADA}),
        (
            "pull_request_review",
            {
                "action": "submitted",
                "review": {**REVIEW, "state": "approved"},
                "pull_request": opened,
                "sender": BOB,
            },
        ),
        ("check_run", {"action": "completed", "check_run": CHECK, "sender": BOB}),
        ("pull_request", {"action": "closed", "number": 7, "pull_request": PULL, "sender": BOB}),
        ("deployment", {"action": "created", "deployment": DEPLOYMENT, "sender": BOB}),
        (
            "deployment_status",
            {
                "action": "created",
                "deployment": DEPLOYMENT,
                "deployment_status": STATUS,
                "sender": BOB,
            },
        ),
    ]
    return [
        Delivery("github", f"d{number}", json.dumps({**body, "repository": REPOSITORY}).encode(),
                 1, name)
        for number, (name, body) in enumerate(told)
    ]  # fmt: skip


def cells(row_type):
    names = [
        name
        for name in row_type.table.column_names
        if name not in ("stated_at", "event", "events", "title")
    ]
    return sorted(
        ledger().database.execute(f"SELECT {', '.join(names)} FROM {row_type.table.name}"), key=repr
    )


def told_by(order):
    with serving(GitHub()) as address:
        source = asked(address)
        for who in order:
            if who == "client":
                found = ask(ledger(), source, rest=Rests())
                assert found.quarantined == 0
            else:
                assert {each.outcome for each in take(ledger(), webhooks())} == {"translated"}
    judge_waiting(ledger())


TELLING = (PullOpened, PullMerge, Review, TestRun)
CHANGE = "github:repo/583231/pull/7"


@pytest.fixture
def by_webhooks(instance):
    """What webhooks alone give of these tables."""
    told_by(["webhooks"])
    return {row.table.name: cells(row) for row in TELLING}


@pytest.mark.parametrize("order", [["client"], ["client", "webhooks"], ["webhooks", "client"]])
def test_whoever_tells_it_first_the_record_is_the_same(instance, order):
    told_by(order)
    assert cells(PullMerge) == [
        (
            CHANGE,
            "github:repo/583231",
            HEAD,
            MERGE,
            "main",
            "github:user/8",
            1_772_366_400_000_000,
            None,
            None,
        )
    ]
    [review] = ledger().store.all(Review)
    assert (review.verdict, review.revision) == ("approved", HEAD)
    [run] = ledger().store.all(TestRun)
    assert (run.conclusion, run.poster) == ("passed", "github-actions")
    verdicts = {
        row.check_id: row.verdict for row in ledger().store.by(Finding, "subject", [CHANGE])
    }
    assert verdicts["cc8_1/08_approval"] == "met"
    assert verdicts["cc8_1/07_testing"] == "met"
    assert verdicts["cc8_1/09_deployment"] == "met"


def test_webhooks_alone_tell_the_same_merge_review_and_tests(by_webhooks):
    before = dict(by_webhooks)
    told_by(["client"])
    for row_type in TELLING:
        assert cells(row_type) == before[row_type.table.name]


def test_a_second_look_says_nothing_new_and_its_lists_are_on_record(instance):
    with serving(GitHub()) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        size = ledger().log.size()
        again = ask(ledger(), source, rest=Rests())
    lists = [row for row in ledger().store.all(Retrieval) if row.items == "pull requests"]
    assert len(lists) == 2
    assert ledger().log.size() - size == again.lists
    assert "s3cret" not in str(ledger().store.all(Retrieval))
    assert again.missing == [
        "rulesets of github:repo/583231: it answered 403: the account may not read this"
    ]
    assert len(ledger().store.all(RevisionParent)) == 3


class TwoRepositories(GitHub):
    """Beside the shop, an older one: all that happened in it lies before."""

    def __call__(self, path, query, headers):
        if path == "/orgs/acme/repos":
            return 200, {}, [REPOSITORY, OLDER] if self.found else [REPOSITORY]
        if not path.startswith("/repos/acme/pay"):
            return super().__call__(path, query, headers)
        here = path.removeprefix("/repos/acme/pay").strip("/")
        self.asked.append(here)
        dated = {
            key: value.replace("2026-03", "2025-01")
            for key, value in PULL.items()
            if key.endswith("_at") and value
        }
        pull = {**PULL, **dated, "number": 3, "base": {**PULL["base"], "repo": OLDER}}
        answers = {
            "": OLDER,
            "collaborators": [],
            "pulls": [pull],
            "pulls/3": pull,
            "pulls/3/reviews": [],
            "pulls/3/commits": [],
            "commits": [commit("d" * 40, [], "2025-01-01T12:00:00Z", "Begin")],
            "deployments": [],
            "branches/main": {"name": "main", "protected": False},
        }
        if here.startswith("commits/"):
            return 200, {}, {"check_runs": []} if here.endswith("check-runs") else []
        return (200, {}, answers[here]) if here in answers else (404, {}, {})

    found = False

    def __init__(self):
        super().__init__()
        self.asked = []


OLDER = {**REPOSITORY, "id": 583232, "full_name": "acme/pay", "name": "pay"}


def test_a_repository_that_is_found_later_is_read_from_its_beginning(instance):
    forge = TwoRepositories()
    with serving(forge) as address:
        settings = Settings("github", "github", address, "", "s3cret", {"organization": "acme"})
        source = connect_source(settings, every=300, private_allowed=True)
        ask(ledger(), source, rest=Rests())
        forge.found = True
        ask(ledger(), source, rest=Rests())
        assert "pulls/3/reviews" in forge.asked
        forge.asked.clear()
        ask(ledger(), source, rest=Rests())
    pulls = {row.pull for row in ledger().store.all(PullMerge)}
    assert pulls == {CHANGE, "github:repo/583232/pull/3"}
    assert "d" * 40 in {row.revision for row in ledger().store.all(Revision)}
    commits = [row for row in ledger().store.all(Retrieval) if row.items == "commits"]
    last = max(commits, key=lambda row: row.retrieved_at)
    assert (last.scope, last.query) == ("github:repo/583232", "repos/acme/pay/commits?sha=main")
