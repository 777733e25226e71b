"""One text, two engines: the DuckDB text of a check as SQLite understands it.

`utc(t)` is ours: a time in UTC microseconds as `2026-03-06T14:02:00Z`. DuckDB gets it as a
macro, SQLite as an expression of its own.
"""

from sqlglot import exp, parse_one

DUCKDB_PRELUDE = (
    "CREATE MACRO utc(moment) AS strftime(make_timestamp(moment), '%Y-%m-%dT%H:%M:%SZ')"
)
"""Whoever runs a check in the DuckDB shell runs this first."""

_SQLITE_UTC = (
    "STRFTIME('%Y-%m-%dT%H:%M:%SZ',"
    " ({moment} - (({moment}) % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')"
)


def for_sqlite(statement: exp.Query) -> str:
    """The text for SQLite 3.40; `:as_of` stays a parameter."""
    return statement.transform(_utc_in_sqlite).sql(dialect="sqlite")


def for_duckdb(statement: exp.Query) -> str:
    """The text for DuckDB; `at_moment` writes the moment of judging in."""
    return statement.sql(dialect="duckdb")


def at_moment(text: str, as_of: int) -> str:
    """The DuckDB text with `:as_of` as a number, so that it runs as it stands."""
    return text.replace("$as_of", str(as_of))


def _utc_in_sqlite(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "UTC":
        moment = node.expressions[0].transform(_utc_in_sqlite).sql(dialect="sqlite")
        return parse_one(_SQLITE_UTC.format(moment=moment), read="sqlite")
    return node
