"""The review afterwards on the desk, and on the change's page."""

from changeproof.events.incidents import IncidentLinked
from changeproof.ledger.requests import PostReview
from changeproof.workflow.emergencies import DeclareEmergency, declare_emergency
from changeproof.workflow.requesting import RequestChange, request_change
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of


def declared(company):
    said = DeclareEmergency(SYSTEM, "Down", incident="INC-1")
    account = company.user("requester").account
    change = declare_emergency(company.forge.ledger, account, said).change
    company.forge.say(IncidentLinked, incident="INC-2", change=change, relation="caused")
    company.judge()
    return change


def test_asked_filled_in_refused_with_what_was_typed_and_shown(company):
    change = declared(company)
    reviewer = company.browse("approver")
    address = f"/desk/{change}?act=review"
    form = reviewer.get(address).content.decode()
    assert 'name="incidents" value="INC-2"' in form
    typed = {
        "verdict": "accepted",
        "reason": "Up again after an hour",
        "achieved": "not_achieved",
        "back_out": "used",
        "incidents": "INC-2, INC-3",
        "lessons": "Alarm sooner",
    }
    refused = reviewer.post(address, typed)
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "nothing follows from it." in text_of(refused)
    assert 'value="INC-2, INC-3"' in body
    assert "Alarm sooner" in body
    assert not company.forge.ledger.store.all(PostReview)
    done = reviewer.post(address, {**typed, "achieved": "partly"}, follow=True)
    assert "Recorded as entry" in text_of(done)
    said = text_of(reviewer.get(f"/changes/{change}"))
    assert (
        "Accepted; what was expected was partly achieved; the way back was used;"
        " caused INC-2, INC-3. Up again after an hour Alarm sooner"
    ) in said


def test_an_answer_that_is_none_is_refused_by_name(company):
    change = declared(company)
    typed = {"verdict": "accepted", "reason": "Up", "back_out": "perhaps"}
    reply = company.browse("approver").post(f"/desk/{change}?act=review", typed)
    assert reply.status_code == 422
    assert "“perhaps” is none of the answers" in text_of(reply)


def test_what_policy_wants_looked_at_waits_on_the_desk_until_it_is(company):
    forge, account = company.forge, company.user("requester").account
    asked = RequestChange("New ledger", SYSTEM, "Faster", risk="critical", links=(company.sound,))
    change = request_change(forge.ledger, account, asked).change
    company.judge()
    reviewer = company.browse("approver")
    desk = text_of(reviewer.get("/desk"))
    assert "Review afterwards 1" in desk
    assert "nobody else reviewed it by" in desk
    typed = {"verdict": "accepted", "reason": "Half the time", "achieved": "achieved"}
    assert reviewer.post(f"/desk/{change}?act=review", typed).status_code == 302
    company.judge()
    assert "Review afterwards" not in text_of(reviewer.get("/desk"))
