"""The desk by plain forms: what is decided, what is refused, what is kept."""

import re

from changeproof.events.acts import CaseOpened
from changeproof.ledger.decisions import Approval, Decline
from changeproof.ledger.requests import ChangeRequest, Emergency
from changeproof.web.readings.desk.item import ACTS
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

ASKED = {"title": "Raise the limit", "system": SYSTEM, "kind": "software", "reason": "Sales asked"}


def digest_in(reply) -> str:
    return re.findall(r'name="content_digest" value="([0-9a-f]+)"', reply.content.decode())[0]


def test_an_approval_is_bound_to_the_digest_on_its_button(company):
    approver = company.browse("approver")
    inbox = text_of(approver.get("/desk"))
    assert "2 decisions wait for you; 1 is late." in inbox
    path = f"/desk/{company.proposed}?act=approve"
    page = approver.get(path)
    digest = digest_in(page)
    assert f"Approve {digest[:12]}" in text_of(page)
    done = approver.post(
        path, {"verdict": "approved", "content_digest": digest, "reason": "read it"}, follow=True
    )
    assert "Recorded as entry" in text_of(done)
    (approval,) = company.forge.ledger.store.all(Approval)
    assert approval.revision == company.head


def test_content_that_moved_since_is_not_approved(company):
    approver = company.browse("approver")
    path = f"/desk/{company.proposed}?act=approve"
    digest = digest_in(approver.get(path))
    company.forge.push(3, "newer", parent=company.head)
    reply = approver.post(
        path, {"verdict": "approved", "content_digest": digest, "reason": "read it"}
    )
    said = text_of(reply)
    assert reply.status_code == 409
    assert "The approval was not recorded." in said
    assert "read it" in said  # what was typed is kept
    assert f"{digest[:12]} now" in said
    assert not company.forge.ledger.store.all(Approval)


def test_silence_is_no_verdict_and_a_no_needs_its_reason(company):
    approver = company.browse("approver")
    path = f"/desk/{company.proposed}?act=approve"
    digest = digest_in(approver.get(path))
    empty = approver.post(path, {"content_digest": digest})
    assert empty.status_code == 422
    assert "an empty answer is never a verdict" in text_of(empty)
    bare = approver.post(path, {"verdict": "declined", "content_digest": digest})
    assert bare.status_code == 422
    approver.post(path, {"verdict": "declined", "content_digest": digest, "reason": "too big"})
    assert len(company.forge.ledger.store.all(Decline)) == 1


def test_who_may_not_is_told_before_the_click(company):
    auditor = company.browse("auditor")
    company.browse("approver")
    page = auditor.get(f"/desk/{company.proposed}?act=approve")
    said = text_of(page)
    assert "You may not approve this." in said
    assert "Ask somebody who may: Operator, Approver" in said
    assert "<textarea" not in page.content.decode()
    digest = "0" * 64
    refused = auditor.post(
        f"/desk/{company.proposed}?act=approve", {"verdict": "approved", "content_digest": digest}
    )
    assert refused.status_code == 403
    assert "You may not request a change." in text_of(auditor.get("/desk/request"))
    assert "You may not declare an emergency." in text_of(auditor.get("/desk/emergency"))


def test_a_request_keeps_what_was_typed_until_it_is_right(company):
    requester = company.browse("requester")
    wrong = requester.post("/desk/request", {**ASKED, "reason": ""})
    body = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'value="Raise the limit"' in body
    assert 'href="#reason"' in body
    assert 'aria-invalid="true"' in body
    done = requester.post("/desk/request", ASKED, follow=True)
    (asked,) = company.forge.ledger.store.all(ChangeRequest)
    assert f"{asked.change_name} is entry" in text_of(done)
    company.judge()
    own = text_of(requester.get(f"/desk/{asked.change_name}"))
    assert "You may not authorize this." in own
    manager = company.browse("change_manager")
    path = f"/desk/{asked.change_name}?act=authorize"
    digest = digest_in(manager.get(path))
    manager.post(path, {"verdict": "authorized", "content_digest": digest})
    company.judge()
    assert "Authorized" in text_of(manager.get(f"/changes/{asked.change_name}"))


def test_an_emergency_locks_the_next_until_its_review(company):
    manager = company.browse("change_manager")
    form = {"reason": "Payments fail", "incident": "INC-1", "system": SYSTEM, "minutes": "30"}
    wrong = manager.post("/desk/emergency", {**form, "minutes": "soon"})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.content.decode()
    done = text_of(manager.post("/desk/emergency", form, follow=True))
    assert "EMG-" in done
    assert "Emergencies are locked for you." in done
    (emergency,) = company.forge.ledger.store.all(Emergency)
    assert emergency.incident == "INC-1"
    assert "You may not declare an emergency." in text_of(manager.get("/desk/emergency"))
    company.judge()
    other = company.browse("approver")
    path = f"/desk/{emergency.change_name}?act=review"
    done = other.post(path, {"verdict": "accepted", "reason": "It holds."}, follow=True)
    assert "Recorded as entry" in text_of(done)
    assert "Request a change" in text_of(manager.get("/desk"))
    assert "Emergencies are locked" not in text_of(manager.get("/desk"))


