"""The parts of a UNION ALL, asked one by one, give what the whole gives."""

import sqlite3

import pytest
from sqlglot import exp, parse_one

from changeproof.checks.branches import branches
from changeproof.checks.loader import load_checks

APART = {
    "SELECT a.x AS n FROM a UNION ALL SELECT b.y FROM b": 2,
    "WITH w AS (SELECT a.x AS v FROM a) SELECT w.v AS n, 'w' AS k FROM w"
    " UNION ALL SELECT b.y, 'b' FROM b UNION ALL SELECT w.v, 'a' FROM w JOIN a ON a.x = w.v": 3,
    "WITH v AS (SELECT a.x FROM a), w AS (SELECT v.x AS n FROM v WHERE v.x > 1)"
    " SELECT w.n FROM w UNION ALL SELECT COUNT(*) FROM v": 2,
    "SELECT a.x FROM a UNION SELECT b.y FROM b": 0,
    "SELECT a.x FROM a UNION ALL SELECT b.y FROM b UNION SELECT b.x FROM b": 0,
    "SELECT a.x FROM a": 0,
}


@pytest.mark.parametrize("sql", APART)
def test_together_they_give_the_rows_of_the_whole(sql: str) -> None:
    connection = sqlite3.connect(":memory:")
    for table, rows in {"a": [(1, 2), (2, 3)], "b": [(1, 5), (7, 7)]}.items():
        connection.execute(f"CREATE TABLE {table} (x, y)")
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    query = parse_one(sql, read="duckdb")
    assert isinstance(query, exp.Query)
    parts = [connection.execute(part.sql("sqlite")) for part in branches(query)]
    assert len(parts) == APART[sql]
    whole = connection.execute(query.sql("sqlite"))
    for part in parts:
        assert [each[0] for each in part.description] == [each[0] for each in whole.description]
    if parts:
        assert sorted(row for part in parts for row in part) == sorted(whole)


def test_a_change_with_one_piece_of_work_leaves_a_check_one_branch() -> None:
    branches = load_checks().check("cc8_1/08_approval").statement.branches
    assert [any("work_label" in each for each in needs) for _, needs in branches] == [True, False]
