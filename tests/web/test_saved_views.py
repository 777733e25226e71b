"""Saved views: a name for filters, whose link outlives it."""

from tests.site.test_authorization import speaker
from tests.support.pull_requests import SYSTEM
from tests.web.conftest import Company
from tests.web.test_views import text_of

QUERY = "?verdict=deviation"


def test_a_view_is_ones_own_until_it_is_shared_and_its_link_outlives_it(company: Company):
    mine, other = company.browse("approver"), company.browse("auditor")
    size = company.forge.ledger.log.size()
    said = {"name": " My  deviations", "query": f"{QUERY}&unknown=1"}
    for _ in range(2):  # a double click
        reply = mine.post("/views/save", said, follow=True)
    page = text_of(reply)
    assert "“My deviations” is kept for you." in page
    assert page.count("My deviations Remove") == 1
    assert f'href="/changes{QUERY}" aria-current="page"' in reply.content.decode()
    assert "My deviations" not in text_of(other.get("/changes"))
    mine.post("/views/save", {**said, "shared": "on"})
    assert "My deviations shared by Approver" in text_of(other.get("/changes"))
    other.post("/views/remove", {"name": "My deviations", "query": QUERY})  # not theirs
    assert "My deviations" in text_of(mine.get("/changes"))
    gone = mine.post("/views/remove", {"name": "My deviations", "query": QUERY}, follow=True)
    assert "save them again" in text_of(gone)
    assert "My deviations" not in text_of(other.get("/changes"))
    assert "1 change of 3" in text_of(other.get(f"/changes{QUERY}"))
    assert company.forge.ledger.log.size() == size


def test_a_shared_view_gives_no_system_away(company: Company):
    company.browse("approver").post(
        "/views/save", {"name": "Ours", "query": f"?system={SYSTEM}", "shared": "on"}
    )
    elsewhere = company.browse("requester", system="elsewhere")
    assert "Ours" not in text_of(elsewhere.get("/changes"))
    assert "Ours" in text_of(company.browse("auditor").get("/changes"))
    there = speaker(company.user("requester", system="elsewhere"))
    assert there.get("/api/views").json()["items"] == []
    assert there.get("/api/view-changes?view=Ours").status_code == 404


def test_a_view_without_name_or_filter_is_refused_with_what_was_typed(company: Company):
    mine = company.browse("approver")
    for said in ({"name": "", "query": QUERY}, {"name": "x" * 61, "query": QUERY}):
        reply = mine.post("/views/save", said)
        assert reply.status_code == 422
        assert "The view was not saved." in text_of(reply)
        assert said["name"] in reply.content.decode()
    assert mine.post("/views/save", {"name": "All", "query": "?"}).status_code == 422


def test_what_a_view_shows_is_read_over_the_api(company: Company):
    asked = {"query": "?verdict=deviation&state=production", "name": "Ours", "shared": "on"}
    company.browse("change_manager").post("/views/save", asked)
    reader = speaker(company.user("requester"))
    [view] = reader.get("/api/views").json()["items"]
    assert (view["name"], view["is_shared"]) == ("Ours", True)
    shown = reader.get("/api/view-changes?view=Ours&limit=1").json()
    assert [each["id"] for each in shown["items"]] == [company.unreviewed]
    listed = text_of(company.browse("requester").get("/changes" + view["query"]))
    assert "1 change" in listed
    elsewhere = speaker(company.user("approver", system="elsewhere"))
    assert elsewhere.get("/api/view-changes?view=Ours").json()["items"] == []
    assert reader.get("/api/view-changes?view=Nobody%27s").status_code == 404