def test_an_unauthorized_change_has_a_case_that_somebody_closes(company):
    manager = company.browse("change_manager")
    said = text_of(manager.get("/desk"))
    assert "Resolve 1" in said
    path = f"/desk/{company.unreviewed}?act=resolve"
    linked = manager.post(path, {"verdict": "linked", "reason": "Asked for", "linked": "CHG-9"})
    assert linked.status_code == 422
    assert 'value="CHG-9"' in linked.content.decode()  # what was typed stays
    answer = {"verdict": "adopted_late", "reason": "We keep it."}
    assert "Recorded as entry" in text_of(manager.post(path, answer, follow=True))
    again = manager.post(path, answer)
    assert again.status_code == 422
    change = text_of(manager.get(f"/changes/{company.unreviewed}"))
    assert "Case, closed" in change
    assert "Deviation" in change
    assert "1 of 3 changes, by the points; 0 changes to answer today, by any check" in text_of(
        manager.get("/")
    )


def test_open_cases_wait_for_whoever_may_see_to_them(company):
    case = {"case": "case:P1", "subject": "system:payments", "check": "around/protection"}
    company.forge.say(CaseOpened, **case)
    approver = company.browse("approver", system="payments")
    said = text_of(approver.get("/desk"))
    assert "See to cases 1" in said
    waits = re.search(r"Desk (\d+) waiting for you", said)
    listed = re.findall(r"(?:Resolve|Authorize|Approve|Review afterwards|See to cases) (\d+)", said)
    assert waits
    assert int(waits[1]) == sum(map(int, listed))  # the number stands on every page
    assert "Severity high, nobody has taken it on" in said
    assert "See to cases" not in text_of(company.browse("deployer").get("/desk"))
    assert "case:P1" not in approver.get("/cases?state=ended").content.decode()
    approver.post("/cases/case:P1", {"act": "take"})
    assert "Severity high, taken on by you" in text_of(approver.get("/desk"))
    # What somebody else has taken on waits for them, not for others.
    assert "taken on by" not in text_of(company.browse("change_manager").get("/desk"))


def test_changes_are_asked_for_and_the_objection_is_taken_back(company):
    approver = company.browse("approver")
    path = f"/desk/{company.proposed}?act=approve"
    digest = digest_in(approver.get(path))
    said = {"verdict": "changes", "content_digest": digest, "reason": "Split it in two"}
    approver.post(path, said)
    [asked] = company.forge.ledger.store.all(Decline)
    assert asked.asks == "changes"
    page = f"/changes/{company.proposed}"
    assert "Changes asked for Split it in two" in text_of(approver.get(page))
    own = f"/desk/{company.proposed}?act=withdraw"
    assert "Take back my yes or no" in text_of(approver.get(own))
    bare = approver.post(own, {"verdict": "approval"})
    assert bare.status_code == 422
    approver.post(own, {"verdict": "approval", "reason": "It is split now"})
    assert "What they said was taken back It is split now" in text_of(approver.get(page))
    other = text_of(company.browse("change_manager").get(own))
    assert "Take back my yes or no" not in other


def test_an_approval_lapses_in_sight_when_the_content_moves(company):
    approver = company.browse("approver")
    path = f"/desk/{company.proposed}?act=approve"
    approver.post(path, {"verdict": "approved", "content_digest": digest_in(approver.get(path))})
    newer = company.forge.push(3, "newer", parent=company.head)
    company.judge()
    said = text_of(approver.get(path))
    assert f"approved {company.head[:7]} ; that has lapsed" in said
    assert f"the content is now {newer[:7]}" in said
    life = text_of(approver.get(f"/changes/{company.proposed}"))
    assert f"Lapsed: the content is now {newer[:7]}" in life


def test_a_comment_is_read_on_the_change_and_decides_nothing(company):
    requester = company.browse("requester")
    path = f"/desk/{company.proposed}?act=comment"
    assert requester.post(path, {"verdict": "comment", "reason": " "}).status_code == 422
    requester.post(path, {"verdict": "comment", "reason": "Is the limit <right>?"})
    assert "Commented Is the limit" in text_of(requester.get(f"/changes/{company.proposed}"))
    auditor = company.browse("auditor")
    assert "You may not comment on this." in text_of(auditor.get(path))
    assert auditor.post(path, {"verdict": "comment", "reason": "x"}).status_code == 403


def test_every_act_says_before_the_click_how_it_is_undone(company):
    manager = company.browse("change_manager")
    for change in (company.proposed, company.unreviewed):
        for act in ACTS:
            reply = manager.get(f"/desk/{change}?act={act}")
            item = reply.context["page"].item
            if item.form is not None:
                assert item.form.way_back in text_of(reply)
                assert any(
                    words in item.form.way_back
                    for words in ("cannot be undone", "take it back", "reopened")
                ), act
