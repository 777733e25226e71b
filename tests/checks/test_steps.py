"""A statement in steps gives what it gives at once."""

import duckdb
from sqlglot import parse_one

from changeproof.checks.steps import in_steps

STATEMENT = """
WITH one AS (SELECT x FROM told WHERE x > 1),
two AS (SELECT one.x, o.x AS y FROM one JOIN one AS o ON o.x >= one.x),
three AS (SELECT x FROM two UNION ALL SELECT y FROM two),
once AS (SELECT MAX(x) AS most FROM three)
SELECT two.x, two.y, once.most FROM two CROSS JOIN once
"""


def test_what_is_read_twice_is_computed_first() -> None:
    with duckdb.connect() as shell:
        shell.execute("CREATE TABLE told AS SELECT UNNEST([1, 2, 3]) AS x")
        at_once = sorted(shell.execute(STATEMENT).fetchall())
        steps, left = in_steps(parse_one(STATEMENT, read="duckdb"), "view")
        assert [step.name for step in steps] == ["view__one", "view__two"]
        for step in steps:
            shell.execute(f"CREATE TABLE {step.name} AS {step.query.sql('duckdb')}")
        assert sorted(shell.execute(left.sql("duckdb")).fetchall()) == at_once != []
