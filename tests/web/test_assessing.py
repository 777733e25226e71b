"""The page of a change's questions."""

import re

from changeproof.accounts.people import operator
from changeproof.ledger.assessments import Assessment
from tests.support.own_policy import adopt
from tests.support.pull_requests import SYSTEM
from tests.web.test_requesting import ASKED, hidden, requests_of
from tests.web.test_views import text_of


def requested(company, **said):
    company.browse("requester").post("/desk/request", {**ASKED, **said})
    (asked,) = requests_of(company)
    company.judge()
    return asked.change_name


def test_questions_are_asked_answered_and_shown(company):
    adopt(company.forge, operator().account, {"categories": "[security, availability]"})
    change = requested(company, risk="high")
    approver = company.browse("approver")
    assert "Answer questions" in text_of(approver.get(f"/changes/{change}"))
    page = approver.get(f"/desk/assess/{change}")
    assert "2 questions open, of 2 that are asked." in text_of(page)
    assert "availability is in scope, and policy asks for it at high risk" in text_of(page)
    said = {
        "content_digest": hidden(page, "content_digest"),
        "answer-availability": "addressed",
        "reason-availability": "Two nodes stay up.",
    }
    wrong = approver.post(f"/desk/assess/{change}", {**said, "reason-design": "As drawn."})
    assert wrong.status_code == 422
    assert 'href="#q-design"' in wrong.content.decode()
    assert "As drawn." in wrong.content.decode()
    done = approver.post(f"/desk/assess/{change}", said, follow=True)
    assert "1 question open" in text_of(done)
    assert "addressed: Two nodes stay up. By Approver" in text_of(done)
    stale = company.browse("change_manager").post(f"/desk/assess/{change}", said)
    assert stale.status_code == 409
    assert "somebody answered since" in text_of(stale)
    company.judge()
    life = text_of(approver.get(f"/changes/{change}"))
    assert "Availability assessed addressed: Two nodes stay up." in life
    assert len(company.forge.ledger.store.all(Assessment)) == 1


def test_who_may_not_answer_is_told_and_a_look_changes_nothing(company):
    change = requested(company)
    auditor = company.browse("auditor")
    size = company.forge.ledger.log.size()
    page = auditor.get(f"/desk/assess/{change}")
    assert company.forge.ledger.log.size() == size
    assert "You may not answer these questions." in text_of(page)
    assert not re.search(r"<textarea|Record the answers", page.content.decode())
    refused = auditor.post(
        f"/desk/assess/{change}", {"answer-design": "addressed", "reason-design": "x"}
    )
    assert refused.status_code == 403
    elsewhere = company.browse("approver", system="elsewhere")
    assert elsewhere.get(f"/desk/assess/{change}").status_code == 404
    assert not company.forge.ledger.store.all(Assessment)
    assert SYSTEM in text_of(auditor.get(f"/changes/{change}"))
