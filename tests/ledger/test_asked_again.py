"""What one reading asked is asked at once by the next, and answers nothing by itself."""

import pytest
from django.db import connection

from changeproof.ledger.asked_again import MOST_READINGS, AskedAgain
from changeproof.ledger.service import ledger
from changeproof.log.database import Question

ONE, TWO = Question("SELECT 1", (), 1), Question("SELECT ?", (2,), 1)


def at(moment: int) -> Question:
    return Question("SELECT ? AS moment", (moment,), 1)


def test_what_is_asked_each_time_stays_and_what_never_comes_again_is_left_to_itself() -> None:
    asked = AskedAgain()
    for moment in range(10):
        expected = asked.expected("/desk")
        read = [ONE, TWO, at(moment)]
        asked.learn(
            "/desk",
            "desk",
            [each for each in expected if each in read],
            [each for each in expected if each not in read],
            [each for each in read if each not in expected],
        )
    assert set(asked.expected("/desk")) == {ONE, TWO}
    assert asked.expected("/changes") == ()


def test_the_readings_that_are_remembered_have_an_end() -> None:
    asked = AskedAgain()
    for number in range(MOST_READINGS + 5):
        asked.learn(number, "change", (), (), [ONE])
    assert asked.expected(0) == ()
    assert asked.expected(MOST_READINGS + 4) == (ONE,)


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("SELECT value FROM json_each(?) ORDER BY value DESC", ("[1, 3, 2]",)),
        (
            "SELECT value FROM (SELECT value FROM json_each(?) LIMIT 9) AS a ORDER BY value",
            ("[2, 1]",),
        ),
        ("WITH a AS (SELECT ? AS x) SELECT x, x FROM a", (5,)),
        ("SELECT COUNT(*) FROM change", ()),
    ],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite's own functions")
def test_what_was_expected_answers_as_if_it_were_asked_by_itself(
    live_instance: object, sql: str, parameters: tuple[str | int, ...]
) -> None:
    database = ledger().database
    alone = database.execute(sql, parameters)
    with database.view():
        database.execute(sql, parameters)
        used, unused, beside = database.expectations()
    assert (used, unused, [each.sql for each in beside]) == ([], [], [sql])
    with database.view():
        database.expect([*beside, ONE])
        database.ask_together([TWO])
        assert database.execute(sql, parameters) == alone
        used, unused, beside = database.expectations()
    assert (used, unused, beside) == ([*used], [ONE], [])
    assert [each.sql for each in used] == [sql]
