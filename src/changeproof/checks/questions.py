"""What an engine asks SQLite, and which of it can have an answer by the tables that hold rows.

Tables and views are bits of one number, since this is asked two hundred times a change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from changeproof.checks.loader import View
from changeproof.checks.statement import Statement

Masks = tuple[int, ...]
"""Sets of tables: unless all of one set hold a row, a query gives none."""


class Bits:
    """A bit for each name."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    def of(self, name: str) -> int:
        """The bit of a table, a view or a kind of subject."""
        bit = self._bits.get(name)
        if bit is None:
            bit = self._bits[name] = 1 << len(self._bits)
        return bit

    def masks(self, needs: Iterable[Iterable[str]]) -> Masks:
        """Each set as one number."""
        return tuple(reduce(or_, map(self.of, tables), 0) for tables in needs)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement, what it needs, and the same of its branches, each of them alone."""

    whole: str
    needs: Masks
    branches: tuple[tuple[str, Masks], ...] = ()

    @classmethod
    def of(cls, statement: Statement, bits: Bits, into: Callable[[str], str]) -> "Question":
        """`into` makes of a query the statement that keeps its rows."""
        branches = tuple((into(text), bits.masks(needed)) for text, needed in statement.branches)
        return cls(into(statement.for_sqlite), bits.masks(statement.needs), branches)

    def asked(self, holding: int) -> str | None:
        """What to ask while the tables of `holding` have rows; None where nothing can come."""
        missing = ~holding
        if 0 not in map(missing.__and__, self.needs):
            return None
        if self.branches:
            alive = [text for text, needs in self.branches if 0 in map(missing.__and__, needs)]
            if len(alive) == 1:
                return alive[0]
        return self.whole


@dataclass(frozen=True, slots=True)
class Filling:
    """How a view's table is emptied and filled."""

    name: str
    bit: int
    emptied: str
    question: Question

    @classmethod
    def of(cls, view: View, bits: Bits) -> "Filling":
        """As `view` says."""
        name = view.name
        question = Question.of(view.statement, bits, f"INSERT INTO {name} ".__add__)
        return cls(name, bits.of(name), f"DELETE FROM {name}", question)
