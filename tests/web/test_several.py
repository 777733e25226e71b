"""Cases given and waivers asked for and granted, several at once: by form, API and command."""

import re
from typing import Any

from django.test import Client

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, operator
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import ledger, now
from changeproof.ledger.waivers import Waiver, WaiverRequest
from tests.site.test_authorization import browser, speaker
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company, deploy
from tests.web.test_views import text_of
from tests.web.test_waivers import PATCHES

DAY = 86_400_000_000


def cases_open() -> list[str]:
    return sorted(row.case_id for row in ledger().store.all(CaseFile))


def owners() -> set[str]:
    found = cases_of(ledger().store, ledger().store.all(CaseFile))
    return {each.owner.owner if each.owner else "" for each in found}


def somebody_else() -> User:
    return add_user("mia@example.com", "Mia", ["change_manager"], by=operator().account)


def told_by(client: Client, place: str, said: dict[str, object]) -> Any:
    return client.post(f"/api/together/{place}", said, content_type="application/json").json()


def form_of(reply) -> str:
    return re.search(r'name="form" value="([^"]+)"', reply.content.decode())[1]


def test_several_cases_are_given_to_somebody_once(company: Company):
    for number in (6, 7):
        pull, head = company.forge.open(number)
        deploy(company.forge, pull, company.forge.merge(pull, head, parent=company.merged))
    company.judge()
    manager = company.browse("change_manager")
    owner = somebody_else().account
    assert "Give several to somebody" in text_of(manager.get("/cases"))
    preview = manager.get("/cases/together?severity=critical&owner=nobody")
    page = preview.content.decode()
    offered = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert offered
    assert "checked" not in page  # nothing is chosen for anybody
    said = {"chosen": [*offered, "case:none"], "owner": owner, "form": form_of(preview)}
    assert manager.post("/cases/together", {**said, "owner": ""}).status_code == 422
    assert "none was chosen" in text_of(manager.post("/cases/together", {**said, "chosen": []}))
    size = ledger().log.size()
    done = text_of(manager.post("/cases/together", said))
    assert f"{len(offered)} decision" in done
    assert "not among those that can be chosen" in done
    assert ledger().log.size() == size + len(offered)
    manager.post("/cases/together", said)  # a double click
    assert ledger().log.size() == size + len(offered)
    assert owner in owners()
    listed = text_of(manager.get(f"/cases?owner={owner}"))
    assert "Mia" in listed
    assert "No case matches." in text_of(manager.get("/cases?severity=low"))
    reader = company.browse("requester")
    assert reader.get("/cases/together").status_code == 403
    assert reader.post("/cases/together", said).status_code == 403


def test_one_rule_is_set_aside_for_several_and_granted_by_another(company: Company):
    asker = company.browse("change_manager")
    other = browser(somebody_else())
    assert asker.get("/desk/waivers/together?check=cc8_1/none").status_code == 404
    told = text_of(asker.get(f"/desk/waivers/together?check={PATCHES}"))
    assert "Nothing here can be chosen." in told
    speak = speaker(company.user("change_manager"))
    wanted = {
        "check": PATCHES,
        "subjects": [f"system:{SYSTEM}", "organisation", "system:nowhere"],
        "begins_at": now(),
        "ends_at": now() + 9 * DAY,
        "reason": "The vendor is late.",
        "compensation": "The port is closed.",
    }
    asked = told_by(speak, "waiver-requests", wanted)
    assert asked["recorded"] == 2
    assert "nothing on record" in asked["items"][2]["why"]
    names = sorted(row.waiver for row in ledger().store.all(WaiverRequest))
    own = told_by(speak, "waiver-grants", {"waivers": names})
    assert own["recorded"] == 0
    assert "you asked for it" in text_of(asker.get("/desk/waivers/together/grant"))
    preview = other.get("/desk/waivers/together/grant")
    said = {"chosen": names, "form": form_of(preview)}
    assert asker.post("/desk/waivers/together/grant", said).status_code == 422
    assert ledger().store.all(Waiver) == []
    assert "2 decisions of 2 recorded" in text_of(other.post("/desk/waivers/together/grant", said))
    assert sorted(row.waiver for row in ledger().store.all(Waiver)) == names


def test_the_api_and_the_command_give_cases_by_the_same_checks(company: Company):
    names = cases_open()
    assert names
    manager = speaker(company.user("change_manager"))
    said = {"cases": [*names, "case:none"]}
    reader = speaker(company.user("requester"))
    refused = reader.post("/api/together/case-owners", said, content_type="application/json")
    assert refused.status_code == 403
    assert told_by(manager, "case-owners", said)["recorded"] == len(names)
    assert manager.get("/api/cases?owner=nobody").json()["items"] == []
    assert len(manager.get("/api/cases?severity=critical").json()["items"]) == len(names)


def test_what_the_caller_may_not_see_is_answered_like_what_is_not_there(company: Company):
    stranger = speaker(company.user("change_manager", system="elsewhere"))
    told = told_by(stranger, "case-owners", {"cases": [*cases_open(), "case:none"]})
    assert told["recorded"] == 0
    assert len({(each["why"], each["cure"]) for each in told["items"]}) == 1
    window = {"begins_at": now(), "ends_at": now() + DAY, "reason": "a", "compensation": "b"}
    wanted = {"check": PATCHES, "subjects": [f"system:{SYSTEM}", "system:none"], **window}
    items = told_by(stranger, "waiver-requests", wanted)["items"]
    assert len({(each["why"], each["cure"]) for each in items}) == 1
