"""Reading changes: the same objects as `changes --json`, a page at a time."""

from dataclasses import replace

import pytest

from changeproof.accounts.people import add_user, grant_roles, operator, revoke_role
from changeproof.ledger.changes_read import change_json, read_changes, read_findings
from changeproof.ledger.joined import Change, ChangeAlias, Finding
from changeproof.ledger.service import ledger
from tests.support.pull_requests import SYSTEM


def stored(change, verdict, check="cc8_1/08_approval"):
    return Finding(change, check, verdict, "direct", "Found.", "b,a")


@pytest.fixture
def five(forge):
    pulls = [forge.open(number)[0] for number in range(1, 6)]
    verdicts = ["deviation", "met", "deviation", "not_applicable", "met"]
    ledger().store.insert(map(stored, pulls, verdicts))
    ledger().store.insert([stored(pulls[1], "raised", "signs/untracked_change")])
    return pulls


def test_the_objects_are_those_of_the_command(five, caller):
    told = caller("auditor").get("/api/changes").json()
    records, findings = read_changes(ledger()), read_findings(ledger().store, five)
    assert told["items"] == [change_json(each, findings[each.id]) for each in records]
    assert told["next"] is None
    assert told["items"][0]["findings"][0]["evidence"] == ["a", "b"]


def test_pages_follow_each_other_without_a_gap(five, caller):
    asking = caller("auditor")
    seen, after = [], ""
    while after is not None:
        page = asking.get("/api/changes", limit=2, after=after).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert seen == sorted(five)


def test_a_verdict_and_a_system_narrow_the_list(five, caller):
    asking = caller("auditor")

    def ids(**query):
        return [each["id"] for each in asking.get("/api/changes", **query).json()["items"]]

    assert ids(verdict="deviation") == [five[0], five[2]]
    assert ids(verdict="met", system=SYSTEM) == [five[1], five[4]]
    unknown = asking.get("/api/changes", system=SYSTEM.upper())
    assert unknown.status_code == 404
    assert unknown.json()["cure"] == f"Did you mean {SYSTEM}?"
    assert asking.get("/api/changes", verdict="compliant").status_code == 422
    assert asking.get("/api/changes", limit=501).status_code == 422


def test_as_of_judges_anew(five, caller):
    page = caller("auditor").get("/api/changes", as_of="2026-01-02").json()
    assert {each["verdict"] for each in page["items"]} == {"pending"}
    assert caller("auditor").get("/api/changes", as_of="yesterday").status_code == 422
    assert caller("auditor").get("/api/changes", as_of="2025-01-01").json()["items"] == []


def test_a_change_is_found_by_every_name_and_unknown_ones_by_none(five, caller):
    asking = caller("auditor")
    [revision] = read_changes(ledger(), [five[0]])[0].revisions
    for name in (five[0], revision, revision[:7]):
        assert asking.get(f"/api/changes/{name}").json()["id"] == five[0]
    assert asking.get("/api/changes/CHG-1-1").status_code == 404


def test_a_change_that_was_not_there_yet_is_not_found(five, caller):
    reply = caller("auditor").get(f"/api/changes/{five[0]}", as_of="2025-01-01")
    assert reply.status_code == 404
    assert reply.json()["what"] == "The change was not found."
    assert "2025-01-01" in reply.json()["why"]


def test_a_role_on_one_system_shows_that_system_alone(five, caller):
    by = operator().account
    asking = caller("auditor")
    revoke_role(asking.account, "auditor", by=by)
    assert asking.get("/api/changes").status_code == 403
    grant_roles(asking.account, ["auditor"], by=by, system="other")
    assert asking.get("/api/changes").json()["items"] == []
    assert asking.get(f"/api/changes/{five[0]}").status_code == 403
    grant_roles(asking.account, ["auditor"], by=by, system=SYSTEM)
    assert len(asking.get("/api/changes").json()["items"]) == 5


def test_what_i_may_do_is_said_before_the_act(five, caller):
    add_user("max@example.com", "Max", ["change_manager"], by=operator().account)
    rulings = caller("auditor").get(f"/api/rulings/{five[0]}").json()
    approve = next(each for each in rulings if each["act"] == "approve")
    assert not approve["allowed"]
    assert "change:approve" in approve["why"]
    assert approve["who_may"]


def test_a_name_of_several_tells_only_what_the_caller_may_see(five, caller):
    store, by = ledger().store, operator().account
    [own] = store.by(Change, "change_id", [five[0]])
    store.insert([replace(own, change_id="hidden-1", system="other")])
    store.insert([ChangeAlias("SHOP-1", name) for name in (five[0], "hidden-1")])
    assert "hidden-1" in caller("auditor").get("/api/changes/SHOP-1").json()["why"]
    asking = caller("approver")
    revoke_role(asking.account, "approver", by=by)
    grant_roles(asking.account, ["approver"], by=by, system=SYSTEM)
    assert asking.get("/api/changes/SHOP-1").json()["id"] == five[0]
    refused = asking.post("/api/declines", {"change": "SHOP-1", "reason": "no"})
    assert refused.status_code == 409
    assert "hidden-1" not in refused.content.decode()
