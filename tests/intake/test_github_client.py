"""GitHub asked by ourselves: the same record as its webhooks give, whichever comes first."""

import json

import pytest

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.intake.deliveries import take
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Finding, RevisionImplementation
from changeproof.ledger.pulls import PullMerge, PullOpened, Review
from changeproof.ledger.retrievals import RefusedList, Retrieval
from changeproof.ledger.revisions import Protection, Revision, RevisionParent
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery
from changeproof.web.readings.hidden_lists_reading import read_hidden_lists
from tests.support.protocol_server import Rests, serving

ADA, BOB = ({"id": number, "login": name, "type": "User"} for number, name in ((7, "a"), (8, "b")))
REPOSITORY = {
    "id": 583231,
    "node_id": "R_1",
    "full_name": "acme/shop",
    "name": "shop",
    "default_branch": "main",
    "owner": {**ADA, "site_admin": False},
}
BASE, HEAD, MERGE = "0" * 39 + "1", "a" * 40, "b" * 40


def commit(sha, parents, at, message):
    person = {"name": "A", "email": "7+a@users.noreply.github.com", "date": at}
    return {
        "sha": sha,
        "commit": {
            "message": message,
            "author": person,
            "committer": person,
            "tree": {"sha": "c" * 40},
        },
        "parents": [{"sha": parent} for parent in parents],
        "comments_url": "https://api.github.com/x",
    }


PULL = {
    "number": 7,
    "id": 70,
    "state": "closed",
    "title": "Round half to even",
    "user": ADA,
    "created_at": "2026-03-01T10:00:00Z",
    "updated_at": "2026-03-01T12:00:00Z",
    "closed_at": "2026-03-01T12:00:00Z",
    "merged_at": "2026-03-01T12:00:00Z",
    "merged": True,
    "merged_by": BOB,
    "merge_commit_sha": MERGE,
    "draft": False,
    "head": {"sha": HEAD, "ref": "round", "repo": REPOSITORY},
    "base": {"sha": BASE, "ref": "main", "repo": REPOSITORY},
}
REVIEW = {
    "id": 700,
    "user": BOB,
    "state": "APPROVED",
    "commit_id": HEAD,
    "submitted_at": "2026-03-01T11:00:00Z",
    "pull_request_url": "https://api.github.com/repos/acme/shop/pulls/7",
}
CHECK = {
    "id": 900,
    "name": "test",
    "head_sha": HEAD,
    "status": "completed",
    "conclusion": "success",
    "started_at": "2026-03-01T10:30:00Z",
    "completed_at": "2026-03-01T10:40:00Z",
    "app": {"id": 15368, "slug": "github-actions"},
    "check_suite": {"id": 1},
    "output": {},
}
DEPLOYMENT = {
    "id": 50,
    "sha": MERGE,
    "ref": "main",
    "environment": "production",
    "created_at": "2026-03-01T13:00:00Z",
    "creator": BOB,
}
STATUS = {
    "id": 51,
    "state": "success",
    "environment": "production",
    "created_at": "2026-03-01T13:05:00Z",
    "updated_at": "2026-03-01T13:05:00Z",
    "creator": BOB,
}


RULESET = {
    "id": 9,
    "name": "main",
    "enforcement": "active",
    "target": "branch",
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}],
    "bypass_actors": [],
    "updated_at": "2026-02-01T10:00:00Z",
}


class GitHub:
    """The history above, as the REST interface gives it."""

    def __init__(self) -> None:
        self.protected = True
        self.may_not_see = False
        self.by_rules = False
        self.classic = False
        self.rules_refused = False
        self.collaborators = []
        self.repository = REPOSITORY

    def __call__(self, path, query, headers):
        assert headers["authorization"] == "Bearer s3cret"
        here = path.removeprefix("/repos/acme/shop").strip("/")
        if here == "branches/main/protection" and self.may_not_see:
            return 404, {}, {"message": "Not Found"}
        answers = {
            "": self.repository,
            "collaborators": self.collaborators,
            "pulls": [PULL],
            "pulls/7": PULL,
            "pulls/7/reviews": [REVIEW],
            "pulls/7/commits": [commit(HEAD, [BASE], "2026-03-01T09:50:00Z", "Round")],
            f"commits/{HEAD}/check-runs": {"total_count": 1, "check_runs": [CHECK]},
            f"commits/{MERGE}/check-runs": {"total_count": 0, "check_runs": []},
            f"commits/{HEAD}/statuses": [],
            f"commits/{MERGE}/statuses": [],
            "commits": [
                commit(MERGE, [BASE, HEAD], "2026-03-01T12:00:00Z", "Merge pull request #7"),
                commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
            ],
            "deployments": [DEPLOYMENT],
            "deployments/50/statuses": [STATUS],
            "branches/main": {
                "name": "main",
                "protected": self.protected and (self.classic or not self.by_rules),
            },
            "branches/main/protection": {
                "enforce_admins": {"enabled": True},
                "required_pull_request_reviews": {"required_approving_review_count": 1},
            },
        }
        if here == "rulesets" and self.rules_refused:
            return 403, {}, {}
        if here == "rulesets" and (self.by_rules or self.classic):
            rules = [{"id": 9, "name": "main", "enforcement": "active"}]
            return 200, {}, rules if self.by_rules else []
        if here == "rulesets":
            return 403, {}, {"message": "Upgrade to GitHub Pro"}
        if here == "rulesets/9":
            return 200, {}, RULESET
        return (200, {}, answers[here]) if here in answers else (404, {}, {})


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


