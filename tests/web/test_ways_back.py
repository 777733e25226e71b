"""Where something is recorded, its page says whether that can be undone, and how."""

import re

import pytest

from tests.web.conftest import Company
from tests.web.test_views import text_of

SAYS = re.compile(
    r"undo|taken? (it|each|them)? ?back|can be ended|end it earlier|can be (put|moved|refused)|"
    r"(corrects|until) (it|somebody|a second)|taken back"
)
ACTS = (
    "/desk/access/grant",
    "/cases/together",
    "/desk/absences",
    "/documents/new",
    "/desk/emergency",
    "/desk/freeze",
    "/desk/request",
    "/desk/waivers/new",
    "/desk/waivers/together/grant",
    "/desk/incident",
    "/people/add",
    "/people/groups",
    "/policy/propose",
)
"""Pages with one form each, by which something is recorded."""


@pytest.fixture
def everything(company: Company):
    return company.browse("administrator", "change_manager")


def test_each_form_says_whether_it_can_be_undone(company: Company, everything):
    person = company.user("requester").account
    pages = [*ACTS, f"/people/role?person={person}", f"/people/leave?person={person}"]
    for page in pages:
        reply = everything.get(page)
        assert reply.status_code == 200, page
        assert SAYS.search(text_of(reply)), page


def test_each_act_on_a_case_says_so(company: Company, everything):
    listed = everything.get("/cases").content.decode()
    case = re.search(r'href="(/cases/case:[^"]+)"', listed)[1]
    page = everything.get(case).content.decode()
    hints = re.findall(r'<summary>([^<]+)</summary><p class="hint">([^<]+)</p>', page)
    assert len(hints) >= 6
    assert [act for act, hint in hints if not re.search(r"undo|corrects|be ended", hint)] == []
