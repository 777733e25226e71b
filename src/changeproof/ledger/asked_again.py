"""What a page asked of the database when it was last read, to be asked at once the next time.

A page reads with a dozen small questions, mostly the same each time. Nobody writes them down: what
one reading had to ask by itself, the next one asks in the statement that it begins with. Answers
are never kept, only questions; one that is not needed after all costs its own time, and is dropped.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable

from changeproof.log.database import Question

MOST_READINGS = 300
"""Addresses whose questions are known, those that were read last."""
MOST_QUESTIONS = 150
"""Of one reading: SQLite joins no more than 500 at once."""
_LONGEST = 20_000
"""Characters of a question's parameters: longer lists are seldom the same twice."""
_TWICE = 2
"""As often a question disappoints on one kind of page until it is left to itself there."""
_MOST_DOUBTS = 5_000


class AskedAgain:
    """The questions of the last readings, shared by every thread and every reader."""

    def __init__(self) -> None:
        self._readings: OrderedDict[Hashable, dict[Question, None]] = OrderedDict()
        self._doubts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def expected(self, reading: Hashable) -> tuple[Question, ...]:
        """What it will ask, if it asks what it asked."""
        with self._lock:
            return tuple(self._readings.get(reading, ()))

    def learn(
        self,
        reading: Hashable,
        kind: str,
        used: Collection[Question],
        unused: Collection[Question],
        alone: Collection[Question],
    ) -> None:
        """Of what was expected, this was `used` and that `unused`; the rest it asked `alone`.

        Readings of one `kind` share what disappoints: a moment among the parameters makes another
        question of it each time.
        """
        with self._lock:
            known = self._readings.pop(reading, {})
            for question in unused:
                known.pop(question, None)
                self._doubts[kind, question.sql] = self._doubts.get((kind, question.sql), 0) + 1
            for question in used:
                self._doubts.pop((kind, question.sql), None)
            for question in alone:
                if len(known) < MOST_QUESTIONS and self._is_promising(kind, question):
                    known[question] = None
            self._readings[reading] = known
            while len(self._readings) > MOST_READINGS:
                self._readings.popitem(last=False)
            if len(self._doubts) > _MOST_DOUBTS:
                self._doubts.clear()

    def _is_promising(self, kind: str, question: Question) -> bool:
        length = sum(len(each) for each in question.parameters if isinstance(each, str | bytes))
        return length <= _LONGEST and self._doubts.get((kind, question.sql), 0) < _TWICE
