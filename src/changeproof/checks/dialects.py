"""One text, three engines: the DuckDB text of a check as SQLite and Spark understand it.

`utc(t)` is ours: a time in UTC microseconds as `2026-03-06T14:02:00Z`. DuckDB gets it as a
macro, the others as an expression of their own. What else differs, and how it is pinned, is in
docs/engine-semantics.md.
"""

from sqlglot import exp, parse_one

DUCKDB_PRELUDE = (
    "CREATE MACRO utc(moment) AS strftime(make_timestamp(moment), '%Y-%m-%dT%H:%M:%SZ')"
)
"""Whoever runs a check in the DuckDB shell runs this first."""

_COMPARED = 12
"""Texts that are compared one by one, for a batch as for one change."""

_SQLITE_UTC = (
    "STRFTIME('%Y-%m-%dT%H:%M:%SZ',"
    " ({moment} - (({moment}) % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')"
)


def for_sqlite(statement: exp.Query) -> str:
    """The text for SQLite 3.40; `:as_of` stays a parameter."""
    return carried_to_sqlite(statement).sql(dialect="sqlite")


def carried_to_sqlite(statement: exp.Query) -> exp.Expr:
    """The tree of that text."""
    carried = statement.transform(_utc_in_sqlite)
    for node in list(carried.find_all(exp.In)):
        _in_pairs(node)
    return carried


def for_duckdb(statement: exp.Query) -> str:
    """The text for DuckDB; `at_moment` writes the moment of judging in."""
    return statement.sql(dialect="duckdb")


def for_spark(statement: exp.Query) -> str:
    """The text for Spark SQL 4; `:as_of` stays a parameter."""
    carried = statement.copy()
    for node in reversed(list(carried.bfs())):  # what is inside first
        other = _in_spark(node)
        if other is not node:
            node.replace(other)
    return carried.sql(dialect="spark")


def at_moment(text: str, as_of: int) -> str:
    """The DuckDB text with `:as_of` as a number, so that it runs as it stands."""
    return text.replace("$as_of", str(as_of))


def spark_at_moment(text: str, as_of: int) -> str:
    """The Spark text with `:as_of` as a number. Spark's own parameters would do, but not in
    every place where a number may stand."""
    return text.replace(":as_of", f"{as_of}L")


_SPARK_LOWER = "ARRAY_JOIN(TRANSFORM(SPLIT(x, ''), c -> SUBSTRING(LOWER(c), 1, 1)), '')"
"""Letter by letter: as a whole, Spark lowers a Greek sigma by where it stands in its word."""


def _in_spark(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "UTC":
        moment = exp.Anonymous(this="TIMESTAMP_MICROS", expressions=node.expressions)
        form = exp.Literal.string("yyyy-MM-dd'T'HH:mm:ss'Z'")
        return exp.Anonymous(this="DATE_FORMAT", expressions=[moment, form])
    if isinstance(node, exp.Lower):
        lowered = parse_one(_SPARK_LOWER, read="spark")
        next(each for each in lowered.find_all(exp.Column) if each.name == "x").replace(node.this)
        return lowered
    return node


def _in_pairs(node: exp.In) -> None:
    """`a IN (x, y, z)` as `(a IN (x, y) OR a IN (z))`: of more than two texts SQLite makes a table
    each time the statement runs, which for one change costs more than to compare them."""
    values = node.expressions
    if not 2 < len(values) <= _COMPARED or not all(isinstance(v, exp.Literal) for v in values):
        return
    pairs = [values[place : place + 2] for place in range(0, len(values), 2)]
    node.replace(exp.paren(exp.or_(*(exp.In(this=node.this, expressions=pair) for pair in pairs))))


def _utc_in_sqlite(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "UTC":
        moment = node.expressions[0].transform(_utc_in_sqlite).sql(dialect="sqlite")
        return parse_one(_SQLITE_UTC.format(moment=moment), read="sqlite")
    return node
