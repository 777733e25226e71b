"""Hard cases 46 and 53: what never went live, and acts that name nobody."""

import json
from typing import Any

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.intake.deliveries import take
from changeproof.ledger.instance import Instance
from changeproof.ledger.service import ledger
from changeproof.sources.delivery import Delivery
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.requesting import RequestChange, request_change
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    RECEIVED,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
)
from tests.hard_cases.story import in_memory, on_instance

GHOST = Somebody(10137, "ghost")
OF_DEPLOYMENT = ("02", "05", "07", "08", "09", "13")


def landed(pull: Pull, minute: float = 60) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(ANNA, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


# 46: closed without deployment


@pytest.mark.parametrize("approved", [False, True])
def test_closed_unmerged_is_on_record_and_not_applicable(judged: Judge, approved: bool) -> None:
    forge = Forge()
    abandoned, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    if approved:
        abandoned.review(BEN, 20)
        forge.check(abandoned.head, 21, "failure")
    fine.review(BEN, 20)
    landed(fine)
    abandoned.close(ANNA, 90)
    found = judged(forge.items)
    assert abandoned.id in found.changes
    assert {found.verdict(abandoned.id, check) for check in OF_DEPLOYMENT} == {"not_applicable"}
    assert "Closed on 2026-03-02T10:30:00Z" in found[abandoned.id, "08"].reason
    assert found.of(abandoned.id) == "not_applicable"
    signs = ("unauthorized_deployment", "untracked_change", "configuration_mismatch")
    assert {found.verdict(abandoned.id, sign) for sign in signs} == {"not_applicable"}
    assert found.of(fine.id) == "met"


def test_closed_and_opened_again_waits_and_may_still_go_live(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.close(ANNA, 20)
    pull.ended = {}
    pull.tell("reopened", ANNA, 30)
    assert judged(forge.items).of(pull.id) == "pending"
    pull.review(BEN, 40)
    assert judged(landed(pull).forge.items).of(pull.id) == "met"


def test_open_and_merged_but_not_deployed_wait(judged: Judge) -> None:
    forge = Forge()
    still, merged = forge.pull(1).open(10), forge.pull(2).open(11)
    merged.merge(ANNA, 60)
    found = judged(forge.items)
    for pull in (still, merged):
        assert {found.verdict(pull.id, check) for check in OF_DEPLOYMENT[:-1]} == {"pending"}
        assert "first production deployment" in found[pull.id, "08"].reason


def test_deployed_to_staging_and_closed_is_outside(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    forge.deploy(pull.head, 30, environment="staging")
    pull.close(ANNA, 40)
    assert judged(forge.items).of(pull.id) == "not_applicable"


def test_closed_after_its_head_went_live_is_no_way_out(judged: Judge) -> None:
    """Deployed from the branch, then closed unmerged: what ran, ran."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    forge.deploy(pull.head, 30)
    pull.close(ANNA, 40)
    found = judged(forge.items)
    assert found.deviating("08") == {pull.id}


@pytest.mark.parametrize("outcome", ["cancelled", "rejected"])
def test_a_request_that_was_given_up(instance: Instance, outcome: Any) -> None:
    by = operator().account
    rosa = add_user("rosa@example.com", "Rosa", ["requester"], by=by).account
    asked = RequestChange("Change the prices", "shop", "Because they are wrong")
    change = request_change(ledger(), rosa, asked).change
    waiting = on_instance(ledger(), [])
    assert waiting.of(change) == "pending"
    close(ledger(), rosa, CloseChange(change, outcome))
    found = on_instance(ledger(), [], as_of=2**52)
    assert {found.verdict(change, check) for check in OF_DEPLOYMENT} == {"not_applicable"}


def ticket(minute: float, *moves: tuple[str, str]) -> Delivery:
    """A ticket as Jira tells of it; `moves` are the fields that an edit sets."""
    milliseconds = at(minute) // 1000
    body = {
        "timestamp": milliseconds,
        "webhookEvent": "jira:issue_updated" if moves else "jira:issue_created",
        "user": {"accountId": "5c5f88", "accountType": "atlassian"},
        "issue": {
            "id": "10001",
            "key": "SHOP-7",
            "self": "https://example.atlassian.net/rest/api/2/issue/10001",
            "fields": {"created": "2026-03-02T09:00:00.000+0000", "summary": "Prices"},
        },
        "changelog": {
            "id": str(milliseconds),
            "items": [{"field": name, "fromString": "", "toString": to} for name, to in moves],
        },
    }
    return Delivery("jira", f"jira-{minute}", json.dumps(body).encode(), RECEIVED)


@pytest.mark.parametrize("proposed", [False, True])
def test_a_ticket_that_was_given_up(judged: Judge, proposed: bool) -> None:
    forge = Forge()
    if proposed:
        forge.pull(1, title="SHOP-7 Change the prices").open(10)
    change = "jira:example.atlassian.net/issue/10001"
    items = [*forge.items, ticket(1)]
    assert judged(items).of(change) == "pending"
    items.append(ticket(60, ("resolution", "Won't Do"), ("status", "Closed")))
    found = judged(items)
    assert {found.verdict(change, check) for check in OF_DEPLOYMENT} == {"not_applicable"}
    items.append(ticket(90, ("resolution", ""), ("status", "Reopened")))
    assert judged(items).of(change) == "pending"


def test_giving_a_ticket_up_hides_no_deployment(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1, title="SHOP-7 Change the prices").open(10)
    landed(pull)
    given_up = ticket(90, ("resolution", "Won't Do"), ("status", "Closed"))
    found = judged([*forge.items, ticket(1), given_up])
    assert found.verdict("jira:example.atlassian.net/issue/10001", "08") == "deviation"


# 53: nobody is named


def test_a_pull_request_by_a_deleted_account(judged: Judge) -> None:
    forge = Forge()
    for number, nobody in ((1, GHOST), (2, None)):
        pull = forge.pull(number, nobody).open(10 * number, Commit(f"w{number}", ANNA))
        pull.review(BEN, 40 + number)
        landed(pull, 60 * number)
    found = judged(forge.items)
    for number in (1, 2):
        sign = found[f"{forge.id}/pull/{number}", "unattributed_change"]
        assert sign.verdict == "raised"
        assert "who proposed it" in sign.reason


def test_an_author_deleted_later_stays_known(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    pull.author = GHOST
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "unattributed_change") == "clear"
    assert found.changes[pull.id].requested_by == ANNA.account
    assert found.of(pull.id) == "met"


def test_a_review_by_a_deleted_account_counts_for_nobody(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(None, 20)
    pull.review(GHOST, 21)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "unknown account" in found[pull.id, "08"].reason
    assert "who reviewed it" in found[pull.id, "unattributed_change"].reason


@pytest.mark.parametrize("who", [GHOST, None], ids=["ghost", "null"])
def test_a_push_and_a_deployment_by_nobody(judged: Judge, who: Somebody | None) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    pushed = forge.push(who, 100, Commit("straight", None))
    forge.check(pushed, 105)
    forge.deploy(pushed, 110, by=who)
    found = judged(forge.items)
    sign = found[f"git:{pushed}", "unattributed_change"]
    assert sign.verdict == "raised"
    assert {"who pushed it", "who deployed it"} <= set(
        sign.reason.partition(".")[0].removeprefix("It is not known ").split(", ")
    )
    assert f"who wrote {pushed[:7]}" in sign.reason
    assert found.verdict(f"git:{pushed}", "09") == "deviation"
    assert found.verdict(pull.id, "unattributed_change") == "clear"


def test_a_commit_without_an_author_inside_a_pull_request(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10, Commit("known", ANNA), Commit("unknown", None))
    pull.review(BEN, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "unattributed_change") == "raised"


@pytest.mark.parametrize("sender", ["null", "absent"])
def test_every_delivery_without_a_sender_is_taken(judged: Judge, sender: str) -> None:
    """What the bodies name themselves is known; only pushes name their pusher as the sender."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    items = []
    for delivery in forge.items:
        assert isinstance(delivery, Delivery)
        body = json.loads(delivery.body)
        body["sender"] = None
        if sender == "absent":
            del body["sender"]
        encoded = json.dumps(body).encode()
        items.append(Delivery("github", delivery.id, encoded, RECEIVED, delivery.name))
    found = judged(items)
    assert found.of(pull.id) == "met"
    assert found.verdict(pull.id, "unattributed_change") == "raised"
    assert "who pushed" in found[pull.id, "unattributed_change"].reason
    assert not [row for row in found.rows if row.check_id.endswith("/99")]


def test_null_wherever_github_may_write_it(instance: Instance) -> None:
    """Each person, each repository of a head, each optional text: null is taken, none refused."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    number = pull.review(CLEO, 15, "changes_requested")
    pull.dismiss(number, CLEO, BEN, 16)
    pull.review(BEN, 20)
    landed(pull)
    optional = {
        *("sender", "user", "merged_by", "author", "committer", "creator", "actor", "app"),
        *("body", "milestone", "assignee", "timestamp", "head_commit", "started_at", "name"),
        *("email", "username", "repo", "merge_commit_sha", "closed_at", "default_branch"),
    }
    for name in sorted(optional):
        for delivery in forge.items:
            assert isinstance(delivery, Delivery)
            body = nulled(json.loads(delivery.body), name)
            if delivery.name == "check_run" and name == "name":
                continue  # a check without a name is none
            encoded = json.dumps(body).encode()
            again = Delivery("github", f"{delivery.id}:{name}", encoded, RECEIVED, delivery.name)
            (taken,) = take(ledger(), [again])
            assert taken.outcome == "translated", (name, delivery.name, taken.reason)
    assert in_memory(forge.items).of(pull.id) == "met"


def nulled(value: Any, name: str) -> Any:
    """The same with null under every key of this name."""
    if isinstance(value, dict):
        return {key: None if key == name else nulled(part, name) for key, part in value.items()}
    return [nulled(part, name) for part in value] if isinstance(value, list) else value
