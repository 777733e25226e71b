"""Every table as CSV: what the page says, in a form that no spreadsheet runs."""

import csv
import io
from datetime import datetime

import pytest

from changeproof.accounts.names import remember_names
from changeproof.verifier.tabular import csv_rows
from tests.support.pull_requests import WRITER
from tests.web.conftest import Company
from tests.web.test_views import PAGES, text_of


def rows_of(reply) -> list[list[str]]:
    assert reply["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(reply.content.decode())))


def test_the_list_of_changes_is_a_file_under_the_same_filters(company: Company):
    auditor = company.browse("auditor")
    heading, *rows = rows_of(auditor.get("/changes", {"format": "csv", "zone": "Asia/Tokyo"}))
    assert heading[-2:] == ["In production (UTC)", "In production (Asia/Tokyo)"]
    assert len(rows) == 3
    deployed = [row for row in rows if row[-1]]
    assert len(deployed) == 2
    for row in deployed:
        assert datetime.fromisoformat(row[-2]) == datetime.fromisoformat(row[-1])
        assert (row[-2][-1], row[-1][-6:]) == ("Z", "+09:00")
    asked = {"format": "csv", "verdict": "deviation", "zone": "../no/zone"}
    assert len(rows_of(auditor.get("/changes", asked))) == 2
    other = company.browse("requester", system="elsewhere")
    assert other.get("/changes", {"format": "csv"}).status_code == 404


def test_every_page_with_a_table_offers_each_as_a_file(company: Company):
    auditor = company.browse("auditor")
    for path in (*PAGES, f"/changes/{company.sound}"):
        page = auditor.get(path)
        tables = page.content.count(b"<table")
        assert page.content.count(b"data-csv") == tables, path
        for number in range(1, tables + 1):
            rows = rows_of(auditor.get(path, {"format": "csv", "table": str(number)}))
            assert len(rows) >= 1, path
        beyond = auditor.get(path, {"format": "csv", "table": str(tables + 1)})
        assert beyond.status_code == 404, path


def test_a_name_that_is_a_formula_is_text(company: Company):
    remember_names({WRITER: "=HYPERLINK(1)"})
    rows = rows_of(company.browse("auditor").get("/changes", {"format": "csv"}))
    assert "'=HYPERLINK(1)" in {cell for row in rows for cell in row}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(begin: str):
    (row,) = csv.reader(io.StringIO(csv_rows([[f"{begin}1", "a,b"]]).decode(), newline=""))
    assert row == [f"'{begin}1", "a,b"]


def test_too_many_for_one_file_is_said(company: Company, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("changeproof.web.views.changes.MOST_IN_A_FILE", 2)
    reply = company.browse("auditor").get("/changes", {"format": "csv"})
    assert reply.status_code == 422
    assert "3 changes match, and one file holds 2 at most" in text_of(reply)
