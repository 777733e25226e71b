"""What is typed into an address or a form may be of any length and any day."""

import pytest

from tests.web.test_views import text_of

MANY = "9" * 5_000


@pytest.mark.parametrize(
    "path", [f"/entries?before={MANY}", f"/changes?page={MANY}", f"/entries/{'9' * 30}"]
)
def test_a_number_beyond_all_numbers_is_no_page(company, path):
    reply = company.browse("auditor").get(path)
    assert reply.status_code == 404
    assert "There is no such page" in text_of(reply)


def test_words_for_numbers_begin_at_the_beginning(company):
    auditor = company.browse("auditor")
    assert auditor.get("/entries?before=x").status_code == 200
    assert auditor.get("/changes?page=x").status_code == 200
    assert auditor.get("/changes?page=0").status_code == 200


@pytest.mark.parametrize("last", ["9999-12-31", "9" * 5_000])
def test_a_pack_ends_before_the_calendar_does(company, last):
    period = {"first_day": "2026-01-01", "last_day": last}
    reply = company.browse("auditor").post("/audits/pack", period)
    assert reply.status_code == 422
    assert "The pack was not made." in text_of(reply)


def test_an_emergency_does_not_last_for_ever(company):
    said = {"reason": "Down", "system": "payments", "minutes": MANY}
    reply = company.browse("change_manager").post("/desk/emergency", said)
    assert reply.status_code == 422
    assert "is no number of minutes" in text_of(reply)
