"""Waivers on the desk: asked for in a form, answered by another, listed with their end."""

from datetime import UTC, datetime, timedelta

from changeproof.accounts.people import add_user, operator
from changeproof.ledger.waivers import Waiver, WaiverRequest
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import BACKEND
from tests.web.test_views import text_of

PATCHES = "cc8_1/14_patches"


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d")


def typed(**said: str) -> dict[str, str]:
    return {
        "check": PATCHES,
        "subject": f"system:{SYSTEM}",
        "ends": in_days(10),
        "reason": "The vendor is late.",
        "compensation": "The port is closed.",
        **said,
    }


def second_manager(client_type):
    user = add_user("mia@example.com", "Mia", ["change_manager"], by=operator().account)
    client = client_type()
    client.force_login(user, backend=BACKEND)
    return client


def test_asked_for_granted_by_another_and_taken_back(company):
    asker = company.browse("change_manager")
    assert "No rule is set aside." in text_of(asker.get("/desk/waivers"))
    done = asker.post("/desk/waivers/new", typed(), follow=True)
    [asked] = company.forge.ledger.store.all(WaiverRequest)
    said = text_of(done)
    assert asked.waiver in said
    assert "1 waits for an answer" in said
    assert "You may not grant it: you asked for it." in said
    assert f"Grant {asked.waiver}" not in said
    answer = {"waiver": asked.waiver, "answer": "grant"}
    refused = asker.post("/desk/waivers/answer", answer)
    assert refused.status_code == 403
    other = second_manager(type(asker))
    assert f"Grant {asked.waiver}" in text_of(other.get("/desk/waivers"))
    granted = text_of(other.post("/desk/waivers/answer", answer, follow=True))
    assert "1 waiver is in force and ends within 14 days." in granted
    assert "The port is closed." in granted
    again = other.post("/desk/waivers/answer", answer)
    assert again.status_code == 422
    assert len(company.forge.ledger.store.all(Waiver)) == 1
    ended = other.post(
        "/desk/waivers/answer", {"waiver": asked.waiver, "answer": "end"}, follow=True
    )
    assert "taken back" in text_of(ended)


def test_what_was_typed_is_kept_and_what_is_wrong_stands_at_its_field(company):
    asker = company.browse("requester")
    for wrong, sentence in (
        ({"ends": in_days(200)}, "Policy allows 90 days at most."),
        ({"ends": "soon"}, "“soon” is no day."),
        ({"subject": "CHG-1900-0001"}, "CHG-1900-0001"),
        ({"compensation": ""}, "It is empty."),
    ):
        reply = asker.post("/desk/waivers/new", typed(**wrong))
        assert reply.status_code in (404, 422), wrong
        assert sentence in text_of(reply), wrong
        assert "The vendor is late." in text_of(reply)
    assert not company.forge.ledger.store.all(WaiverRequest)


def test_an_answer_needs_a_button_and_a_no_its_reason(company):
    asker = company.browse("requester")
    asker.post("/desk/waivers/new", typed())
    [asked] = company.forge.ledger.store.all(WaiverRequest)
    manager = company.browse("change_manager")
    for answer, sentence in (("", "no answer was chosen"), ("refuse", "it is empty")):
        reply = manager.post("/desk/waivers/answer", {"waiver": asked.waiver, "answer": answer})
        assert reply.status_code == 422
        assert sentence in text_of(reply)
    no = {"waiver": asked.waiver, "answer": "refuse", "reason": "Patch it by hand."}
    page = text_of(manager.post("/desk/waivers/answer", no, follow=True))
    assert "Patch it by hand." in page
    assert asker.post("/desk/waivers/answer", no).status_code == 403


def test_a_waiver_of_a_system_is_not_shown_elsewhere(company):
    company.browse("requester").post("/desk/waivers/new", typed())
    [asked] = company.forge.ledger.store.all(WaiverRequest)
    stranger = company.browse("approver", system="playground")
    assert asked.waiver not in text_of(stranger.get("/desk/waivers"))
    assert asked.waiver in text_of(company.browse("auditor").get("/desk/waivers"))
