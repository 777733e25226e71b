"""GitHub's payloads: what becomes of each, and how the broken ones are refused."""

import json
from collections import Counter

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import sha256_hex
from changeproof.events.pulls import (
    PullRequestClosed,
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
    ReviewDismissed,
    RevisionReviewed,
)
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import (
    ProtectionChanged,
    RepositoryObserved,
    RevisionPushed,
    RevisionRecorded,
)
from changeproof.events.testing import TestsRun
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.github import detect_name
from changeproof.sources.translate import detect, is_confidential, translate

HEAD, BASE, MERGE = "a" * 40, "b" * 40, "c" * 40
REPOSITORY = {"id": 9, "full_name": "acme/pay", "default_branch": "main"}
ADA = {"id": 1, "login": "ada", "type": "User"}
BO = {"id": 2, "login": "bo", "type": "User"}


def second(number):
    return f"2026-01-02T03:04:{number:02}Z"


def at(number):
    return 1_767_323_040_000_000 + number * 1_000_000


def pull(action="opened", sender=ADA, **rest):
    return {
        "action": action,
        "number": 7,
        "pull_request": {
            "number": 7,
            "title": "PAY-1: pay",
            "created_at": second(1),
            "updated_at": second(5),
            "user": ADA,
            "head": {"sha": HEAD, "ref": "feature/PAY-2", "repo": REPOSITORY},
            "base": {"sha": BASE, "ref": "main", "repo": REPOSITORY},
            **rest,
        },
        "repository": REPOSITORY,
        "sender": sender,
    }


def review(action="submitted", state="approved", user=BO, **rest):
    return {
        "action": action,
        "review": {"id": 4, "user": user, "state": state, "commit_id": HEAD, **rest}
        | ({} if rest else {"submitted_at": second(9)}),
        "pull_request": {"number": 7, "updated_at": second(20)},
        "repository": REPOSITORY,
        "sender": BO,
    }


@pytest.fixture
def told(deliver, pseudonyms):
    """The events of a payload, by type."""

    def translated(name, payload):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        translation = translate(deliver("github", body, name), pseudonyms)
        return {type(event): event for event in translation.events}

    return translated


def test_all_real_payloads_are_translated_or_seen(shared, deliver, pseudonyms):
    outcomes: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for file in sorted((shared / "data/github-webhooks").glob("*/*.json")):
        delivery = deliver("github", file.read_bytes(), file.parent.name)
        translation = translate(delivery, pseudonyms)
        assert translation == translate(delivery, pseudonyms)
        outcomes["ignored" if translation.ignored else "translated"] += 1
        types.update(type(event).__name__ for event in translation.events)
        assert (delivery.body in translation.contents) is not is_confidential(delivery)
        for event in translation.events:
            assert event.delivery == "delivery-1"
            assert event.payload_digest == delivery.digest
            assert (event.occurred_at is None) == (event.time_basis == "none")
    assert outcomes == {"translated": 67, "ignored": 139}
    assert types == {
        "RepositoryObserved": 182,
        "DeliverySeen": 139,
        "PullRequestOpened": 21,
        "PullRequestDescribed": 21,
        "PullRequestRevised": 21,
        "PullRequestClosed": 2,
        "PullRequestReopened": 2,
        "TestsRun": 15,
        "RefChanged": 8,
        "RevisionPushed": 4,
        "RevisionRecorded": 12,
        "ProtectionChanged": 3,
        "RevisionReviewed": 3,
        "DeploymentRequested": 2,
        "DeploymentFinished": 2,
        "VulnerabilityFound": 4,
        "VulnerabilityEnded": 1,
        "DetectionRaised": 4,
        "DetectionAnswered": 1,
        "ArtifactBuilt": 1,
    }


def test_the_shape_names_the_event_or_nothing_does(shared):
    for file in sorted((shared / "data/github-webhooks").glob("*/*.json")):
        assert detect_name(file.read_bytes()) in (file.parent.name, None), file
    assert detect_name(json.dumps(pull()).encode()) == "pull_request"
    assert detect_name(json.dumps(review()).encode()) == "pull_request_review"
    assert detect_name(b"[]") is None


