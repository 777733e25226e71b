"""What engines answer differently unless pinned: one query each, and the answer of all.

docs/engine-semantics.md tells them; `PINS` is its list, by the heading there.
"""

from typing import Any

T = "(SELECT 1 AS id, 'b' AS name UNION ALL SELECT 2, NULL UNION ALL SELECT 3, 'B') AS t"

PINS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "NULL in an order": (
        f"SELECT t.id, ROW_NUMBER() OVER (ORDER BY t.name, t.id) AS place FROM {T}",
        [(1, 2), (2, 3), (3, 1)],
    ),
    "NULL in a falling order": (
        f"SELECT t.id, ROW_NUMBER() OVER (ORDER BY t.name DESC, t.id) AS place FROM {T}",
        [(1, 1), (2, 3), (3, 2)],
    ),
    "NULL in a chain of texts": (
        "SELECT 'a' || t.name AS x FROM " + T,
        [("aB",), ("ab",), (None,)],
    ),
    "Whole parts without division": (
        "SELECT t.id, -7 - (-7) % 2 AS x, 7 % -4 AS y FROM " + T + " WHERE t.id = 1",
        [(1, -6, 3)],
    ),
    "Comparing texts": (
        "SELECT CASE WHEN 'B' < 'a' THEN 1 ELSE 0 END AS x,"
        " CASE WHEN 'é' > 'z' THEN 1 ELSE 0 END AS y, CASE WHEN 'a ' = 'a' THEN 1 ELSE 0 END AS z",
        [(1, 1, 0)],
    ),
    "Lower case": ("SELECT LOWER('ÉΑΣ Straße') AS x, LOWER('İ') AS y", [("éασ straße", "i")]),
    "Length counts characters": ("SELECT LENGTH('é…😀') AS x, LENGTH('') AS y", [(3, 0)]),
    "Parts of a text": (
        "SELECT SUBSTR('é…😀b', 2) AS x, SUBSTR('abc', 2, 5) AS y, SUBSTR('abc', 9) AS z",
        [("…😀b", "bc", "")],
    ),
    "Times are integers": (
        "SELECT utc(0) AS a, utc(1772805720999999) AS b, utc(-1) AS c",
        [("1970-01-01T00:00:00Z", "2026-03-06T14:02:00Z", "1969-12-31T23:59:59Z")],
    ),
    "An empty set": (
        "SELECT COUNT(t.id) AS a, MAX(t.id) AS b, SUM(t.id) AS c, STRING_AGG(t.name, ',') AS events"
        f" FROM {T} WHERE t.id > 9",
        [(0, None, None, None)],
    ),
    "Counting leaves NULL out": (
        f"SELECT COUNT(t.name) AS a, COUNT(DISTINCT LOWER(t.name)) AS b FROM {T}",
        [(2, 1)],
    ),
    "NOT IN and NULL": (f"SELECT t.id FROM {T} WHERE t.name NOT IN ('b')", [(3,)]),
    "A longer list and NULL": (
        "SELECT t.id, CASE WHEN t.name IN ('x', 'y', 'B') THEN 1 ELSE 0 END AS x,"
        " CASE WHEN t.name NOT IN ('x', 'y', 'z') THEN 1 ELSE 0 END AS y,"
        f" CASE WHEN (t.name IN ('x', 'y', 'z')) IS NULL THEN 1 ELSE 0 END AS z FROM {T}"
        " ORDER BY t.id",
        [(1, 0, 1, 0), (2, 0, 0, 1), (3, 1, 1, 0)],
    ),
    "Numbers as text": (
        "SELECT CAST(9000000000000000000 AS VARCHAR) AS x, CAST('42' AS BIGINT) + 1 AS y,"
        " 5 || '' AS z",
        [("9000000000000000000", 43, "5")],
    ),
    "Large numbers": (
        "SELECT 9000000000000000000 + 100000000000000000 AS x",
        [(9_100_000_000_000_000_000,)],
    ),
    "First and next of a group": (
        "SELECT t.id, LEAD(t.id) OVER (ORDER BY t.id) AS x,"
        f" FIRST_VALUE(t.id) OVER (ORDER BY t.id DESC) AS y FROM {T}",
        [(1, 2, 3), (2, 3, 3), (3, None, 3)],
    ),
    "DISTINCT keeps one NULL": (
        f"SELECT DISTINCT CASE WHEN t.id > 1 THEN NULL ELSE 1 END AS x FROM {T}",
        [(1,), (None,)],
    ),
}


def told(rows: list[Any]) -> list[tuple[Any, ...]]:
    """Rows in one order: a query without ORDER BY promises none."""
    return sorted((tuple(row) for row in rows), key=lambda row: repr(row))