def asked(address):
    settings = Settings("github", "github", address, "", "s3cret", {"repositories": "acme/shop"})
    return connect_source(settings, every=300, private_allowed=True)


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


class SeveralCommits(GitHub):
    """Bob began what Ada finished; it was merged with all its commits."""

    def __call__(self, path, query, headers):
        begun = commit(BEGUN, [BASE], "2026-03-01T09:40:00Z", "Begin to round")
        begun["commit"]["author"] = {"name": "B", "email": "8+b@users.noreply.github.com"}
        ended = commit(HEAD, [BEGUN], "2026-03-01T09:50:00Z", "Round")
        if path.endswith("/pulls/7/commits"):
            return 200, {}, [begun, ended]
        if path.endswith("/commits"):
            status, told, rows = super().__call__(path, query, headers)
            return status, told, [rows[0], ended, begun, rows[1]]
        return super().__call__(path, query, headers)


BEGUN = "d" * 40


def test_every_commit_of_a_merged_pull_request_belongs_to_it(instance):
    """Whoever wrote the first approves nothing, and no commit is taken for a direct push."""
    with serving(SeveralCommits()) as address:
        ask(ledger(), asked(address), rest=Rests())
    judge_waiting(ledger())
    owned = {row.revision: row.implementation for row in ledger().store.all(RevisionImplementation)}
    assert owned == {BASE: f"git:{BASE}", BEGUN: CHANGE, HEAD: CHANGE, MERGE: CHANGE}
    findings = ledger().store.by(Finding, "subject", [CHANGE])
    [found] = [row for row in findings if row.check_id == "cc8_1/08_approval"]
    assert found.verdict == "deviation"


class OnTheBranch(GitHub):
    """Whatever its list of commits holds, and nothing was deployed."""

    def __init__(self, *commits, proposed=(), pull=PULL):
        super().__init__()
        self.commits, self.proposed, self.pull = list(commits), list(proposed), pull

    def __call__(self, path, query, headers):
        here = path.removeprefix("/repos/acme/shop/")
        if (
            here == "commits"
            and "per_page" in query
            and query["sha"] == self.pull["merge_commit_sha"]
        ):
            begun = [each["sha"] for each in self.commits].index(query["sha"])
            return 200, {}, self.commits[begun:]
        answers = {
            "commits": self.commits,
            "deployments": [],
            "pulls/7/commits": self.proposed,
            "pulls": [self.pull],
            "pulls/7": self.pull,
        }
        if here in answers:
            return 200, {}, answers[here]
        if here.startswith("commits/"):
            return 200, {}, {"check_runs": []} if here.endswith("check-runs") else []
        return super().__call__(path, query, headers)


DIRECT, LATE = "e" * 40, "f" * 40


def owners(server):
    with serving(server) as address:
        found = ask(ledger(), asked(address), rest=Rests())
    assert found.quarantined == 0
    return {row.revision: row.implementation for row in ledger().store.all(RevisionImplementation)}


def test_a_direct_push_is_on_record_before_anything_is_deployed(instance):
    """The side that a merge brought in is its pull request's; clocks may be wrong."""
    branch = OnTheBranch(
        commit(LATE, [MERGE], "2026-03-02T12:00:00Z", "Not reviewed (#7)"),
        commit(DIRECT, [BASE], "2026-03-03T12:00:00Z", "Nor this"),  # listed before its child
        commit(MERGE, [DIRECT, HEAD], "2020-03-01T12:00:00Z", "Merge pull request #7"),
        commit(HEAD, [BASE], "2026-03-01T09:50:00Z", "Round"),
        commit(BEGUN, [BASE], "2026-03-01T09:40:00Z", "Beside the line, of nobody's"),
        commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
    )
    assert owners(branch) == {
        LATE: f"git:{LATE}",
        MERGE: CHANGE,
        HEAD: CHANGE,
        DIRECT: f"git:{DIRECT}",
        BASE: f"git:{BASE}",
    }
    judge_waiting(ledger())
    [found] = [
        row
        for row in ledger().store.by(Finding, "subject", [f"git:{LATE}"])
        if row.check_id == "cc8_1/08_approval"
    ]
    assert found.verdict == "pending"  # nothing of it is in production yet