def test_what_only_looks_like_github_s_is_not_taken_for_it(shared):
    for system in ("gitea", "gogs", "bitbucket", "azure-devops"):
        for file in sorted((shared / "data/payloads" / system).glob("*/*.json")):
            assert detect(file.read_bytes()) != "github", file
    for file in sorted((shared / "data/github-webhooks").glob("pu*/*.json")):
        assert detect(file.read_bytes()) in ("github", None)


def test_an_opened_pull_request(told):
    events = told("pull_request", pull())
    assert events[PullRequestOpened].pull == "github:repo/9/pull/7"
    assert events[PullRequestOpened].actor == "github:user/1"
    assert events[PullRequestOpened].occurred_at == at(1)
    described = events[PullRequestDescribed]
    assert described.title == sha256_hex(b"PAY-1: pay")
    assert described.ticket_keys == ("PAY-1", "PAY-2")
    assert described.occurred_at == at(5)
    assert events[PullRequestRevised].head == HEAD
    assert events[PullRequestRevised].occurred_at == at(1)
    assert events[PullRequestRevised].time_basis == "stated"
    assert events[RepositoryObserved].name == "acme/pay"
    assert events[RepositoryObserved].occurred_at == at(5)


def test_only_who_synchronized_pushed(told):
    revised = told("pull_request", pull("synchronize", BO))[PullRequestRevised]
    assert (revised.pushed_by, revised.time_basis) == ("github:user/2", "bound")
    assert told("pull_request", pull("labeled", BO))[PullRequestRevised].pushed_by is None


def test_a_merge_is_told_by_any_action(told):
    closed = {"closed_at": second(4), "merged_at": second(4), "merge_commit_sha": MERGE}
    merged = told("pull_request", pull("labeled", **closed, merged_by=BO))[PullRequestMerged]
    assert (merged.revision, merged.head, merged.base_ref) == (MERGE, HEAD, "main")
    assert (merged.actor, merged.occurred_at) == ("github:user/2", at(4))
    events = told("pull_request", pull("closed", closed_at=second(4), merge_commit_sha=MERGE))
    assert PullRequestMerged not in events
    assert events[PullRequestClosed].actor == "github:user/1"


def test_reviews_and_their_dismissal(told):
    given = told("pull_request_review", review())[RevisionReviewed]
    assert given.review == "github:repo/9/pull/7/review/4"
    assert (given.revision, given.verdict, given.actor) == (HEAD, "approved", "github:user/2")
    assert given.occurred_at == at(9)
    dismissed = told("pull_request_review", review("dismissed", "dismissed"))[ReviewDismissed]
    assert (dismissed.review, dismissed.occurred_at, dismissed.time_basis) == (
        given.review,
        at(20),
        "bound",
    )


@pytest.mark.parametrize("nobody", [None, {"id": 10137, "login": "ghost", "type": "User"}])
def test_nobody_is_taken_and_acts_for_nobody(told, nobody):
    events = told("pull_request", pull("synchronize", nobody, user=nobody))
    assert events[PullRequestOpened].actor is None
    assert events[PullRequestRevised].pushed_by is None
    assert told("pull_request_review", review(user=nobody))[RevisionReviewed].actor is None


def test_a_review_tells_of_its_pull_request(told):
    shown = pull(merged_at=second(8), merge_commit_sha=MERGE)["pull_request"]
    events = told("pull_request_review", review() | {"pull_request": shown})
    assert events[PullRequestOpened].actor == "github:user/1"
    assert events[PullRequestDescribed].head_ref == "feature/PAY-2"
    revised = events[PullRequestRevised]
    assert (revised.head, revised.occurred_at, revised.time_basis) == (HEAD, at(5), "bound")
    merged = events[PullRequestMerged]
    assert (merged.revision, merged.actor, merged.occurred_at) == (MERGE, None, at(8))
    few = told("pull_request_review", review() | {"pull_request": {"number": 7}})
    assert set(few) == {RevisionReviewed, RepositoryObserved}


def test_a_review_without_a_commit_is_of_the_head_that_it_shows(told):
    given = review() | {"pull_request": pull()["pull_request"]}
    del given["review"]["commit_id"]
    assert told("pull_request_review", given)[RevisionReviewed].revision == HEAD
    edited = given | {"action": "edited"}
    assert told("pull_request_review", edited)[RevisionReviewed].revision is None
    given["review"]["commit_id"] = None
    assert told("pull_request_review", given)[RevisionReviewed].revision is None


