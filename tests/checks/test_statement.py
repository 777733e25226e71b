"""What is kept of a check's text between processes is what its text says now."""

import os
import subprocess
import sys
from pathlib import Path

from changeproof.checks import contract, dialects
from changeproof.checks.loader import load_checks
from changeproof.checks.statement import Statement


def test_what_is_kept_follows_from_the_text() -> None:
    loaded = load_checks()
    for each in (*loaded.checks, *loaded.views):
        held, tree = each.statement, contract.parsed(each.sql, "again")
        assert held.for_sqlite == dialects.for_sqlite(tree)
        assert held.for_duckdb == dialects.for_duckdb(tree)
        assert held.columns == contract.columns_out(tree)
        assert held.tables == contract.tables_read(tree)
        assert held.reads_as_of == contract.reads_as_of(tree)


def test_another_text_is_another_statement() -> None:
    one, other = Statement("SELECT a FROM change", "x"), Statement("SELECT b FROM change", "x")
    assert (one.columns, other.columns) == (("a",), ("b",))
    assert one.for_sqlite != other.for_sqlite


ASK = """
import sys
from changeproof.checks.loader import load_checks
loaded = load_checks()
for each in (*loaded.checks, *loaded.views):
    assert each.for_sqlite and each.for_duckdb and each.for_spark and each.statement.needs
print("sqlglot" in sys.modules)
"""


def test_a_second_process_parses_nothing(tmp_path: Path) -> None:
    own = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    parsed = [
        subprocess.run(
            [sys.executable, "-c", ASK], env=own, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert parsed == ["True", "False"]
