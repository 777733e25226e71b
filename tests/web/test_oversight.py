"""What comes back is recorded in pages, API and command alike, and the checks read it."""

from changeproof.ledger.joined import Finding
from changeproof.ledger.oversight import Acknowledgement, ControlActivity, HeldReview
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company
from tests.web.test_views import text_of


def verdict(company: Company, check: str, subject: str = "organisation") -> str:
    company.judge()
    rows = company.forge.ledger.store.by(Finding, "subject", [subject])
    return next(row.verdict for row in rows if row.check_id == check)


def test_a_review_is_recorded_and_judged(company: Company):
    manager = company.browse("change_manager")
    said = text_of(manager.get("/desk/oversight"))
    assert "never done" in said
    row = next(
        each
        for each in manager.get("/desk/oversight").context["page"].reviews
        if each.name == "deviations"
    )
    assert (row.within, row.is_owed) == ("31 days", True)
    assert verdict(company, row.check) == "not_verifiable"
    form = manager.get(row.url).context["page"]
    assert next(field.value for field in form.fields) == "deviations"
    typed = {"topic": "deviations", "outcome": "changed", "reason": "Two of March; one rule added."}
    assert "Recorded as entry" in text_of(manager.post(row.url, typed, follow=True))
    [held] = company.forge.ledger.store.all(HeldReview)
    assert (held.topic, held.system, held.outcome) == ("deviations", "", "changed")
    assert verdict(company, row.check) == "met"


def test_what_is_wrong_stands_at_its_field(company: Company):
    manager = company.browse("change_manager")
    url = "/desk/oversight/review"
    for typed, where in (
        ({"topic": "weather", "outcome": "kept", "reason": "Sunny."}, "topic"),
        ({"topic": "scope", "outcome": "", "reason": "Sunny."}, "outcome"),
        ({"topic": "scope", "outcome": "kept", "reason": " "}, "reason"),
        ({"topic": "scope", "outcome": "kept", "reason": "x", "system": "paymnts"}, "system"),
    ):
        answer = manager.post(url, typed)
        assert answer.status_code == 422, typed
        fields = {field.name: field.wrong for field in answer.context["page"].fields}
        assert fields[where], typed
    assert company.browse("requester").post(url, {"topic": "scope"}).status_code in (403, 422)
    assert company.forge.ledger.store.all(HeldReview) == []


def test_a_control_with_its_result(company: Company):
    manager = company.browse("change_manager")
    typed = {"activity": "restore_test", "outcome": "passed", "system": SYSTEM, "found": "12 min"}
    manager.post("/desk/oversight/control", typed)
    [row] = company.forge.ledger.store.all(ControlActivity)
    assert (row.activity, row.system, row.outcome) == ("restore_test", SYSTEM, "passed")
    shown = manager.get("/desk/oversight").context["page"].controls
    assert next(each for each in shown if each.system == SYSTEM).outcome == "It went well"


def test_each_person_acknowledges_the_policy_in_force_once(company: Company):
    requester = company.browse("requester")
    assert "I have read version 1" in text_of(requester.get("/policy"))
    done = text_of(requester.post("/policy/1/acknowledge", follow=True))
    assert "You acknowledged version 1" in done
    assert "I have read version 1" not in done
    stale = text_of(requester.post("/policy/7/acknowledge", follow=True))
    assert "version 1 is in force" in stale.lower()
    [row] = company.forge.ledger.store.all(Acknowledgement)
    assert (row.document, row.document_version) == ("policy", "1")
    manager = company.browse("change_manager")
    who = manager.get("/policy").context["page"].acknowledged
    assert company.user("requester").account not in who.missing
    assert company.user("change_manager").account in who.missing