def test_little_is_enough_to_tell_of_a_pull_request(told):
    few = {
        "action": "closed",
        "pull_request": {
            "number": 7,
            "created_at": second(1),
            "head": {"sha": HEAD},
            "merged": True,
            "closed_at": second(6),
            "merge_commit_sha": MERGE,
        },
        "repository": {"id": 9, "full_name": "acme/pay"},
    }
    merged = told("pull_request", few)[PullRequestMerged]
    assert (merged.revision, merged.occurred_at, merged.time_basis) == (MERGE, at(6), "bound")
    few["pull_request"]["merged"] = False
    assert told("pull_request", few)[PullRequestClosed].occurred_at == at(6)


def test_the_commit_beside_a_run_tells_its_tree(told):
    commit = push()["commits"][0]
    run = {"id": 1, "head_sha": HEAD, "conclusion": "success", "head_commit": commit}
    for name in ("check_suite", "workflow_run"):
        recorded = told(name, {name: run, "repository": REPOSITORY})[RevisionRecorded]
        assert (recorded.revision, recorded.tree, recorded.complete) == (HEAD, MERGE, False)
    of_git = {"tree": {"sha": MERGE}, "message": "Pay", "committer": {"date": second(4)}}
    status = {
        "id": 1,
        "sha": HEAD,
        "state": "success",
        "context": "unit",
        "commit": {"sha": HEAD, "commit": of_git, "parents": [{"sha": BASE}]},
        "repository": REPOSITORY,
    }
    recorded = told("status", status)[RevisionRecorded]
    assert (recorded.tree, recorded.complete, recorded.parents) == (MERGE, True, (BASE,))


def test_bots_and_agents_are_marked(told):
    bot = {"id": 3, "login": "helper[bot]", "type": "Bot"}
    reviewed = told("pull_request_review", review(user=bot))[RevisionReviewed]
    assert reviewed.account_kinds == {"github:user/3": "bot"}
    agent = {"id": 8, "login": "Copilot", "type": "Bot"}
    opened = told("pull_request", pull(user=agent))[PullRequestOpened]
    assert opened.account_kinds == {"github:user/8": "agent"}


def push(**rest):
    person = {"name": "Ada", "email": "ada@example.org"}
    commit = {
        "id": HEAD,
        "tree_id": MERGE,
        "message": "Pay (#7)\n\nCo-authored-by: Bo <2+bo@users.noreply.github.com>",
        "timestamp": second(3),
        "author": person,
        "committer": person,
    }
    return {
        "ref": "refs/heads/main",
        "before": BASE,
        "after": HEAD,
        "forced": True,
        "commits": [commit],
        "head_commit": commit,
        "repository": REPOSITORY | {"pushed_at": 1_767_323_044},
        "sender": ADA,
        **rest,
    }


def test_a_push_moves_a_ref_and_lists_commits(told, pseudonyms):
    events = told("push", push())
    pushed, recorded = events[RevisionPushed], events[RevisionRecorded]
    assert (pushed.before, pushed.after, pushed.revisions, pushed.forced) == (
        BASE,
        HEAD,
        (HEAD,),
        True,
    )
    assert (pushed.occurred_at, pushed.time_basis) == (at(4), "stated")
    assert recorded.author == pseudonyms.account("ada@example.org")
    assert recorded.co_authors == ("github:user/2",)
    assert (recorded.complete, recorded.tree, recorded.claimed_pull) == (False, MERGE, "7")
    bound = told("push", push(repository=REPOSITORY | {"pushed_at": second(50)}))[RevisionPushed]
    assert (bound.occurred_at, bound.time_basis) == (at(3), "bound")
    gone = told("push", push(after="0" * 40, commits=[], head_commit=None))
    assert gone[RevisionPushed].after is None


def test_a_push_of_thousands_of_commits_fits(deliver, pseudonyms):
    listed = push()["commits"] * 2048
    body = json.dumps(push(commits=listed)).encode()
    translation = translate(deliver("github", body, "push"), pseudonyms)
    assert len(translation.events[0].revisions) == 1200
    assert sum(isinstance(event, RevisionRecorded) for event in translation.events) == 2048


