"""A statement without the pieces that can give nothing gives what the whole gives."""

import sqlite3
from itertools import product

import pytest
from sqlglot import parse_one

from changeproof.checks.loader import load_checks
from changeproof.checks.pruning import assembled, pieces

TAKEN_APART = [
    "SELECT a.x, b.y AS n, COALESCE(b.y, 'none') AS m FROM a LEFT JOIN b ON b.x = a.x",
    "SELECT a.x, b.y FROM a LEFT JOIN b ON b.x = a.x LEFT JOIN c ON c.x = b.y WHERE c.y IS NULL",
    "SELECT a.x AS n FROM a UNION ALL SELECT b.y FROM b UNION ALL SELECT c.y FROM c",
    "SELECT a.x AS n FROM a UNION SELECT b.y FROM b",
    "WITH w AS (SELECT a.x AS v FROM a), u AS (SELECT w.v FROM w JOIN b ON b.x = w.v)"
    " SELECT w.v AS n, 'w' AS k FROM w LEFT JOIN u ON u.v = w.v"
    " UNION ALL SELECT b.y, 'b' FROM b UNION ALL SELECT u.v, 'a' FROM u JOIN a ON a.x = u.v",
    "WITH v AS (SELECT a.x FROM a), w AS (SELECT v.x AS n FROM v WHERE v.x > 1)"
    " SELECT w.n FROM w UNION ALL SELECT COUNT(*) FROM v",
    "WITH v AS (SELECT a.x FROM a UNION ALL SELECT b.x FROM b) SELECT COUNT(*) AS n FROM v",
    "WITH v AS (SELECT a.x FROM a JOIN b ON b.x = a.x) SELECT c.x FROM c"
    " WHERE NOT EXISTS (SELECT 1 FROM v WHERE v.x = c.x) AND NOT c.y IN (SELECT v.x FROM v)",
    "WITH v AS (SELECT a.x FROM a) SELECT c.x, (SELECT MAX(v.x) FROM v) AS most FROM c",
    "WITH v AS (SELECT a.x FROM a) SELECT c.x FROM c UNION SELECT v.x FROM v",
    "SELECT a.x, COUNT(b.y) AS n, MAX(b.y) AS m FROM a LEFT JOIN b ON b.x = a.x"
    " GROUP BY a.x, b.x ORDER BY a.x, b.x",
    "SELECT a.x FROM a LEFT JOIN b ON b.x = a.x"
    " WHERE EXISTS (SELECT 1 FROM c LEFT JOIN a AS b ON b.x = c.x WHERE b.y = a.y)"
    " OR EXISTS (SELECT 1 FROM c WHERE c.y = b.y)",
    "SELECT a.x, q.n FROM a LEFT JOIN (SELECT b.x, COUNT(*) AS n FROM b GROUP BY b.x) AS q"
    " ON q.x = a.x",
    "SELECT a.x, ROW_NUMBER() OVER (PARTITION BY b.y ORDER BY a.x, b.x) AS place"
    " FROM a LEFT JOIN b ON b.x = a.x",
    "SELECT CASE WHEN b.x IS NULL THEN 'none' ELSE 'some' END AS said FROM a"
    " LEFT JOIN b ON b.x = a.x AND b.y IN (SELECT c.y FROM c)",
]
AS_IT_STANDS = [
    "SELECT x FROM a",  # whose column?
    "SELECT a.x FROM a LEFT JOIN b USING (x)",
    "SELECT a.x, b.y FROM a RIGHT JOIN b ON b.x = a.x",
    "SELECT a.x FROM a LEFT JOIN (WITH w AS (SELECT b.x FROM b) SELECT w.x FROM w) AS q"
    " ON q.x = a.x LEFT JOIN (WITH w AS (SELECT c.x FROM c) SELECT w.x FROM w) AS r ON r.x = a.x",
]
ROWS = [(1, 2), (2, 3), (3, 3)]


@pytest.mark.parametrize("sql", [*TAKEN_APART, *AS_IT_STANDS])
def test_whatever_is_empty_the_rows_are_those_of_the_whole(sql: str) -> None:
    tree = parse_one(sql, read="sqlite")
    taken = pieces(tree)
    assert bool(taken["needs"]) == (sql in TAKEN_APART)
    for held in product((False, True), repeat=3):
        full = {table for table, is_held in zip("abc", held, strict=True) if is_held}
        connection = sqlite3.connect(":memory:")
        for table in "abc":
            connection.execute(f"CREATE TABLE {table} (x, y)")
            if table in full:
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", ROWS)
        needs = enumerate(taken["needs"])
        met = {place for place, need in needs if any(full.issuperset(each) for each in need)}
        whole = connection.execute(tree.sql("sqlite"))
        expected = sorted(map(repr, whole))
        if expected:  # else it is not asked at all
            left = connection.execute(assembled(taken["text"], met))
            assert [each[0] for each in left.description] == [each[0] for each in whole.description]
            assert sorted(map(repr, left)) == expected


def test_every_shipped_statement_is_taken_apart_where_it_joins_what_may_be_missing() -> None:
    """A file that is not written so is asked as it stands, which costs and is not noticed."""
    checks = load_checks()
    for each in (*checks.views, *checks.checks):
        assert each.statement.pieces["needs"] or " LEFT JOIN " not in each.for_sqlite, each.sql


def test_a_change_with_one_piece_of_work_leaves_a_check_one_branch() -> None:
    taken = load_checks().check("cc8_1/08_approval").statement.pieces
    holding = {"work", "work_alone", "approval_state", "approval_test"}
    met = {
        place
        for place, need in enumerate(taken["needs"])
        if any(holding.issuperset(tables) for tables in need)
    }
    text = assembled(taken["text"], met)
    assert "work_alone" in text
    assert "work_label" not in text
