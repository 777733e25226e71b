"""GitHub beyond pull requests: alerts, members, rulesets, the audit log, and REST bodies."""

import json

import pytest

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.deployments import DeploymentRequested
from changeproof.events.oversight import DetectionAnswered, DetectionRaised
from changeproof.events.pulls import PullRequestMerged, RevisionReviewed
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import ProtectionChanged, RevisionRecorded
from changeproof.events.testing import ArtifactBuilt, TestsRun
from changeproof.events.vulnerabilities import VulnerabilityEnded, VulnerabilityFound
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import detect, translate
from tests.sources.test_github import ADA, BO, HEAD, MERGE, REPOSITORY, at, check, pull, second

ALL = {"write", "administer_pipeline", "administer_protection"}


@pytest.fixture
def told(deliver, pseudonyms):
    """The events of a payload."""

    def translated(name, payload, **options):
        body = json.dumps(payload).encode()
        delivery = deliver("github", body, name, options=tuple(options.items()))
        return translate(delivery, pseudonyms).events

    return translated


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def about(**rest):
    return {"repository": REPOSITORY, "sender": ADA, **rest}


def dependabot(action="created", **rest):
    alert = {
        "number": 4,
        "dependency": {"package": {"name": "rack"}},
        "security_advisory": {"ghsa_id": "GHSA-1", "severity": "moderate"},
        "created_at": second(1),
        **rest,
    }
    return about(action=action, alert=alert)


def test_a_weakness_of_a_dependency(told):
    [found] = of(VulnerabilityFound, told("dependabot_alert", dependabot()))
    assert (found.vulnerability, found.severity) == ("github:repo/9/dependabot/4", "medium")
    assert (found.package, found.system, found.occurred_at) == ("rack", "acme/pay", at(1))
    fixed = told("dependabot_alert", dependabot("fixed", fixed_at=second(9)))
    assert [(each.outcome, each.occurred_at) for each in of(VulnerabilityEnded, fixed)] == [
        ("fixed", at(9))
    ]


@pytest.mark.parametrize(
    ("reason", "outcomes"),
    [("inaccurate", ["false_positive"]), ("not_used", ["not_affected"]), ("tolerable_risk", [])],
)
def test_what_is_only_tolerated_stays_found(told, reason, outcomes):
    said = {"dismissed_at": second(9), "dismissed_reason": reason, "dismissed_by": BO}
    events = told("dependabot_alert", dependabot("dismissed", **said))
    assert [each.outcome for each in of(VulnerabilityEnded, events)] == outcomes


def test_a_secret_is_found_and_answered(told):
    alert = {"number": 2, "secret_type": "cloud_key", "created_at": second(1)}
    raised = told("secret_scanning_alert", about(action="created", alert=alert))
    alert |= {"resolution": "revoked", "resolved_at": second(9), "resolved_by": BO}
    answered = told("secret_scanning_alert", about(action="resolved", alert=alert))
    [one], [other] = of(DetectionRaised, raised), of(DetectionAnswered, answered)
    assert one.detection == other.detection == "github:repo/9/secret_scanning/2"
    assert (other.outcome, other.actor) == ("revoked", "github:user/2")


def test_members_and_keys(told):
    changes = {"permission": {"to": "admin"}}
    added = told("member", about(action="added", member=BO, changes=changes))
    assert {each.access for each in of(AccessGranted, added)} == ALL
    assert {each.account for each in of(AccessGranted, added)} == {"github:user/2"}
    changes = {"permission": {"to": "write"}}
    edited = told("member", about(action="edited", member=BO, changes=changes))
    assert [each.access for each in of(AccessGranted, edited)] == ["write"]
    assert {each.access for each in of(AccessEnded, edited)} == ALL - {"write"}
    removed = told("member", about(action="removed", member=BO))
    assert {each.access for each in of(AccessEnded, removed)} == ALL
    assert of(DeliverySeen, told("member", about(action="added", member=BO)))
    key = {"id": 5, "read_only": False, "created_at": second(1)}
    [granted] = of(AccessGranted, told("deploy_key", about(action="created", key=key)))
    assert granted.account == "github:repo/9/deploy_key/5"
    assert granted.account_kinds == {granted.account: "service"}


def ruleset(action="created", enforcement="active", **rest):
    rules = {
        "id": 3,
        "name": "main",
        "target": "branch",
        "enforcement": enforcement,
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH", "refs/heads/stable"]}},
        "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 2}}],
        "bypass_actors": [],
        "updated_at": second(1),
        **rest,
    }
    return about(action=action, repository_ruleset=rules)


def test_a_ruleset_is_protection_of_each_branch_it_names(told):
    events = of(ProtectionChanged, told("repository_ruleset", ruleset()))
    assert [each.pattern for each in events] == ["main (ruleset 3)", "stable (ruleset 3)"]
    assert {(each.enforced, each.approvals_required) for each in events} == {(True, 2)}
    assert events[0].administrators_bound is True
    for payload in ruleset("deleted"), ruleset("edited", "evaluate"):
        assert not any(each.enforced for each in of(ProtectionChanged, told(None, payload)))
    bypassed = of(ProtectionChanged, told(None, ruleset(bypass_actors=[{"actor_id": 1}])))
    assert bypassed[0].administrators_bound is False


