"""One form for what becomes of a change beside the others, and what its page says then."""

from changeproof.ledger.joined import Finding
from tests.web.test_assessing import requested
from tests.web.test_requesting import ASKED, requests_of
from tests.web.test_views import text_of


def authorization(company, change: str) -> str:
    """The verdict of point 2."""
    rows = company.forge.ledger.store.by(Finding, "subject", [change])
    (verdict,) = [row.verdict for row in rows if row.check_id == "cc8_1/02_authorization"]
    return verdict


def test_each_act_stands_with_its_reason_on_both_pages(company):
    one = requested(company)
    requester = company.browse("requester")
    path = f"/desk/arrange/{one}"
    assert "Cancel, reopen, split, merge or link" in text_of(requester.get(f"/changes/{one}"))
    parted = {"act": "split", "title": "The half", "reason": "Too large for one night."}
    assert "Recorded as entry" in text_of(requester.post(path, parted, follow=True))
    part = max(row.change_name for row in requests_of(company))
    requester.post(path, {"act": "blocks", "other": part, "reason": "The table comes first."})
    requester.post(path, {"act": "cancel", "reason": "Sales changed its mind."})
    company.judge()
    page = text_of(requester.get(f"/changes/{one}"))
    for words in (
        f"Split off: {part} Too large for one night.",
        f"Blocks {part} The table comes first.",
        "Closed: cancelled Sales changed its mind.",
    ):
        assert words in page, words
    other = text_of(requester.get(f"/changes/{part}"))
    assert f"Split from {one} Too large for one night." in other
    assert f"Blocked by {one}" in other
    assert authorization(company, one) == "not_applicable"
    requester.post(path, {"act": "reopen", "reason": "Sales changed it back."})
    company.judge()
    assert "Opened again Sales changed it back." in text_of(requester.get(f"/changes/{one}"))
    assert authorization(company, one) == "pending"


def test_what_is_half_said_is_refused_beside_its_field(company):
    one = requested(company)
    requester = company.browse("requester")
    path = f"/desk/arrange/{one}"
    for said, field in (
        ({"reason": "x"}, "act"),
        ({"act": "cancel"}, "reason"),
        ({"act": "merge", "reason": "x"}, "other"),
        ({"act": "merge", "other": "CHG-1-1", "reason": "x"}, "other"),
        ({"act": "split", "reason": "x"}, "title"),
        ({"act": "reopen", "reason": "x"}, "act"),
    ):
        reply = requester.post(path, said)
        assert reply.status_code in (404, 422), said
        assert f'href="#{field}"' in reply.content.decode(), said
    auditor = company.browse("auditor")
    assert "You may not arrange this change." in text_of(auditor.get(path))
    assert auditor.post(path, {"act": "cancel", "reason": "x"}).status_code == 403


def test_what_is_in_production_is_not_cancelled(company):
    manager = company.browse("change_manager")
    path = f"/desk/arrange/{company.sound}"
    reply = manager.post(path, {"act": "cancel", "reason": "No."})
    assert reply.status_code == 422
    assert "cancelling takes nothing out" in text_of(reply)
    assert ASKED["title"] not in text_of(reply)
