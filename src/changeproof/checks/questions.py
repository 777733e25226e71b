"""What an engine asks SQLite, and which of it can have an answer by the tables that hold rows.

Tables and views are bits of one number, since this is asked two hundred times a change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_

from changeproof.checks.loader import View
from changeproof.checks.pruning import Piece, assembled
from changeproof.checks.statement import Statement

Masks = tuple[int, ...]
"""Sets of tables: unless all of one set hold a row, a query gives none."""


_ANSWERS = 1000
"""Kept for each question: the tables that hold rows come in as many combinations."""


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
class Patience:
    """How often a question is asked as it stands before it is asked without the pieces that can
    give nothing, and for how many sets of them at most: to plan such a text costs as much as some
    hundred answers, and is kept."""

    times: int
    texts: int


class Question:
    """What fills in the rows of one statement, as it stands: `whole`."""

    def __init__(self, whole: str, needs: Masks) -> None:
        self.whole = whole
        self._needs = needs
        self._pieces: list[Piece] = []
        self._pieces_need: tuple[Masks, ...] = ()
        self._into: Callable[[str], str] = str
        self._patience = Patience(0, 0)
        self._reads = reduce(or_, needs, 0)
        self._answers: dict[int, str | None] = {}
        self._asked: dict[frozenset[int], int] = {}
        self._texts: dict[frozenset[int], str] = {}

    @classmethod
    def of(
        cls, statement: Statement, bits: Bits, into: Callable[[str], str], patience: Patience
    ) -> "Question":
        """`into` makes of a query the statement that keeps its rows."""
        question = cls(into(statement.for_sqlite), bits.masks(statement.needs))
        taken = statement.pieces
        question._pieces = taken["text"]
        question._pieces_need = tuple(bits.masks(need) for need in taken["needs"])
        question._into, question._patience = into, patience
        question._reads = reduce(or_, chain(question._needs, *question._pieces_need), 0)
        return question

    def may_answer(self, holding: int) -> bool:
        """Whether anything can come while the tables of `holding` have rows."""
        return 0 in map((~holding).__and__, self._needs)

    def asked(self, holding: int) -> str | None:
        """What to ask while the tables of `holding` have rows; None where nothing can come."""
        known = self._answers.get(holding & self._reads, "")
        return self._weighed(holding & self._reads) if known == "" else known

    def _weighed(self, holding: int) -> str | None:
        missing = ~holding
        answer: str | None = None
        if self.may_answer(holding):
            met = frozenset(
                place
                for place, need in enumerate(self._pieces_need)
                if 0 in map(missing.__and__, need)
            )
            answer = self._text(met)
            if answer is None:
                return self.whole
        if len(self._answers) >= _ANSWERS:
            self._answers.clear()
        self._answers[holding] = answer
        return answer

    def _text(self, met: frozenset[int]) -> str | None:
        """The text without what rests on other needs; None as long as it is not worth planning."""
        if len(met) == len(self._pieces_need):
            return self.whole
        text = self._texts.get(met)
        if text is None and len(self._texts) >= self._patience.texts:
            return self.whole
        if text is None:
            times = self._asked[met] = self._asked.get(met, 0) + 1
            if times > self._patience.times:
                text = self._texts[met] = self._into(assembled(self._pieces, met))
        return text


@dataclass(frozen=True, slots=True)
class Filling:
    """How a view's table is emptied and filled."""

    name: str
    bit: int
    emptied: str
    question: Question

    @classmethod
    def of(cls, view: View, bits: Bits, patience: Patience) -> "Filling":
        """As `view` says."""
        name = view.name
        question = Question.of(view.statement, bits, f"INSERT INTO {name} ".__add__, patience)
        return cls(name, bits.of(name), f"DELETE FROM {name}", question)
