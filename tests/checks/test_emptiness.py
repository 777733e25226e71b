"""What a query needs before it can give a row: never more than it does need."""

import pytest
from sqlglot import exp, parse_one

from changeproof.checks.emptiness import needs

CASES = {
    "SELECT a.x FROM a": [["a"]],
    "SELECT a.x FROM a JOIN b ON b.x = a.x LEFT JOIN c ON c.x = a.x": [["a", "b"]],
    "SELECT a.x FROM a UNION ALL SELECT b.x FROM b JOIN c ON c.x = b.x": [["a"], ["b", "c"]],
    "SELECT COUNT(*) AS n FROM a": [[]],
    "SELECT a.x, COUNT(*) AS n FROM a GROUP BY a.x": [["a"]],
    "SELECT 1 AS x": [[]],
    "SELECT a.x FROM a CROSS JOIN (SELECT COUNT(*) AS n FROM b) AS c": [["a"]],
    "WITH w AS (SELECT b.x FROM b) SELECT a.x FROM a JOIN w ON w.x = a.x": [["a", "b"]],
    "SELECT a.x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x)": [["a", "b"]],
    "SELECT a.x FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.x = a.x)": [["a"]],
    "SELECT a.x FROM a WHERE a.x IN (SELECT b.x FROM b) OR a.y = 1": [["a"]],
    "SELECT a.x FROM a RIGHT JOIN b ON b.x = a.x": [[]],
    "SELECT s.subject FROM subject AS s WHERE s.kind = 'item'": [["subject:item"]],
    "SELECT s.subject FROM subject AS s WHERE s.kind = 'item' OR s.name = 'x'": [["subject"]],
    "SELECT s.subject FROM subject AS s WHERE s.kind IN ('item', 'system')": [
        ["subject:item"],
        ["subject:system"],
    ],
    "SELECT s.name FROM subject AS s LEFT JOIN a ON a.x = s.name AND s.kind = 'item'": [
        ["subject"]
    ],
    "SELECT a.x FROM a JOIN subject AS s ON s.name = a.x AND s.kind = 'item'": [
        ["a", "subject:item"]
    ],
    "SELECT a.x FROM a ANTI JOIN b ON b.x = a.x": [["a"]],
    "SELECT 1 AS x FROM a HAVING COUNT(*) = 0": [[]],
    "SELECT 1 AS x FROM a ORDER BY COUNT(*)": [[]],
    "SELECT MAX(a.x) OVER (PARTITION BY a.y) AS x FROM a": [["a"]],
}


@pytest.mark.parametrize("sql", CASES)
def test_what_is_needed(sql: str) -> None:
    query = parse_one(sql, read="duckdb")
    assert isinstance(query, exp.Query)
    assert needs(query) == CASES[sql]
