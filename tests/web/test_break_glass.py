"""The glass: an administrator for hours, made on the host, told to all, looked at by another."""

import pytest

from changeproof.accounts.people import operator
from changeproof.accounts.permissions import roles_of
from changeproof.alerts.models import Outgoing
from changeproof.alerts.persons import choose, send_to_persons
from changeproof.events.refusal import Refusal
from changeproof.ledger.break_glass import BreakGlassReview, BreakGlassUse
from changeproof.ledger.service import ledger, now
from changeproof.workflow.break_glass import LONGEST, BreakGlass, break_glass
from changeproof.workflow.rulings import DECISIONS
from tests.site.test_authorization import browser
from tests.web.test_views import text_of

HOUR = 3600 * 1_000_000


@pytest.fixture
def used(company):
    """The use, and who signs in by it; two administrators are there, one wants no mail."""
    first = company.user("administrator")
    other = company.user("administrator", "requester")
    choose(other, "none", now())
    done, user = break_glass(ledger(), operator().account, BreakGlass("Nobody can get in", HOUR))
    return done.name, user, first, other


def test_all_administrators_are_told_at_once_whatever_they_chose(company, used):
    name, _, first, other = used
    told = Outgoing.objects.filter(kind="break_glass", case_id=f"break_glass:{name}")
    assert {row.recipient for row in told} >= {first.account, other.account}
    assert {(row.rhythm, row.next_at <= now()) for row in told} == {("at_once", True)}


def test_it_administers_for_its_time_and_decides_nothing(company, used):
    _, user, *_ = used
    assert roles_of(user.account) == {"administrator"}
    assert roles_of(user.account, now() + HOUR + 1) == frozenset()
    reader = browser(user)
    assert reader.get("/seats").status_code == 200
    size = ledger().log.size()
    for decision in DECISIONS:
        path = f"/desk/{company.proposed}?act={decision.verb}"
        reply = reader.post(path, {"verdict": "approved", "reason": "now"})
        assert reply.status_code in (403, 422), decision.verb
    assert ledger().log.size() == size


def test_it_stands_on_its_page_until_somebody_else_looked_at_it(company, used):
    name, user, first, _ = used
    said = {"use": name, "outcome": "justified", "reason": "The provider was down; I read the log."}
    assert "Nobody can get in" in text_of(browser(first).get("/break-glass"))
    own = browser(user).post("/break-glass", said)
    assert (own.status_code, "nobody reviews their own use" in text_of(own)) == (403, True)
    assert browser(operator()).post("/break-glass", said).status_code == 403  # it broke the glass
    assert company.browse("auditor").post("/break-glass", said).status_code == 403
    assert browser(first).post("/break-glass", {**said, "outcome": ""}).status_code == 422
    assert ledger().store.all(BreakGlassReview) == []
    done = browser(first).post("/break-glass", said, follow=True)
    assert "No use waits for a review." in text_of(done)
    assert browser(first).post("/break-glass", said).status_code == 422


def test_a_second_use_does_not_review_the_first(company, used):
    name, *_ = used
    _, second = break_glass(ledger(), operator().account, BreakGlass("Again", HOUR))
    said = {"use": name, "outcome": "justified", "reason": "Fine."}
    assert browser(second).post("/break-glass", said).status_code == 403


@pytest.mark.parametrize(("reason", "lasts"), [("", HOUR), ("why", 0), ("why", LONGEST + 1)])
def test_it_needs_a_reason_and_an_end(instance, reason, lasts):
    with pytest.raises(Refusal):
        break_glass(ledger(), operator().account, BreakGlass(reason, lasts))
    assert ledger().store.all(BreakGlassUse) == []
    assert send_to_persons(ledger()) == 0
