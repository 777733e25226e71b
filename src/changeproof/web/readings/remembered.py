"""What follows from the record alone is read once, and again when the record has changed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from changeproof.ledger.asked_again import AskedAgain
from changeproof.ledger.connection import VERSION, VERSIONS
from changeproof.ledger.service import Ledger
from changeproof.log.database import Question

Read = TypeVar("Read")

STATE = Question(
    "SELECT (SELECT MAX(as_of) FROM subject_judged), (SELECT COUNT(*) FROM subject_judged),"
    " (SELECT root FROM log_checkpoint ORDER BY size DESC LIMIT 1)",
    (),
    3,
)
"""What `Remembered` asks before each of its answers."""


class Remembered(Generic[Read]):
    """The last `most` answers to one question, each with the state of the record it was read in.

    Only for what depends on nothing else: no clock, no text that may be erased. What is given
    back is shared by every reader, so nobody may change it. Twenty people who ask at once after
    something new wait for the first one's answer instead of each reading it; who asks for what is
    known, or for something else, waits for nobody.

    `tables`: the evidence tables that the answer is read from, and no other; what is written
    elsewhere leaves it as it is. None: anything may matter.
    """

    def __init__(self, most: int, tables: Iterable[str] | None = None) -> None:
        self._most = most
        self._tables = None if tables is None else [VERSION + each for each in sorted(tables)]
        self._answers: dict[Hashable, Read] = {}
        self._lock = Lock()
        self._reading: dict[Hashable, Lock] = {}
        self._asked = AskedAgain()

    def get(self, held: Ledger, asked: Hashable, read: Callable[[], Read]) -> Read:
        """The answer to `asked`, a key that names everything but the record."""
        state = state_of(held) if self._tables is None else _versions(held, self._tables)
        key = (state, asked)
        with self._lock:
            if key in self._answers:
                return self._answers[key]
            reading = self._reading.setdefault(key, Lock())
        with reading:
            with self._lock:
                if key in self._answers:
                    return self._answers[key]
            try:
                answer = self._read(held, asked, read)
            except BaseException:
                with self._lock:
                    self._reading.pop(key, None)
                raise
            with self._lock:
                while len(self._answers) >= self._most:
                    self._answers.pop(next(iter(self._answers)))
                self._answers[key] = answer
                self._reading.pop(key, None)
            return answer

    def _read(self, held: Ledger, asked: Hashable, read: Callable[[], Read]) -> Read:
        """What it asked the last time is asked at once, and by this reading alone: a page that
        expected it would ask it again each time that the answer is known."""
        database = held.database
        with database.apart(self._asked.expected(asked)):
            answer = read()
            self._asked.learn(asked, "", *database.expectations())
        return answer


def _versions(held: Ledger, tables: Sequence[str]) -> Hashable:
    known = dict(held.database.execute(VERSIONS.sql))
    return (str(held.instance.directory), *(known.get(each) for each in tables))


def state_of(held: Ledger) -> tuple[Hashable, ...]:
    """Another value after every entry and every judgement. The root says what the log holds, where
    its size would be the same after a batch that was rolled back and another's."""
    judged, number, root = held.database.execute(STATE.sql)[0]
    place = str(held.instance.directory)
    return (place, judged, number, bytes(root) if root is not None else b"")
