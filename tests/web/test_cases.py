"""The pages of cases: listed, taken on, explained, ended, remembered; by form and by API alike."""

from django.urls import reverse

from changeproof.ledger.cases_read import cases_about
from changeproof.ledger.judgements import CaseFile
from tests.web.test_views import text_of
from tests.web.test_waivers import in_days, second_manager


def case_of(company):
    return cases_about(company.forge.ledger.store, [company.unreviewed])[company.unreviewed]


def address_of(company):
    return reverse("case", args=[case_of(company).name])


def test_a_case_goes_its_whole_way_by_forms(company):
    manager, page = company.browse("change_manager"), address_of(company)
    listed = manager.get("/cases").content.decode()
    assert page in listed
    assert "Pull request 2" in listed  # its title, not a number alone
    assert "No case matches." in text_of(manager.get("/cases?state=ended"))

    def act(**typed):
        return manager.post(page, typed, follow=True)

    taken = text_of(act(act="take"))
    assert "Taken on" in taken
    assert "Given to" in taken
    explained = {"cause": "omission", "extent": "isolated", "because": "He was new."}
    early = act(act="explain", **explained)
    assert early.status_code == 422
    assert "nobody has searched the whole population" in text_of(early)
    assert "He was new." in early.content.decode()  # what was typed stays
    assert "SELECT subject, check_id FROM finding" in text_of(act(act="search"))
    told = text_of(act(act="explain", response="<b>Trained</b>", **explained))
    assert "Management's response (not examined)" in told
    assert "<b>Trained</b>" in told
    assert "in management's words; the search before it found" in told
    assert act(act="resolve", outcome="linked", reason="").status_code == 422
    unnamed = act(act="resolve", outcome="linked", reason="It was asked for")
    assert "no change is named" in text_of(unnamed)
    itself = act(act="resolve", outcome="linked", linked=company.unreviewed, reason="That one")
    assert "the case is about that very change" in text_of(itself)
    linked = act(act="resolve", outcome="linked", linked=company.sound, reason="One of two")
    assert "Ended: linked to another change" in text_of(linked)
    listed = manager.get("/cases?state=all&format=csv")
    assert case_of(company).name in listed.content.decode()
    assert listed["Content-Type"].startswith("text/csv")


def test_a_rule_is_approved_by_somebody_else_and_lists_what_it_excluded(company):
    manager, page = company.browse("change_manager"), address_of(company)
    rule = {"act": "remember", "check": case_of(company).file.check_id, "end": in_days(9)}
    wide = manager.post(page, {**rule, "rule_reason": "Known"})
    assert wide.status_code == 422
    assert "hide" in text_of(wide)
    manager.post(page, {**rule, "rule_reason": "Known", "account": "github:*"})
    asked = text_of(manager.get("/cases/rules"))
    assert "You may not answer it: you asked for it." in asked
    [name] = [word.strip(":") for word in asked.split() if word.startswith("RUL-")][:1]
    yes = {"rule": name, "answer": "approved"}
    assert manager.post("/cases/rules/answer", yes).status_code == 403
    other = second_manager(type(manager))
    granted = text_of(other.post("/cases/rules/answer", yes, follow=True))
    assert "1 rule in force; 0 cases kept from opening so far." in granted
    assert case_of(company).state == "ended"


def test_who_may_not_sees_why_and_another_systems_case_is_not_there(company):
    page = address_of(company)
    reader = company.browse("requester")
    assert "None of your roles ends cases" in text_of(reader.get(page))
    assert reader.post(page, {"act": "take"}).status_code == 403
    elsewhere = company.browse("approver", system="playground")
    assert elsewhere.get(page).status_code == 404
    assert "No case is open." in text_of(elsewhere.get("/cases"))
    assert company.forge.ledger.store.all(CaseFile)
