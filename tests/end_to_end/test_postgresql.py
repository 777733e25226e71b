"""The same history on PostgreSQL and on SQLite gives the same bytes, on both engines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.histories import rebuilt
from tests.support.typed import typed

KEEP = Path(__file__).parents[2] / "var" / "histories"
AS_OF = ["--as-of", "2026-11-01"]


def changeproof(data: Path, *words: str, database: str = "") -> str:
    said = {"CHANGEPROOF_PSEUDONYM_KEY": "cd" * 32, "CHANGEPROOF_DATABASE_URL": database}
    done = typed(data.parent, *words, "--data", str(data), said=said)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(300)
def test_both_databases_and_both_engines_agree(
    shared: Path, tmp_path: Path, postgresql_database: Callable[[], str]
) -> None:
    history = str(rebuilt(shared, "golang-crypto", KEEP))
    here, there = tmp_path / "sqlite", tmp_path / "postgresql"
    changeproof(here, "init")
    changeproof(there, "init", database=postgresql_database())
    for data in (here, there):
        changeproof(data, "import", "git", history, "--system", "crypto")
        assert changeproof(data, "verify").startswith("Sound")
    told = changeproof(here, "changes", "--json", *AS_OF)
    assert told.count("\n") == 1_348
    assert changeproof(there, "changes", "--json", *AS_OF) == told
    judged = changeproof(here, "evaluate", "--json", *AS_OF)
    assert changeproof(here, "evaluate", "--json", "--engine", "duckdb", *AS_OF) == judged