def test_what_a_rebase_made_anew_belongs_to_its_pull_request(instance):
    """Of several commits GitHub names the last alone; one pushed below them stays a push."""
    first, second = "1" * 40, "2" * 40
    at = ("2026-03-01T09:40:00Z", "2026-03-01T09:50:00Z")
    branch = OnTheBranch(
        commit(MERGE, [BEGUN], at[1], "Round"),
        commit(BEGUN, [DIRECT], at[0], "Begin to round"),
        commit(DIRECT, [BASE], at[0], "Begin to round!"),
        commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
        proposed=[
            commit(first, [BASE], at[0], "Begin to round"),
            commit(second, [first], at[1], "Round"),
        ],
        pull={**PULL, "commits": 2, "head": {**PULL["head"], "sha": second}},
    )
    landed = {MERGE: CHANGE, BEGUN: CHANGE, DIRECT: f"git:{DIRECT}", BASE: f"git:{BASE}"}
    assert owners(branch) == {**landed, first: CHANGE, second: CHANGE}


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


class LateCommit(GitHub):
    """One that bears a date of last year is pushed on top of the branch."""

    late = False

    def __call__(self, path, query, headers):
        status, told, rows = super().__call__(path, query, headers)
        if path.endswith("/commits") and self.late and "since" not in query:
            rows = [commit("f" * 40, [MERGE], "2025-01-01T12:00:00Z", "Sneaked"), *rows]
        return status, told, rows


def test_a_commit_that_bears_an_old_date_is_read_all_the_same(instance):
    forge = LateCommit()
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.late = True
        ask(ledger(), source, rest=Rests())
    assert "f" * 40 in {row.revision for row in ledger().store.all(Revision)}


def test_protection_is_told_where_it_is_other_than_at_the_last_look(instance):
    forge = GitHub()
    with serving(forge) as address:
        source = asked(address)
        for protected in (True, True, False, False, True):
            forge.protected = protected
            ask(ledger(), source, rest=Rests())
    rows = sorted(ledger().store.all(Protection), key=lambda row: row.changed_at)
    assert [row.enforced for row in rows] == [1, 0, 1]
    assert (rows[0].approvals_required, rows[0].administrators_bound) == (1, 1)


def test_a_token_that_may_not_see_protection_tells_nothing_of_it(instance):
    forge = GitHub()
    forge.may_not_see = True
    with serving(forge) as address:
        ask(ledger(), asked(address), rest=Rests())
    assert ledger().store.all(Protection) == []


def test_a_branch_that_rules_protect_is_not_called_unprotected(instance):
    forge = GitHub()
    forge.by_rules = True
    with serving(forge) as address:
        ask(ledger(), asked(address), rest=Rests())
    assert {row.enforced for row in ledger().store.all(Protection)} == {1}


def test_a_list_that_may_not_be_read_is_on_record_once_until_it_is_read(instance):
    forge = GitHub()
    with serving(forge) as address:
        source = asked(address)
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
        [refused] = ledger().store.all(RefusedList)
        assert (refused.scope, refused.items, refused.status) == (
            "github:repo/583231",
            "rulesets",
            403,
        )
        assert "permissions" in refused.cure
        assert [row.items for row in read_hidden_lists(ledger())] == ["rulesets"]
        forge.classic = True
        ask(ledger(), source, rest=Rests())
        assert read_hidden_lists(ledger()) == ()
        forge.classic = False
        ask(ledger(), source, rest=Rests())
    assert len(ledger().store.all(RefusedList)) == 2
    [hidden] = read_hidden_lists(ledger())
    assert (hidden.scope, hidden.items) == ("acme/shop", "rulesets")


def test_what_is_gone_is_not_called_hidden(instance):
    """A commit without checks is no list that somebody keeps from us."""

    class Forced(GitHub):
        def __call__(self, path, query, headers):
            if "/check-runs" in path or path.endswith("/rulesets"):
                return (404, {}, {}) if "/check-runs" in path else (200, {}, [])
            return super().__call__(path, query, headers)

    with serving(Forced()) as address:
        found = ask(ledger(), asked(address), rest=Rests())
    assert found.missing
    assert ledger().store.all(RefusedList) == []


def transitions(pattern):
    rows = [row for row in ledger().store.all(Protection) if row.pattern == pattern]
    return [row.enforced for row in sorted(rows, key=lambda row: row.changed_at)]


def test_a_ruleset_that_its_whole_list_no_longer_holds_ends_at_the_look(instance):
    forge = GitHub()
    forge.classic = forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        asked_at = max(row.retrieved_at for row in ledger().store.all(Retrieval))
        forge.by_rules = False
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
    assert transitions("main (ruleset 9)") == [1, 0]
    off = max(
        (row for row in ledger().store.all(Protection) if row.pattern == "main (ruleset 9)"),
        key=lambda row: row.changed_at,
    )
    assert off.changed_at > asked_at
    assert off.account is None


def test_rulesets_that_may_not_be_listed_are_not_called_removed(instance):
    forge = GitHub()
    forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.rules_refused = True
        ask(ledger(), source, rest=Rests())
    assert transitions("main (ruleset 9)") == [1]


def test_a_rule_of_the_branch_ends_though_a_ruleset_holds_on(instance):
    forge = GitHub()
    forge.classic = forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.protected = False
        ask(ledger(), source, rest=Rests())
    assert transitions("main") == [1, 0]
    assert transitions("main (ruleset 9)") == [1]