def test_all_protection_switched_off(told):
    events = told("branch_protection_configuration", about(action="disabled"))
    assert [(each.pattern, each.enforced) for each in of(ProtectionChanged, events)] == [
        ("*", False)
    ]


def test_a_job_is_the_check_run_of_its_number(told):
    job = {"id": 5, "name": "unit", "head_sha": HEAD, "conclusion": "success"}
    job["completed_at"] = second(2)
    [by_job] = of(TestsRun, told("workflow_job", about(action="completed", workflow_job=job)))
    [by_check] = of(TestsRun, told("check_run", check()))
    assert by_job.run == by_check.run


def test_a_deployment_that_waits_for_a_rule_was_asked_for(told):
    wanted = {"id": 6, "sha": HEAD, "environment": "production", "created_at": second(1)}
    payload = about(action="requested", environment="production", deployment=wanted)
    [asked] = of(DeploymentRequested, told("deployment_protection_rule", payload))
    assert asked.deployment == "github:repo/9/deployment/6"


def test_an_image_is_an_artifact_by_its_digest(told):
    version = {"version": f"sha256:{'d' * 64}", "target_oid": HEAD}
    shown = {"name": "pay", "package_version": version, "updated_at": second(1)}
    for name in "package", "registry_package":
        [built] = of(ArtifactBuilt, told(name, about(action="published", **{name: shown})))
        assert (built.artifact, built.revision) == (f"sha256:{'d' * 64}", HEAD)
    shown["package_version"] = {"version": "1.0"}
    assert not of(ArtifactBuilt, told("package", about(action="published", package=shown)))


def test_a_merge_queue_s_commit_has_a_tree(told):
    commit = {"id": HEAD, "tree_id": MERGE, "message": "Merge", "timestamp": second(1)}
    group = {"head_sha": HEAD, "head_commit": commit}
    payload = about(action="checks_requested", merge_group=group)
    [recorded] = of(RevisionRecorded, told("merge_group", payload))
    assert (recorded.revision, recorded.tree) == (HEAD, MERGE)


def test_the_audit_log_states_when(told):
    when = {"@timestamp": at(1) // 1000, "actor_id": 1, "actor": "ada", "repo": "acme/pay"}
    when |= {"repo_id": 9, "name": "main"}
    entries = [
        {"action": "protected_branch.destroy", **when},
        {"action": "protected_branch.policy_override", **when},
        {"action": "repo.add_member", "user_id": 2, "user": "bo", "permission": "write", **when},
        {"action": "org.invite_member", **when},
    ]
    assert detect(json.dumps(entries).encode()) == "github"
    events = told(None, entries)
    [changed] = of(ProtectionChanged, events)
    assert (changed.enforced, changed.time_basis, changed.occurred_at) == (False, "stated", at(1))
    assert of(DetectionRaised, events)[0].actor == "github:user/1"
    assert [each.access for each in of(AccessGranted, events)] == ["write"]
    assert len(of(DeliverySeen, events)) == 1


def test_a_pull_request_by_rest_is_the_one_of_its_deliveries(told):
    merged = {"merged_at": second(9), "merge_commit_sha": MERGE}
    body = pull(**merged)["pull_request"] | {"state": "closed"}
    [retrieved] = of(PullRequestMerged, told(None, body))
    [delivered] = of(PullRequestMerged, told("pull_request", pull("closed", **merged)))
    assert (retrieved.pull, retrieved.revision) == (delivered.pull, delivered.revision)
    assert retrieved.occurred_at == delivered.occurred_at


def test_a_review_by_rest_needs_its_repository_s_key(told):
    body = {
        "id": 4,
        "state": "APPROVED",
        "user": BO,
        "commit_id": HEAD,
        "submitted_at": second(9),
        "pull_request_url": "https://api.github.com/repos/acme/pay/pulls/7",
    }
    [review] = of(RevisionReviewed, told(None, body, repository="github:repo/9"))
    assert review.review == "github:repo/9/pull/7/review/4"
    with pytest.raises(MalformedPayload) as refused:
        told(None, body)
    assert refused.value.where == "repository"


@pytest.mark.parametrize(
    ("action", "kind"), [("member_added", AccessGranted), ("member_removed", AccessEnded)]
)
def test_an_owner_of_the_organization_may_do_all(told, action, kind):
    membership = {"role": "admin", "user": BO}
    payload = {"action": action, "membership": membership, "sender": ADA}
    events = of(kind, told("organization", {**payload, "organization": {"login": "acme"}}))
    assert {event.access for event in events} == ALL
    assert {(event.system, event.occurred_at) for event in events} == {("acme", None)}


@pytest.mark.parametrize("action", ["member_added", "member_invited", "renamed"])
def test_a_member_of_the_organization_may_do_nothing_by_that_alone(told, action):
    membership = {"role": "member", "user": BO}
    payload = {"action": action, "membership": membership, "organization": {"login": "acme"}}
    [seen] = told("organization", payload)
    assert isinstance(seen, DeliverySeen)
