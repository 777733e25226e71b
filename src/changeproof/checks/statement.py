"""The one SELECT of a file, and what follows from its text: kept on disk between processes.

Parsing a hundred and fifty files and carrying them to the engines costs seconds, which every
command would pay. What follows from a text depends on that text, this code and SQLGlot alone, so
it is kept beside the byte code that Python keeps, under a name made of the two latter, and is made
again when it is not there. The cache is as trusted as the byte code next to it.
"""

import contextlib
import importlib.util
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from changeproof.events.event import sha256_hex

if TYPE_CHECKING:
    from sqlglot import exp

_HERE = Path(__file__).parent
_DEPENDS_ON = (
    *("statement.py", "contract.py", "dialects.py", "front_matter.py", "emptiness.py"),
    "pruning.py",
)


class Statement:
    """What `text` reads, gives and is on each engine. `file` is for messages alone."""

    def __init__(self, text: str, file: str, what: str = "The check was not loaded.") -> None:
        self.text = text
        self.file = file
        self._what = what

    @cached_property
    def parsed(self) -> "exp.Query":
        """The syntax tree. Raises Refusal with file and line."""
        # Loading the parser takes a tenth of a second, which nobody pays who needs no tree.
        from changeproof.checks import contract

        return contract.parsed(self.text, self.file, self._what)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that it gives, in order."""
        return tuple(self._kept("columns"))

    @property
    def tables(self) -> frozenset[str]:
        """The tables and views that it reads, without its own WITH parts."""
        return frozenset(self._kept("tables"))

    @property
    def columns_named(self) -> frozenset[str]:
        """Every column name that occurs in it: what must be there, and perhaps more."""
        return frozenset(self._kept("columns_named"))

    @property
    def reads_as_of(self) -> bool:
        """Whether it depends on the moment of judging."""
        return bool(self._kept("reads_as_of"))

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Sets of tables: unless all of one set hold a row, it gives none (`emptiness`)."""
        return tuple(tuple(each) for each in self._kept("needs"))

    def may_give_rows(self, holding: frozenset[str] | set[str]) -> bool:
        """Whether it may, while only these tables and views, and `subject:KIND`, hold any."""
        return any(holding.issuperset(tables) for tables in self.needs)

    @property
    def pieces(self) -> dict[str, Any]:
        """For SQLite, what may be left out while some tables are empty (`pruning`)."""
        return dict(self._kept("pieces"))

    @property
    def for_sqlite(self) -> str:
        return str(self._kept("sqlite"))

    @property
    def for_duckdb(self) -> str:
        return str(self._kept("duckdb"))

    @property
    def for_spark(self) -> str:
        return str(self._kept("spark"))

    def complete(self) -> None:
        """Make everything that follows from the text now, unless it is kept."""
        kept(self.text, "statement", self._follows)

    def _kept(self, name: str) -> Any:
        return kept(self.text, "statement", self._follows)[name]

    def _follows(self) -> dict[str, Any]:
        from changeproof.checks import contract, dialects, emptiness, pruning

        tree = self.parsed
        return {
            "columns": list(contract.columns_out(tree)),
            "tables": sorted(contract.tables_read(tree)),
            "columns_named": sorted(contract.columns_named(tree)),
            "reads_as_of": contract.reads_as_of(tree),
            "needs": emptiness.needs(tree),
            "pieces": pruning.pieces(dialects.carried_to_sqlite(tree)),
            "sqlite": dialects.for_sqlite(tree),
            "duckdb": dialects.for_duckdb(tree),
            "spark": dialects.for_spark(tree),
        }


def kept(text: str, what: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `make` gives for `text`, from the cache where it is there. Only what JSON can hold."""
    cache = _cache()
    key = f"{what}:{sha256_hex(text.encode())}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = cache[key] = make()
        _made.add(key)
    return found


def keep(statements: Iterable[Statement]) -> None:
    """Write the cache if anything of these was not in it; other texts than theirs go.

    Where the folder cannot be written, the next process makes it again, as with byte code.
    """
    kept_here = list(statements)
    for statement in kept_here:
        statement.complete()  # what is made after this call would be made in every process
    if not _made:
        return
    digests = {sha256_hex(statement.text.encode()) for statement in kept_here}
    wanted = {key: said for key, said in _cache().items() if key.partition(":")[2] in digests}
    path = _path()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(wanted, file)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    _made.clear()


_made: set[str] = set()


@lru_cache(maxsize=1)
def _cache() -> dict[str, dict[str, Any]]:
    try:
        held = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


@lru_cache(maxsize=1)
def _path() -> Path:
    code = "".join((_HERE / name).read_text("utf-8") for name in _DEPENDS_ON)
    tag = sha256_hex(f"{version('sqlglot')}\n{code}".encode())[:16]
    return Path(importlib.util.cache_from_source(__file__)).parent / f"statements.{tag}.json"
