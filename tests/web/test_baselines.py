"""Configuration items: listed by system, proposed in one click, approved by another."""

from changeproof.events.deployments import StateObserved
from changeproof.events.event import canonical, sha256_hex
from changeproof.events.production_acts import ItemAuthorized
from changeproof.ledger.baselines import Baseline
from changeproof.ledger.service import Submission, now
from tests.support.pull_requests import MINUTE, REVIEWER, SYSTEM
from tests.web.test_views import text_of

ITEM = f"{SYSTEM}/production/deploy/limits"
FIRST, SECOND = "a" * 64, "b" * 64
LIST = "/systems/items"


def seen(company, digest, system=SYSTEM, **fields):
    company.forge.clock = now() - MINUTE
    place = {"system": system, "environment": "production", "item": "deploy/limits"}
    text = canonical(fields)
    if fields:
        company.forge.ledger.record([Submission((), [text])])
        place["fields"] = sha256_hex(text)
    company.forge.say(StateObserved, None, **place, digest=digest)
    company.judge()


def test_proposed_in_one_click_approved_by_another_and_drift_stands_there(company):
    asker = company.browse("requester")
    assert "No item was reported." in text_of(asker.get(LIST))
    seen(company, FIRST)
    listed = asker.get(LIST)
    assert "Propose deploy/limits" in text_of(listed)
    one_click = {"item": ITEM, "digest": FIRST, "answer": "propose"}
    proposed = text_of(asker.post(f"{LIST}/answer", one_click, follow=True))
    assert "You may not approve it: none of your roles holds change:approve." in proposed
    approve = {**one_click, "answer": "approve"}
    assert asker.post(f"{LIST}/answer", approve).status_code == 403
    other = company.browse("approver")
    assert "Waits for a yes" in text_of(other.get(LIST))
    assert "Approve this baseline" in text_of(other.get(f"{LIST}/{ITEM}"))
    approved = other.post(f"{LIST}/answer", approve, follow=True)
    assert "The baseline is approved" in text_of(approved)
    assert "1 baseline" in text_of(approved)
    again = other.post(f"{LIST}/answer", approve)
    assert (again.status_code, "no proposal of it waits" in text_of(again)) == (422, True)
    assert len(company.forge.ledger.store.all(Baseline)) == 1
    seen(company, FIRST)
    seen(company, SECOND)
    drifted = text_of(asker.get(f"{LIST}?verdict=deviation&system={SYSTEM}"))
    assert "1 configuration item: 1 deviation, 0 not verifiable." in drifted
    assert "deploy/limits" in drifted
    assert "No item is like this." in text_of(asker.get(f"{LIST}?verdict=met"))
    page = text_of(asker.get(f"{LIST}/{ITEM}"))
    assert "It has differed from what was approved since" in page
    assert "Differs since" in page
    assert "2 turns" in page


def test_items_of_a_system_that_one_may_not_see_are_not_there(company):
    seen(company, FIRST)
    stranger = company.browse("requester", system="another")
    assert "deploy/limits" not in text_of(stranger.get(LIST))
    assert stranger.get(f"{LIST}/{ITEM}").status_code == 404
    told = {"item": ITEM, "digest": FIRST, "answer": "propose"}
    assert stranger.post(f"{LIST}/answer", told).status_code == 404


def test_a_long_list_goes_on_after_its_last_item(company):
    company.forge.clock = now() - 100 * MINUTE
    for number in range(51):
        place = {"system": SYSTEM, "environment": "production", "item": f"item-{number:02}"}
        company.forge.say(StateObserved, None, **place, digest=FIRST)
    client = company.browse("auditor")
    first = text_of(client.get(LIST))
    assert "item-49" in first
    assert "item-50" not in first
    rest = text_of(client.get(f"{LIST}?after={SYSTEM}/production/item-49"))
    assert "item-50" in rest
    assert "item-49" not in rest


def test_what_differs_is_shown_field_by_field_and_a_secret_is_not(company):
    hidden = [f"sealed:{letter * 64}" for letter in "cd"]
    seen(company, FIRST, image="shop:1", key=hidden[0], gone=True, same=1)
    approver = company.browse("approver")
    told = {"item": ITEM, "digest": FIRST}
    company.browse("requester").post(f"{LIST}/answer", {**told, "answer": "propose"})
    shown = text_of(approver.get(f"{LIST}/{ITEM}"))
    assert "What it holds The fields of what is proposed" in " ".join(shown.split())
    assert "shop:1" in shown
    assert "a secret" in shown
    assert hidden[0] not in shown
    approver.post(f"{LIST}/answer", {**told, "answer": "approve"})
    assert "Differences" not in text_of(approver.get(f"{LIST}/{ITEM}"))
    seen(company, SECOND, image="shop:2", key=hidden[1], fresh="yes", same=1)
    reply = approver.get(f"{LIST}/{ITEM}")
    said = text_of(reply)
    assert "4 fields" in said
    assert "image shop:1 shop:2" in said
    assert "key a secret a secret another one" in said
    assert "fresh not there yes" in said
    assert "gone true not there any more" in said
    assert b"sealed:" not in reply.content
    seen(company, "e" * 64)
    assert "only the digest is known" in text_of(approver.get(f"{LIST}/{ITEM}"))


def test_a_change_that_was_authorized_to_set_it_is_named(company):
    seen(company, FIRST)
    approver = company.browse("approver")
    told = {"item": ITEM, "digest": FIRST}
    company.browse("requester").post(f"{LIST}/answer", {**told, "answer": "propose"})
    approver.post(f"{LIST}/answer", {**told, "answer": "approve"})
    place = {"system": SYSTEM, "environment": "production", "item": "deploy/limits"}
    company.forge.clock = now() - 2 * MINUTE
    company.forge.say(
        ItemAuthorized, REVIEWER, **place, change=company.proposed, after_digest=SECOND
    )
    seen(company, SECOND)
    reply = approver.get(f"{LIST}/{ITEM}")
    short = f"#{company.proposed.rpartition('/')[2]}"
    assert f"as change {short} was authorized to set it" in text_of(reply)
    assert f'as authorized by <a href="/changes/{company.proposed}"'.encode() in reply.content
