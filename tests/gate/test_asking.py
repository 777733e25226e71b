"""The gate on a real instance: the same checks, one supposed deployment, nothing of it kept."""

import json

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeAuthorized, EmergencyDeclared, TimeWindowSet
from changeproof.events.revisions import RevisionRecorded
from changeproof.events.testing import ArtifactBuilt
from changeproof.gate.answer import FREEZE, answer_json
from changeproof.gate.asking import ask
from changeproof.ledger.joined import Deployment
from changeproof.ledger.judgements import GateAnswer
from changeproof.ledger.service import ledger, now
from changeproof.ledger.table import TABLES
from changeproof.policy.parameters import initial_policy_event
from tests.support.pull_requests import MINUTE, REPOSITORY, SYSTEM, Forge, revision_of


@pytest.fixture
def forge(instance):
    made = Forge(ledger())
    base = revision_of("base")
    made.say(RevisionRecorded, revision=base, repository=REPOSITORY, complete=True, author="git:x")
    made.say(
        DeploymentFinished,
        deployment="first",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=base,
    )
    return made


def approved(forge, number=7):
    """A pull request that is approved, tested and merged; its merged revision."""
    pull, head = forge.open(number)
    forge.review(pull, head)
    forge.test(head)
    merged = forge.merge(pull, head)
    forge.test(merged)
    return pull, merged


def approval_of(answer):
    return [each for each in answer.reasons if each.check == "cc8_1/08_approval"]


def everything(database):
    """Every derived table except what an answer itself adds."""
    skipped = {"gate_answer", "finding", "subject_judged"}
    return {
        name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr)
        for name in TABLES
        if name not in skipped
    }


def test_approved_content_is_not_held_up_by_approval(forge):
    pull, merged = approved(forge)
    answer = ask(forge.ledger, environment="production", revision=merged)
    assert answer.changes == (pull,)
    assert approval_of(answer) == []


def test_content_that_nobody_approved_is_denied_and_named(forge):
    pull, head = forge.open(7)
    merged = forge.merge(pull, head)
    answer = ask(forge.ledger, environment="production", revision=merged[:12])
    assert not answer.allowed
    [reason] = approval_of(answer)
    assert (reason.change, reason.verdict) == (pull, "deviation")
    assert reason.cure


def test_asking_leaves_the_answer_and_nothing_else(forge):
    _, merged = approved(forge)
    before = everything(forge.ledger.database)
    size = forge.ledger.log.size()
    answer = ask(forge.ledger, environment="production", revision=merged, actor="local:user/1")
    assert everything(forge.ledger.database) == before
    assert forge.ledger.log.size() == size + 1 == answer.entry + 1
    [row] = forge.ledger.store.all(GateAnswer)
    assert (row.answer, row.account, row.revision) == (answer.word, "local:user/1", merged)
    told = json.loads(answer_json_text(forge, row.event))
    assert told["reasons"] == answer_json(answer)["reasons"]


def test_content_that_is_only_proposed_is_denied_and_says_so(forge):
    pull, head = forge.open(7)
    forge.review(pull, head)
    answer = ask(forge.ledger, environment="production", revision=head)
    assert not answer.allowed
    assert (answer.reasons[0].change, "merged" in answer.reasons[0].reason) == (pull, True)


def answer_json_text(forge, event):
    position = forge.ledger.log.position_of(event)
    digest = json.loads(forge.ledger.log.entry(position).entry)["event"]["reasons"]
    return forge.ledger.text(digest)


def test_it_asks_about_everything_since_the_last_deployment(forge):
    first, merged = approved(forge, 1)
    second, head = forge.open(2)
    merged_too = forge.merge(second, head, parent=merged)
    answer = ask(forge.ledger, environment="production", revision=merged_too)
    assert answer.changes == tuple(sorted((first, second)))
    assert [each.change for each in approval_of(answer)] == [second]
    assert [row.deployment for row in forge.ledger.store.all(Deployment)] == ["first"]


@pytest.mark.parametrize(
    "asked",
    [
        {"revision": revision_of("never seen")},
        {"revision": "not a hash"},
        {"artifact": "sha256:" + "0" * 64},
        {},
    ],
)
def test_unknown_content_is_denied_with_a_cure(forge, asked):
    answer = ask(forge.ledger, environment="production", **asked)
    assert not answer.allowed
    assert all(each.cure for each in answer.reasons)
    assert len(forge.ledger.store.all(GateAnswer)) == 1


