"""The request form: filled from evidence, kept as a draft, rated by policy, recorded once."""

import re

from changeproof.accounts.people import operator
from changeproof.events.systems import SystemRegistered
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.requests import ChangeRequest, Schedule, TemplateClaim
from changeproof.workflow.drafts import MOST_DRAFTS
from tests.support.own_policy import adopt
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of

ASKED = {"title": "Raise the limit", "system": SYSTEM, "kind": "software", "reason": "Sales asked"}
RULES = f"\n  - when: {{systems: [{SYSTEM}]}}\n    risk: high"
STANDARD = f"""
  - id: limits
    systems: [{SYSTEM}]
    areas: [configuration]
    back_out: Set the old limit."""


def ruled(company) -> None:
    by = operator().account
    adopt(company.forge, by, {"risk_rules": RULES, "standard_changes": STANDARD})
    company.forge.say(
        SystemRegistered, by, system=SYSTEM, data_classes=("personal",), objectives=("Pay in time",)
    )


def hidden(reply, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', reply.content.decode())[0]


def requests_of(company) -> list[ChangeRequest]:
    return company.forge.ledger.store.all(ChangeRequest)


def test_evidence_fills_what_it_tells_and_says_so(company):
    requester = company.browse("requester")
    work = {"links": company.proposed, "act": "fill", "reason": "Mine"}
    page = requester.post("/desk/request", work)
    body = page.content.decode()
    assert page.status_code == 200
    assert "Filled in from pull request 3. Correct it where it is wrong." in text_of(page)
    assert re.search(rf'<option value="{SYSTEM}" selected>', body)
    assert "Mine" in body
    assert not requests_of(company)


def test_work_on_a_system_that_one_may_not_see_fills_in_nothing(company):
    stranger = company.browse("requester", system="elsewhere")
    page = stranger.post("/desk/request", {"links": company.proposed, "act": "fill"})
    assert "Filled in from" not in text_of(page)


def test_the_form_shows_the_rules_before_the_click(company):
    ruled(company)
    requester = company.browse("requester")
    page = text_of(requester.get("/desk/request"))
    assert f"systems {SYSTEM}, files of configuration alone, its tests passed." in page
    assert "Back-out: Set the old limit." in page
    assert "Pay in time" in page
    low = requester.post("/desk/request", {**ASKED, "risk": "low"})
    assert low.status_code == 422
    assert f"rates it high: system {SYSTEM}; nobody rates it lower" in text_of(low)
    assert 'href="#risk"' in low.content.decode()


def test_a_system_that_the_register_alone_knows_can_be_chosen(company):
    company.forge.say(SystemRegistered, operator().account, system="brand-new")
    stranger = company.browse("requester", system=SYSTEM).get("/desk/request")
    assert "brand-new" not in stranger.content.decode()
    page = company.browse("change_manager").get("/desk/request")
    assert '<option value="brand-new"' in page.content.decode()
    assert "One that is missing is described under Systems first." in text_of(page)


def test_all_that_was_said_stands_on_the_change(company):
    ruled(company)
    requester = company.browse("requester")
    said = {
        **ASKED,
        "template": "limits",
        "impact": "Nobody notices",
        "systems": "(none)",
        "objectives": ["Pay in time"],
        "data_classes": ["personal"],
        "risk": "critical",
        "risk_reason": "It moves money",
        "test_plan": "Staging first",
        "back_out": "Set it back",
        "begins": "2030-01-01T10:00",
        "ends": "2030-01-01T12:00",
        "environment": "production",
        "item": "limits/daily",
        "before": "500",
        "after": "800",
    }
    done = requester.post("/desk/request", said, follow=True)
    (asked,) = requests_of(company)
    assert f"{asked.change_name} is entry" in text_of(done)
    store = company.forge.ledger.store
    assert store.all(TemplateClaim)[0].template == "limits"
    assert store.all(Schedule)[0].begins_at == 1_893_492_000_000_000
    assert store.all(ProposedItem)[0].item == f"{SYSTEM}/production/limits/daily"
    company.judge()
    page = text_of(requester.get(f"/changes/{asked.change_name}"))
    for words in (
        "Standard change limits claimed",
        "Impact written Nobody notices",
        "Test plan written Staging first",
        "Objectives assessed Pay in time",
        "Data assessed personal",
        "Risk assessed critical: It moves money",
        f"Asks to set {SYSTEM}/production/limits/daily",
    ):
        assert words in page, words
    manager = company.browse("change_manager")
    sealed = text_of(manager.get(f"/desk/{asked.change_name}?act=authorize"))
    assert f"Sets {SYSTEM}/production/limits/daily 500 → 800" in sealed


def test_a_double_click_records_once(company):
    requester = company.browse("requester")
    form = {**ASKED, "draft": hidden(requester.get("/desk/request"), "draft")}
    first = requester.post("/desk/request", form, follow=True)
    second = requester.post("/desk/request", form, follow=True)
    (asked,) = requests_of(company)
    assert f"{asked.change_name} is entry" in text_of(first)
    assert f"{asked.change_name} is entry" in text_of(second)


def test_a_draft_is_kept_privately_until_it_is_sent(company):
    requester = company.browse("requester")
    size = company.forge.ledger.log.size()
    draft = hidden(requester.get("/desk/request"), "draft")
    kept = requester.post(
        "/desk/request/draft", {"draft": draft, "version": "0", "title": "Half a th", "item": "x"}
    )
    assert kept.status_code == 302
    again = requester.get(kept["Location"])
    assert 'value="Half a th"' in again.content.decode()
    assert "Draft saved" in text_of(again)
    assert company.forge.ledger.log.size() == size
    assert "Half a th" in text_of(requester.get("/desk/request"))
    other = company.browse("change_manager")
    assert "Half a th" not in other.get(kept["Location"]).content.decode()
    stolen = other.post("/desk/request/draft", {"draft": draft, "version": "1", "title": "Mine"})
    assert stolen.status_code == 422
    requester.post("/desk/request", {**ASKED, "draft": draft, "version": "1"})
    assert len(requests_of(company)) == 1
    assert "Half a th" not in text_of(requester.get("/desk/request"))


def test_a_draft_saved_elsewhere_is_not_overwritten(company):
    requester = company.browse("requester")
    form = {"draft": hidden(requester.get("/desk/request"), "draft"), "version": "0"}
    requester.post("/desk/request/draft", {**form, "title": "First window"})
    stale = requester.post("/desk/request/draft", {**form, "title": "Second window"})
    assert stale.status_code == 409
    assert "saved from another window" in text_of(stale)
    assert "Second window" in stale.content.decode()  # what was typed is kept on the page
    by_script = requester.post(
        "/desk/request/draft", {**form, "title": "Third"}, headers={"HX-Request": "true"}
    )
    assert "saved from another window" in text_of(by_script)
    page = requester.get(f"/desk/request?draft={form['draft']}")
    assert 'value="First window"' in page.content.decode()


def test_drafts_are_bounded_and_can_be_discarded(company):
    requester = company.browse("requester")
    names = [f"{number:032x}" for number in range(MOST_DRAFTS + 1)]
    for name in names[:-1]:
        requester.post("/desk/request/draft", {"draft": name, "version": "0", "title": name})
    full = requester.post("/desk/request/draft", {"draft": names[-1], "version": "0", "title": "x"})
    assert full.status_code == 422
    assert f"you have {MOST_DRAFTS} drafts already" in text_of(full)
    requester.post("/desk/request/draft/discard", {"draft": names[0]})
    assert names[0] not in text_of(requester.get("/desk/request"))
    long = {"draft": names[1], "version": "1", "reason": "x" * 100_001}
    assert requester.post("/desk/request/draft", long).status_code == 422
    odd = {"draft": "../../etc", "version": "0", "title": "x"}
    assert requester.post("/desk/request/draft", odd).status_code == 422


def test_what_is_half_said_is_refused_beside_its_field(company):
    requester = company.browse("requester")
    for said, field, words in (
        ({"begins": "2030-01-01T10:00"}, "ends", "It is empty."),
        ({"begins": "soon", "ends": "later"}, "begins", "“soon” is no date and time."),
        ({"begins": "2030-01-02T10:00", "ends": "2030-01-01T10:00"}, "ends", "ends before"),
        ({"systems": ["(none)", SYSTEM]}, "systems", "says that there is none"),
        ({"item": "limit"}, "environment", "needs the item"),
        ({"data_classes": "none"}, "impact", "no data are affected"),
    ):
        reply = requester.post("/desk/request", {**ASKED, **said})
        assert reply.status_code == 422
        assert f'href="#{field}"' in reply.content.decode(), field
        assert words in text_of(reply)
    assert not requests_of(company)