def check(conclusion="success", **rest):
    return {
        "action": "completed",
        "check_run": {
            "id": 5,
            "name": "unit",
            "head_sha": HEAD,
            "status": "completed",
            "conclusion": conclusion,
            "started_at": second(1),
            "completed_at": second(2),
            "app": {"id": 3, "slug": "acme-ci"},
            **rest,
        },
        "repository": REPOSITORY,
        "sender": ADA,
    }


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        ("success", "passed"),
        ("failure", "failed"),
        ("timed_out", "failed"),
        ("action_required", "failed"),
        ("startup_failure", "failed"),
        ("stale", "failed"),
        ("skipped", "skipped"),
        ("neutral", "neutral"),
        ("cancelled", "cancelled"),
    ],
)
def test_conclusions(told, conclusion, expected):
    run = told("check_run", check(conclusion))[TestsRun]
    assert (run.conclusion, run.poster, run.name) == (expected, "acme-ci", "unit")


@pytest.mark.parametrize("conclusion", [None, "splendid"])
def test_what_has_not_concluded_is_only_seen(told, conclusion):
    assert TestsRun not in told("check_run", check(conclusion))


def test_deployments_name_who_started_the_pipeline(told):
    payload = {
        "action": "created",
        "deployment": {
            "id": 6,
            "sha": HEAD,
            "environment": "production",
            "created_at": second(1),
            "creator": {"id": 3, "login": "ci[bot]", "type": "Bot"},
        },
        "deployment_status": {"id": 8, "state": "success", "created_at": second(2)},
        "workflow_run": {"actor": ADA, "triggering_actor": BO},
        "repository": REPOSITORY,
        "sender": ADA,
    }
    done = told("deployment_status", payload)[DeploymentFinished]
    assert (done.deployment, done.outcome) == ("github:repo/9/deployment/6", "succeeded")
    assert (done.environment, done.revision, done.occurred_at) == ("production", HEAD, at(2))
    assert (done.actor, done.triggered_by) == ("github:user/3", "github:user/2")
    payload["deployment_status"]["state"] = "in_progress"
    assert DeploymentFinished not in told("deployment_status", payload)


def test_protection_is_told_with_its_settings(told):
    rule = {
        "id": 1,
        "name": "main",
        "updated_at": second(1),
        "admin_enforced": True,
        "required_approving_review_count": 2,
        "pull_request_reviews_enforcement_level": "everyone",
    }
    payload = {"action": "edited", "rule": rule, "repository": REPOSITORY, "sender": ADA}
    changed = told("branch_protection_rule", payload)[ProtectionChanged]
    assert (changed.enforced, changed.approvals_required) == (True, 2)
    assert changed.administrators_bound is True
    assert changed.settings is not None
    removed = told("branch_protection_rule", payload | {"action": "deleted"})[ProtectionChanged]
    assert (removed.enforced, removed.time_basis) == (False, "bound")


def test_an_unknown_action_and_an_unknown_event_are_seen(told):
    for name, payload in (("pull_request", pull("pondered")), ("sponsored", pull())):
        events = told(name, payload)
        assert set(events) == {DeliverySeen, RepositoryObserved}
        assert events[DeliverySeen].repository == "github:repo/9"
    assert "pondered" in told("pull_request", pull("pondered"))[DeliverySeen].reason


def altered(payload, path, value):
    copy = json.loads(json.dumps(payload))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("repository",), None, "repository"),
        (("repository", "id"), "9", "repository.id"),
        (("repository", "id"), -1, "repository.id"),
        (("repository", "id"), 2**70, "repository.id"),
        (("pull_request",), [], "pull_request"),
        (("pull_request", "created_at"), "yesterday", "pull_request.created_at"),
        (("pull_request", "created_at"), "0000-01-01T00:00:00Z", "pull_request.created_at"),
        (("pull_request", "created_at"), "9999-12-31T23:59:59Z", "pull_request.created_at"),
        (("pull_request", "created_at"), "2026-01-02T03:04:05", "pull_request.created_at"),
        (("pull_request", "head", "sha"), "not a hash", "head"),
        (("pull_request", "base", "ref"), "x" * 501, "base_ref"),
    ],
)
def test_the_field_that_is_wrong_is_named(told, path, value, where):
    with pytest.raises(MalformedPayload) as refused:
        told("pull_request", altered(pull(), path, value))
    assert refused.value.where == where


def test_without_a_name_or_a_shape_it_is_refused(told):
    with pytest.raises(MalformedPayload) as refused:
        told(None, {"zen": "keep it simple"})
    assert "event" in refused.value.where
    with pytest.raises(MalformedPayload):
        told("No Name", pull())