def test_an_artifact_stands_for_the_revision_it_was_built_from(forge):
    pull, merged = approved(forge)
    artifact = "sha256:" + "1" * 64
    forge.say(ArtifactBuilt, artifact=artifact, revision=merged, repository=REPOSITORY)
    answer = ask(forge.ledger, environment="production", artifact=artifact)
    assert answer.changes == (pull,)
    assert answer.question.revision == merged
    other = ask(
        forge.ledger, environment="production", artifact=artifact, revision=revision_of("base")
    )
    assert not other.allowed
    assert "built from" in other.reasons[0].reason


@pytest.mark.parametrize(
    ("fields", "policy", "why"),
    [
        ({"attestation": "unverified"}, "accepted", None),
        ({"attestation": "unverified"}, "refused", "unverified provenance alone"),
        ({"read_from": "report"}, "refused", "report alone"),
        ({"attestation": "verified"}, "refused", None),
        ({}, "refused", None),
        ({"attestation": "failed", "attested": "not its key"}, "accepted", "(not its key)"),
    ],
)
def test_a_claim_tells_the_gate_what_an_artifact_holds_where_policy_says_so(
    forge, fields, policy, why
):
    pull, merged = approved(forge)
    event, text = initial_policy_event(forge.ledger.instance.profile)
    told = {**event.parameters, "claims_trusted": (policy,)}
    second = event.model_copy(update={"policy_version": 2, "parameters": told, "delivery": "2"})
    forge.ledger.record_events([second], [text], collector="test")
    artifact = "sha256:" + "1" * 64
    forge.say(ArtifactBuilt, artifact=artifact, revision=merged, repository=REPOSITORY, **fields)
    answer = ask(forge.ledger, environment="production", artifact=artifact)
    assert (answer.changes == (pull,)) == (why is None)
    assert why is None or (not answer.allowed and why in answer.reasons[0].reason)


def test_a_freeze_denies_unless_an_emergency_names_the_change(forge):
    pull, merged = approved(forge)
    moment = now()
    forge.clock = moment - 2 * MINUTE
    forge.say(
        TimeWindowSet,
        window="w1",
        kind="freeze",
        system=SYSTEM,
        begins_at=moment - MINUTE,
        ends_at=moment + 60 * MINUTE,
    )
    denied = ask(forge.ledger, environment="production", revision=merged)
    assert [each.change for each in denied.reasons if each.check == FREEZE] == [pull]
    later = ask(forge.ledger, environment="production", revision=merged, at=moment + 61 * MINUTE)
    assert not [each for each in later.reasons if each.check == FREEZE]
    forge.clock = moment - 2 * MINUTE
    forge.say(
        EmergencyDeclared,
        "local:user/1",
        emergency="EMG-1",
        change=pull,
        system=SYSTEM,
        incident="INC-1",
        ends_at=moment + 60 * MINUTE,
    )
    # One person's declaration alone lifts nothing: check 09 would call it a deviation.
    alone = ask(forge.ledger, environment="production", revision=merged)
    [held] = [each for each in alone.reasons if each.check == FREEZE]
    assert not alone.allowed
    assert "nobody else has authorized it yet" in held.reason
    assert "changeproof authorize" in held.cure
    forge.say(ChangeAuthorized, "local:user/1", change=pull)
    itself = ask(forge.ledger, environment="production", revision=merged)
    [held] = [each for each in itself.reasons if each.check == FREEZE]
    assert "nobody else" in held.reason or "also asked for, declared" in held.reason
    forge.clock = moment - 2 * MINUTE
    forge.say(ChangeAuthorized, "local:user/2", change=pull)
    passing = ask(forge.ledger, environment="production", revision=merged)
    assert not [each for each in passing.reasons if each.check == FREEZE]


def test_where_commits_land_the_line_since_the_last_one_is_asked_about(instance):
    made = Forge(ledger())
    line = [revision_of(f"line-{number}") for number in range(4)]
    for number, revision in enumerate(line):
        made.say(
            RevisionRecorded,
            revision=revision,
            repository="git:repo/tool",
            complete=True,
            parents=tuple(line[number - 1 : number]) if number else (),
            author="git:x",
            lands_in="production" if number < 2 else None,
            system="tool",
        )
    answer = ask(ledger(), environment="production", system="tool", revision=line[3])
    assert answer.changes == tuple(sorted(f"git:{revision}" for revision in line[2:]))
    assert not answer.allowed


def test_what_no_event_can_hold_is_refused(forge):
    with pytest.raises(Refusal, match="not asked"):
        ask(forge.ledger, environment="x" * 501, revision="a" * 40)
    with pytest.raises(Refusal):
        ask(forge.ledger, environment="production", system="\ud800", revision="a" * 40)


def test_the_asker_may_be_the_operator(forge):
    _, merged = approved(forge)
    by = operator().account
    add_user("dana@example.com", "Dana", ["deployer"], by=by)
    assert ask(forge.ledger, environment="production", revision=merged, actor=by).entry > 0
