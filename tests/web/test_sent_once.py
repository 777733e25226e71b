"""A double click does one thing, whichever form it hits; what was refused may be sent again."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from changeproof.ledger.service import ledger
from changeproof.web.sent_once import SentOnce
from changeproof.web.views.incidents import incident_record
from tests.web.test_views import text_of

INCIDENT = {"system": "payments", "severity": "high"}
AWAY = {"begins": "2030-01-01", "until": "2030-01-02"}


def token_of(reply):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', reply.content.decode())[1]


@pytest.mark.parametrize(
    ("role", "page", "said"),
    [
        ("change_manager", "/desk/incident", INCIDENT),
        ("change_manager", "/desk/absences", AWAY),
        ("change_manager", "/desk/{proposed}?act=comment", {"verdict": "comment", "reason": "Hm"}),
    ],
)
def test_a_form_is_recorded_once_and_both_clicks_are_told_so(company, role, page, said):
    browser, path = company.browse(role), page.format(proposed=company.proposed)
    form = {**said, "csrfmiddlewaretoken": token_of(browser.get(path))}
    size = ledger().log.size()
    first, second = (browser.post(path, form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302), first.content
    assert first["Location"] == second["Location"]
    assert f"entry {size:,} of the log" in text_of(browser.get(second["Location"]))
    assert ledger().log.size() == size + 1
    fresh = {**form, "csrfmiddlewaretoken": token_of(browser.get(path))}
    assert browser.post(path, fresh).status_code == 302
    assert ledger().log.size() == size + 2  # meant twice, done twice


def test_it_is_nobody_elses_form_and_a_refused_one_is_tried_again(company):
    manager, other = company.browse("change_manager"), company.browse("approver")
    path, size = "/desk/incident", ledger().log.size()
    token = token_of(manager.get(path))
    form = {**INCIDENT, "csrfmiddlewaretoken": token, "severity": ""}
    assert [manager.post(path, form).status_code for _ in range(2)] == [422, 422]
    assert manager.post(path, {**form, **INCIDENT}).status_code == 302
    assert other.post(path, {**form, **INCIDENT}).status_code == 403
    assert ledger().log.size() == size + 1


def test_of_two_clicks_at_once_the_second_waits_for_the_first(instance):
    """Their threads meet in the middleware itself, with no server between."""
    entered, let_go, done = threading.Event(), threading.Event(), []

    class Somebody:
        pk, is_authenticated = 7, True

    def view(request):
        held = once.process_view(request, incident_record, (), {})
        if held is not None:
            return held
        entered.set()
        assert let_go.wait(10)
        done.append(request)
        return HttpResponseRedirect("/incidents") if len(done) == 1 else HttpResponse("again")

    once = SentOnce(view)

    def click():
        request = RequestFactory().post("/desk/incident", {"csrfmiddlewaretoken": "t", "a": "b"})
        request.user = Somebody()
        return once(request)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(click)
        assert entered.wait(10)
        second = pool.submit(click)
        let_go.set()
        assert {first.result(10)["Location"], second.result(10)["Location"]} == {"/incidents"}
    assert len(done) == 1
