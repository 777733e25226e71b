"""GitLab's payloads: what becomes of each."""

import json
from collections import Counter

import pytest

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.production_acts import ProductionActed
from changeproof.events.pulls import (
    PullRequestMerged,
    PullRequestRetargeted,
    PullRequestRevised,
    RevisionReviewed,
)
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import ProtectionChanged, RefChanged, RevisionPushed
from changeproof.events.testing import TestsRun
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import detect, translate

HEAD, LANDED = "a" * 40, "b" * 40
HOST = "gitlab.example.org"
PROJECT = {
    "id": 3,
    "web_url": f"https://{HOST}/acme/pay",
    "path_with_namespace": "acme/pay",
    "default_branch": "main",
}
BO = {"id": 2, "username": "bo"}


@pytest.fixture
def told(deliver, pseudonyms):
    """The events of a payload."""

    def translated(payload, **options):
        body = json.dumps(payload).encode()
        return translate(deliver("gitlab", body, options=tuple(options.items())), pseudonyms).events

    return translated


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def merge_request(action, changes=None, **attributes):
    return {
        "object_kind": "merge_request",
        "user": BO,
        "project": PROJECT,
        "changes": changes or {},
        "object_attributes": {
            "iid": 12,
            "title": "PAY-1: pay",
            "state": "opened",
            "action": action,
            "author_id": 1,
            "created_at": "2026-01-02 03:04:05 UTC",
            "updated_at": "2026-01-02T03:05:05Z",
            "source_branch": "topic",
            "target_branch": "main",
            "target_project_id": 3,
            "last_commit": {
                "id": HEAD,
                "message": "Pay",
                "author": {"name": "A", "email": "a@b.c"},
            },
            **attributes,
        },
    }


def test_all_real_payloads_are_translated_or_seen(shared, deliver, pseudonyms):
    outcomes, types, reasons = Counter(), Counter(), Counter()
    for file in sorted((shared / "data/payloads/gitlab").glob("*/*.json")):
        delivery = deliver("gitlab", file.read_bytes(), options=(("host", HOST),))
        try:
            translation = translate(delivery, pseudonyms)
        except MalformedPayload:
            outcomes[f"malformed {file.name}"] += 1
            continue
        assert detect(delivery.body) == "gitlab"
        outcomes["ignored" if translation.ignored else "translated"] += 1
        reasons[translation.ignored] += 1
        types.update(type(event).__name__ for event in translation.events)
    # Of the malformed one the keys end in a blank.
    assert outcomes == {"ignored": 36, "translated": 23, "malformed group_merge_request.json": 1}
    assert types == {
        "DeliverySeen": 36,
        "RepositoryObserved": 32,
        "RevisionRecorded": 12,
        "TestsRun": 11,
        "AccessGranted": 6,
        "RevisionPushed": 6,
        "PullRequestOpened": 4,
        "PullRequestDescribed": 4,
        "PullRequestRevised": 4,
        "AccessEnded": 3,
        "RefChanged": 3,
        "DeploymentFinished": 2,
        "ProductionActed": 1,
    }
    assert "no evidence of a change is read from this event" not in reasons


@pytest.mark.parametrize("action", ["approved", "approval"])
def test_an_approval_is_of_the_head_that_it_was_given_to(told, action):
    [review] = of(RevisionReviewed, told(merge_request(action)))
    assert (review.pull, review.revision) == (f"gitlab:{HOST}/project/3/merge/12", HEAD)
    assert (review.actor, review.verdict) == (f"gitlab:{HOST}/user/2", "approved")
    [withdrawn] = of(RevisionReviewed, told(merge_request(f"un{action}")))
    assert (withdrawn.review, withdrawn.verdict) == (review.review, "commented")


def test_a_reset_by_a_push_withdraws_nobody_s_approval(told):
    assert not of(RevisionReviewed, told(merge_request("unapproved", system=True)))


def test_a_new_head_names_who_pushed_it(told):
    [revised] = of(PullRequestRevised, told(merge_request("update", oldrev="c" * 40)))
    assert (revised.head, revised.pushed_by) == (HEAD, f"gitlab:{HOST}/user/2")
    [described] = of(PullRequestRevised, told(merge_request("update")))
    assert described.pushed_by is None


@pytest.mark.parametrize(
    ("attributes", "landed"),
    [
        ({"merge_commit_sha": LANDED}, LANDED),
        ({"squash_commit_sha": LANDED}, LANDED),
        ({}, HEAD),
    ],
)
def test_a_merge_by_commit_squash_or_fast_forward(told, attributes, landed):
    [merged] = of(PullRequestMerged, told(merge_request("merge", state="merged", **attributes)))
    assert (merged.revision, merged.head) == (landed, HEAD)
    assert (merged.actor, merged.time_basis) == (f"gitlab:{HOST}/user/2", "stated")


