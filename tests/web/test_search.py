"""Search over everything: by what a change is found, where it says so, and to whom."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import psycopg
import pytest

from changeproof.accounts.seats import Sight
from changeproof.events.decisions import ChangeCommented
from changeproof.ledger.search_index import (
    index_again,
    index_some,
    index_waiting,
    waiting_to_be_indexed,
)
from changeproof.ledger.search_words import matching, words_of
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from changeproof.web.pages.change_filter import Filter
from changeproof.web.readings.changes_reading import read_changes_page
from tests.support.pull_requests import REVIEWER, SYSTEM, WRITER
from tests.web.conftest import Company
from tests.web.test_views import text_of


def indexed() -> tuple[list[tuple[object, ...]], ...]:
    """All that the index says."""
    database = ledger().database
    return tuple(
        sorted(database.execute(sql))
        for sql in (
            "SELECT subject, field, body FROM search_text",
            "SELECT subject, account FROM search_person",
        )
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("pull req", "Found in title: Pull request 2"),
        ("WANDA", "Found in people: Wanda Writer"),
        ("#2", "1 change of 3"),
        (SYSTEM, "Found in system: "),
        ("independent approvals", "Found in a finding: "),
        ("08_approval", "cc8_1/08_approval"),
        ("rita", "a part in 2 changes"),
        ("ull request", "No change matches"),
        ('"*) OR NEAR(', "Search"),
        ("'; \x00 %_\\", "Search"),
    ],
)
def test_a_word_finds_what_holds_it_and_says_where(company: Company, asked: str, said: str):
    assert said in text_of(company.browse("auditor").get("/search", {"text": asked}))


def test_a_revision_is_found_by_its_beginning(company: Company):
    said = text_of(company.browse("auditor").get("/search", {"text": company.merged[:9]}))
    assert "1 change of 3" in said
    assert "Pull request 1" in said


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"verdict": "deviation", "text": "pull"}, 1),
        ({"state": "before"}, 1),
        ({"state": "production", "kind": "software"}, 2),
        ({"kind": "emergency"}, 0),
        ({"person": REVIEWER}, 2),
        ({"person": "wanda"}, 3),
        ({"person": "nobody at all"}, 0),
        ({"last_day": "1999-01-01"}, 0),
        ({"first_day": "2020-01-01"}, 3),
        ({"first_day": "no day", "state": "none", "kind": "none"}, 3),
    ],
)
def test_filters_stand_in_the_address_of_the_search_and_of_the_list(
    company: Company, asked: dict[str, str], number: int
):
    auditor = company.browse("auditor")
    assert auditor.get("/changes", asked).context["page"].total == number
    assert auditor.get("/search", asked).context["page"].changes.total == number


def test_a_word_that_stands_everywhere_finds_the_same_from_the_other_side(
    company: Company, monkeypatch: pytest.MonkeyPatch
):
    auditor = company.browse("auditor")
    texts = ("pull", "pull request 2", "wanda", "pull wanda", SYSTEM, "nothing", company.merged[:9])

    def found() -> list[tuple[list[str], int]]:
        pages = [auditor.get("/changes", {"text": text}).context["page"] for text in texts]
        return [([row.id for row in page.rows], page.total) for page in pages]

    rare = found()
    assert {total for _, total in rare} == {0, 1, 2, 3}
    for common in (0, 2):  # each word is common, some are
        monkeypatch.setattr("changeproof.ledger.search_words.COMMON", common)
        assert found() == rare


@pytest.mark.usefixtures("company")
def test_what_is_not_counted_to_the_end_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("changeproof.web.readings.changes_reading._COUNTED", 1)
    monkeypatch.setattr("changeproof.web.pages.changes_page.PER_PAGE", 1)
    page = read_changes_page(ledger(), Filter(text="pull"), 1, Sight(None), 1)
    assert (page.total, page.is_more, page.matching) == (1, True, "More than 1 change")
    assert page.next_query
    last = read_changes_page(ledger(), Filter(text="pull"), 3, Sight(None), 1)
    assert (last.total, last.is_more, last.next_query) == (3, False, "")


def test_nothing_of_another_system_is_found(company: Company):
    other = company.browse("requester", system="elsewhere")
    for asked in ("pull", SYSTEM, "wanda", company.merged[:9], "independent"):
        page = other.get("/search", {"text": asked}).context["page"]
        assert page.changes.total == page.changes.population == 0
        assert {group.title for group in page.groups} <= {"Checks"}
    own = company.browse("approver", system=SYSTEM).get("/search", {"text": "wanda"})
    assert [group.title for group in own.context["page"].groups] == ["People"]


def test_the_index_follows_the_record_and_equals_one_made_anew(company: Company):
    held, auditor = company.forge.ledger, company.browse("auditor")
    company.forge.say(
        ChangeCommented,
        WRITER,
        change=company.proposed,
        text=company.forge.text("Wärmepumpe first, then the rest"),
    )
    judge_waiting(held)
    assert "to be indexed anew" in text_of(auditor.get("/search", {"text": "pull"}))
    index_waiting(held)
    assert "Found in comments: Wärmepumpe" in text_of(
        auditor.get("/search", {"text": "warmepumpe"})
    )
    followed = indexed()
    assert followed[0]
    held.database.execute("UPDATE search_text SET body = 'another' WHERE field = 'title'")
    assert index_again(held) >= 3
    assert indexed() == followed
    held.database.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")
    held.rebuild()
    assert waiting_to_be_indexed(held) >= 3
    company.judge()
    assert indexed() == followed
    assert index_some(held) == 0


def test_what_is_no_change_any_more_is_not_found(company: Company):
    held = company.forge.ledger
    held.database.execute("INSERT INTO search_waiting (subject) VALUES ('gone')")
    held.database.execute(
        "INSERT INTO search_text (subject, field, body) VALUES ('gone', 'title', 'vanished')"
    )
    assert index_some(held) == 1
    assert "vanished" not in {row[2] for row in indexed()[0]}


TEXTS = {
    "a": "TAR-318: Raise the rate_limit of payments/api",
    "b": "Heat pump: tariffs for 2026-11 (#12)",
    "c": "raised twice; it's O'Neil's \\ %s ? :* & | !",
}


ASKED = (
    ("tar-318", "a"),
    ("rais", "ac"),
    ("limit API", "a"),
    ("tar", "ab"),
    ("o'neil", "c"),
    ("2026 heat", "b"),
    ("heat rais", ""),
    ("mit", ""),
)


def test_both_databases_find_the_same(instance: object, postgresql_database: Callable[[], str]):
    here = ledger().database
    rows = list(TEXTS.items())
    insert = "INSERT INTO search_text (subject, field, body) VALUES ({}, 'title', {})"
    here.executemany(insert.format("?", "?"), rows)
    migration = import_module("changeproof.ledger.migrations.0004_search")
    with psycopg.connect(postgresql_database(), autocommit=True) as there:
        there.execute("CREATE TABLE search_text (subject text, field text, body text)")
        for statement in migration.POSTGRESQL:
            there.execute(statement)
        there.cursor().executemany(insert.format("%s", "%s"), rows)
        for asked, found in ASKED:
            sql, parameters = matching(here, words_of(asked))
            assert sorted(row[0] for row in here.execute(sql, parameters)) == [*found], asked
            sql, parameters = matching(SimpleNamespace(dialect="postgresql"), words_of(asked))
            matched = there.execute(sql.replace("?", "%s"), parameters).fetchall()
            assert sorted(row[0] for row in matched) == [*found], asked
