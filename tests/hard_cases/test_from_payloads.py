"""Hard cases 7, 15, 19, 42 and 51, from what systems send to the finding."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from changeproof.events.receipts import SourceRecovered, SourceSilent
from changeproof.events.requests import ChangeAuthorized, EmergencyDeclared, PostReviewHeld
from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, MONDAY, RECEIVED, Forge, Pull, at, clock
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import in_memory
from tests.policy.policies import adopted, policy_with

DAY = 60 * 24


def landed(forge: Forge, minute: float = 60) -> tuple[Pull, str]:
    """A pull request, approved by Ben, merged and tested; its commit on main."""
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, minute)
    forge.check(revision, minute + 5)
    return pull, revision


# 7: a shared account deploys on behalf of a pipeline


def synced(revision: str, minute: float, initiated: dict[str, Any]) -> Delivery:
    """Argo CD's own account applies a revision; its history says who started that, or not."""
    entry = {
        "id": 1,
        "revision": revision,
        "deployedAt": clock(minute),
        "source": {"repoURL": f"https://github.com/{SHOP}.git"},
        "initiatedBy": initiated,
    }
    application = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {"destination": {"namespace": "shop"}, "source": entry["source"]},
        "status": {"history": [entry]},
    }
    options = (("environment", "production"), ("system", SHOP))
    body = json.dumps(application).encode()
    return Delivery("argocd", f"synced-{minute}-{initiated}", body, RECEIVED, None, options)


def test_a_shared_account_deploys_for_whom_the_run_names(judged: Judge) -> None:
    forge = Forge()
    pull, revision = landed(forge)
    found = judged([*forge.items, synced(revision, 70, {"username": "dora"})])
    assert set(found.changes) == {pull.id}
    assert found.verdict(pull.id, "unattributed_change") == "clear"


@pytest.mark.parametrize("initiated", [{}, {"automated": True}])
def test_a_shared_account_deploys_for_nobody_known(
    judged: Judge, initiated: dict[str, Any]
) -> None:
    forge = Forge()
    pull, revision = landed(forge)
    found = judged([*forge.items, synced(revision, 70, initiated)])
    finding = found[pull.id, "unattributed_change"]
    assert finding.verdict == "raised"
    assert "who triggered the service account {argocd:" in finding.reason


# 15: an approval dismissed by an administrator


@pytest.mark.parametrize(("others", "verdict"), [(True, "met"), (False, "deviation")])
def test_what_remains_after_a_dismissal_counts(judged: Judge, others: bool, verdict: str) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    number = pull.review(BEN, 20)
    if others:
        pull.review(CLEO, 25)
    pull.dismiss(number, BEN, DORA, 30)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    assert judged(forge.items).verdict(pull.id, "08") == verdict


# 19: a deadline in business days, over a holiday and a change of clocks


def minute_of(text: str) -> float:
    """Of a moment in UTC, so many minutes after Monday morning."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - MONDAY).total_seconds() / 60


@pytest.mark.parametrize(("held", "verdict"), [(-1, "met"), (1, "deviation")])
def test_a_review_is_due_in_business_days_of_the_companys_zone(
    judged: Judge, held: float, verdict: str
) -> None:
    """Deployed on a Friday at 16:00 in Berlin, where clocks change on Sunday and Monday is a
    holiday: three business days end on Thursday at 16:00, which is an hour earlier in UTC."""
    policy = policy_with(
        ("  review_within: 5 days", "  review_within: 3 business days"),
        ("  zone: UTC", "  zone: Europe/Berlin"),
        ("  holidays: []", "  holidays: [2026-03-30]"),
        ("  first_year: 2023", "  first_year: 2026"),
        ("  last_year: 2032", "  last_year: 2026"),
        version=2,
    )
    deployed, due = minute_of("2026-03-27T15:00"), minute_of("2026-04-02T14:00")
    forge = Forge()
    pull, revision = landed(forge, deployed - 20)
    forge.deploy(revision, deployed, ANNA)
    told = [
        adopted(policy, in_force_from=0),
        *forge.items,
        say(
            EmergencyDeclared,
            deployed - 5,
            ANNA,
            emergency="E-1",
            change=pull.id,
            system=SHOP,
            incident="INC-1",
            ends_at=at(deployed + 60),
        ),
        say(ChangeAuthorized, deployed - 4, CLEO, change=pull.id),
    ]
    assert in_memory(told, at(due)).verdict(pull.id, "13") == "pending"
    review = say(PostReviewHeld, due + held, DORA, change=pull.id, outcome="accepted")
    found = judged([*told, review], at(due + DAY))
    assert found.verdict(pull.id, "13") == verdict, found[pull.id, "13"].reason


# 42: protection off for forty seconds


def switched(forge: Forge, second: float, on: bool) -> Delivery:
    """An entry of the organisation's audit log, which states the time of the act."""
    entry = {
        "action": f"protected_branch.{'create' if on else 'destroy'}",
        "@timestamp": at(60) // 1_000 + int(second * 1_000),
        "actor": DORA.login,
        "actor_id": DORA.id,
        "name": "main",
        "repo": SHOP,
        "repo_id": forge.number,
    }
    body = json.dumps([entry]).encode()
    return Delivery("github", f"switched-{second}", body, RECEIVED, None)


def test_the_audit_log_tells_of_forty_seconds_without_protection(judged: Judge) -> None:
    forge = Forge()
    pull, revision = landed(forge, 60.5)
    forge.deploy(revision, 70)
    switches = [switched(forge, s, on) for s, on in ((-3_000, True), (10, False), (50, True))]
    found = judged([*forge.items, *switches])
    around = found[f"system:{SHOP}", "protection"]
    assert around.verdict == "deviation"
    assert "off for 40 s, from 2026-03-02T10:00:10Z" in around.reason
    assert found.verdict(pull.id, "08") == "met"


# 51: a source that was down


def test_what_a_silence_hides_is_not_verifiable_until_it_is_read(judged: Judge) -> None:
    """The approval came while GitHub was down: asked for afterwards, with its true time."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    before = len(forge.items)
    pull.review(BEN, 20)
    approval = forge.items.pop(before)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    silent = say(SourceSilent, 15, None, scope="github", silent_from=at(15), reason="down")
    blind = [*forge.items, silent]
    down = judged(blind)
    assert down.verdict(pull.id, "08") == "not_verifiable"
    assert "github could not be seen" in down[pull.id, "08"].reason
    ends = {"scope": "github", "silent_from": at(15), "silent_until": at(2 * DAY)}
    unread = say(SourceRecovered, 2 * DAY, None, **ends, filled=False)
    assert judged([*blind, unread]).verdict(pull.id, "08") == "not_verifiable"
    read = say(SourceRecovered, 2 * DAY, None, **ends, filled=True)
    assert judged([*blind, approval, read]).verdict(pull.id, "08") == "met"
    assert in_memory([*blind, read]).verdict(pull.id, "08") == "deviation"
