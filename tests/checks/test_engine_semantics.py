"""Where engines differ, all give the pinned answer (Spark: tests/spark).

The list is docs/engine-semantics.md.
"""

import sqlite3
from pathlib import Path

import duckdb
import pytest

from changeproof.checks.contract import parsed
from changeproof.checks.dialects import DUCKDB_PRELUDE, for_duckdb, for_sqlite
from changeproof.checks.sqlite_tables import lower
from changeproof.events.refusal import Refusal
from tests.checks.test_loader import GOOD, HEAD, load
from tests.support.engine_pins import PINS, told

DOCUMENT = Path(__file__).parents[2] / "docs" / "engine-semantics.md"


@pytest.mark.parametrize("name", PINS)
def test_sqlite_and_duckdb_answer_as_pinned(name: str) -> None:
    text, expected = PINS[name]
    statement = parsed(text, name)
    sqlite = sqlite3.connect(":memory:")
    sqlite.create_function("lower", 1, lower, deterministic=True)
    assert told(sqlite.execute(for_sqlite(statement)).fetchall()) == told(expected)
    with duckdb.connect() as shell:
        shell.execute(DUCKDB_PRELUDE)
        assert told(shell.execute(for_duckdb(statement)).fetchall()) == told(expected)


def test_the_document_names_each_pin() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert [name for name in PINS if name not in text] == []


def test_a_number_that_is_too_large_is_an_error_or_no_whole_number() -> None:
    with duckdb.connect() as shell, pytest.raises(duckdb.OutOfRangeException):
        shell.execute("SELECT x + 1 FROM (SELECT 9223372036854775807::BIGINT AS x)").fetchall()
    (found,) = sqlite3.connect(":memory:").execute("SELECT 9223372036854775807 + 1").fetchone()
    assert isinstance(found, float)  # why no check adds to a time that it made up itself


WITH_ROWS = "ROW_NUMBER() OVER (PARTITION BY c.system{}) = 1"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (
            GOOD + "JOIN revision AS r ON c.change_id <> ''",
            "every row meets every row of r",
        ),
        (GOOD + "CROSS JOIN revision AS r", "every row meets every row of r"),
        (GOOD + ", revision AS r", "every row meets every row of r"),
        (GOOD.replace("c.title IS NULL", WITH_ROWS.format("")), "has no order"),
        (
            GOOD.replace("c.title IS NULL", WITH_ROWS.format(" ORDER BY c.opened_at")),
            "which two rows may share",
        ),
        (
            GOOD.replace("'No title. Why: x. Cure: y.'", "STRING_AGG(c.title, ', ')"),
            "texts in any order",
        ),
        (GOOD.replace("SELECT", "SELECT DISTINCT ON (c.system)"), "DISTINCT ON"),
        (GOOD.replace("'direct'", "c.title IS NULL"), "true on one engine"),
        (GOOD.replace("c.title IS NULL", "SUBSTR(c.title, 0, 2) = 'a'"), "SUBSTR"),
        (
            GOOD + "WHERE EXISTS (SELECT 1 FROM revision AS r WHERE r.author = c.requested_by"
            " AND EXISTS (SELECT 1 FROM approval AS a WHERE a.account = c.requested_by))",
            "two levels out",
        ),
    ],
)
def test_what_would_be_left_to_chance_is_refused(tmp_path: Path, broken: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(tmp_path, HEAD + broken)
    assert why in refused.value.why
    assert refused.value.cure
    assert "line " in refused.value.where