def test_another_target(told):
    edit = {"target_branch": {"previous": "next", "current": "main"}}
    [aimed] = of(PullRequestRetargeted, told(merge_request("update", edit)))
    assert (aimed.ref_before, aimed.ref) == ("next", "main")


def test_a_branch_that_goes(told):
    push = {
        "object_kind": "push",
        "ref": "refs/heads/old",
        "before": HEAD,
        "after": "0" * 40,
        "user_id": 2,
        "project_id": 3,
        "project": PROJECT,
        "commits": [],
    }
    events = told(push)
    assert of(RevisionPushed, events)[0].after is None
    assert [(each.ref, each.change) for each in of(RefChanged, events)] == [("old", "deleted")]


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        ("running", DeploymentRequested, None),
        ("success", DeploymentFinished, "succeeded"),
        ("failed", DeploymentFinished, "failed"),
        ("canceled", DeploymentFinished, "failed"),
    ],
)
def test_a_deployment(told, status, kind, outcome):
    payload = {
        "object_kind": "deployment",
        "status": status,
        "status_changed_at": "2026-01-02 03:04:05 +0100",
        "deployment_id": 15,
        "deployable_id": 16,
        "environment": "production",
        "commit_url": f"https://{HOST}/acme/pay/-/commit/{HEAD}",
        "user": BO,
        "project": PROJECT,
    }
    [event] = of(kind, told(payload))
    assert (event.deployment, event.revision) == (f"gitlab:{HOST}/project/3/deployment/15", HEAD)
    assert (event.triggered_by, getattr(event, "outcome", None)) == (
        f"gitlab:{HOST}/user/2",
        outcome,
    )
    assert event.occurred_at == 1_767_319_445_000_000


def test_a_job_is_the_same_run_by_itself_and_in_its_pipeline(told):
    alone = {
        "object_kind": "build",
        "build_id": 7,
        "build_name": "unit",
        "build_status": "failed",
        "build_finished_at": "2026-01-02 03:04:05 UTC",
        "sha": HEAD,
        "project_id": 3,
        "repository": {"homepage": PROJECT["web_url"]},
        "user": BO,
    }
    job = {"id": 7, "name": "unit", "status": "failed", "finished_at": "2026-01-02 03:04:05 UTC"}
    within = {
        "object_kind": "pipeline",
        "object_attributes": {"id": 5, "sha": HEAD, "status": "running"},
        "project": PROJECT,
        "builds": [job, {"id": 8, "name": "lint", "status": "manual"}],
    }
    [one], [other] = of(TestsRun, told(alone)), of(TestsRun, told(within))
    assert (one.run, one.conclusion) == (other.run, other.conclusion)
    assert one.run == f"gitlab:{HOST}/project/3/job/7"


def test_a_member_s_level_is_the_rights_below_it(told):
    payload = {
        "event_name": "user_update_for_team",
        "project_id": 3,
        "project_path_with_namespace": "acme/pay",
        "user_id": 2,
        "access_level": "Developer",
        "updated_at": "2026-01-02T03:04:05Z",
    }
    events = told(payload, host=HOST)
    assert [each.access for each in of(AccessGranted, events)] == ["write"]
    ended = {each.access for each in of(AccessEnded, events)}
    assert ended == {"administer_pipeline", "administer_protection"}
    [seen] = told(payload)
    assert isinstance(seen, DeliverySeen)
    assert "names no server" in seen.reason


def test_a_flag_is_an_act_on_production(told):
    flag = {"id": 6, "name": "fast lane", "active": True}
    payload = {"object_kind": "feature_flag", "project": PROJECT, "user": BO}
    [act] = of(ProductionActed, told(payload | {"object_attributes": flag}))
    assert (act.system, act.item, act.time_basis) == ("acme/pay", "feature flag fast lane", "none")
    [off] = of(ProductionActed, told(payload | {"object_attributes": flag | {"active": False}}))
    assert act.after_digest != off.after_digest


def test_protection_by_the_audit_log(told):
    payload = {
        "event_type": "protected_branch_removed",
        "entity_type": "Project",
        "entity_id": 3,
        "target_type": "ProtectedBranch",
        "target_details": "main",
        "author_id": 2,
        "created_at": "2026-01-02T03:04:05Z",
        "details": {"push_access_levels": ["Maintainers"]},
    }
    [gone] = of(ProtectionChanged, told(payload, host=HOST))
    assert (gone.pattern, gone.enforced, gone.actor) == ("main", False, f"gitlab:{HOST}/user/2")


def test_without_server_or_project_it_waits_in_quarantine(told):
    for project, where in (
        ({"id": 3}, "project.web_url"),
        ({"web_url": "https://a"}, "project.id"),
    ):
        payload = merge_request("open", target_project_id=None) | {"project": project}
        with pytest.raises(MalformedPayload) as refused:
            told(payload)
        assert refused.value.where == where
