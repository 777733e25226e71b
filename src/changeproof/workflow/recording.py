"""One act of one person on its way into the log: its time, its texts, its events."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from changeproof.events.event import Event, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.intake.writer import wake
from changeproof.ledger.service import Ledger, Submission, now

DESK = "desk"
door: ContextVar[str] = ContextVar("door", default=DESK)
"""By which door an act came in: what the log names as its collector."""
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the change, the log entry that holds it, and what to know of it."""

    change: str
    event: str
    entry: int
    occurred_at: int
    name: str = ""
    """What the act made, where it has a name of its own: an emergency, a window, a case."""
    note: str = ""


class Act:
    """Gathers what one act says; `record` appends it. Made by `acting`."""

    def __init__(self, ledger: Ledger, actor: str, story_time: int | None) -> None:
        self.ledger = ledger
        self.actor = actor
        self.at = now() if story_time is None else story_time
        # A story told again gives the same events.
        self.delivery = (
            uuid.uuid4().hex
            if story_time is None
            else sha256_hex(f"{actor} {story_time}".encode())[:32]
        )
        self._contents: list[bytes] = []

    @property
    def year(self) -> int:
        return datetime.fromtimestamp(self.at / 1_000_000, UTC).year

    @property
    def header(self) -> dict[str, Any]:
        """The fields that all events of this act share."""
        return {
            "source": DESK,
            "delivery": self.delivery,
            "occurred_at": self.at,
            "actor": self.actor,
        }

    def line(self, field: str, text: str | None) -> str:
        """A text of one line that must be there: its digest. Raises Refusal."""
        digest = self.keep(field, " ".join((text or "").split()), LONGEST_TITLE)
        if digest is None:
            raise _refused(field, "it is empty", f"Write a {field}.")
        return digest

    def needed(self, field: str, text: str | None, cure: str = "") -> str:
        """A text that must be there: its digest. Raises Refusal where it is empty."""
        digest = self.keep(field, text)
        if digest is None:
            raise _refused(field, "it is empty", cure or f"Write a {field}.")
        return digest

    def keep(self, field: str, text: str | None, longest: int = LONGEST_TEXT) -> str | None:
        """Put a text into the contents: its digest, None for an empty one. Raises Refusal."""
        tidy = (text or "").strip()
        if not tidy:
            return None
        if "\0" in tidy:
            raise _refused(field, "it holds a NUL", "Type it again.")
        if len(tidy) > longest:
            why = f"it has {len(tidy):,} characters; {longest:,} are taken"
            raise _refused(field, why, "Shorten it, and link to the rest.")
        try:
            body = tidy.encode()
        except UnicodeEncodeError as error:
            raise _refused(field, "it is no valid Unicode", "Type it again.") from error
        self._contents.append(body)
        return sha256_hex(body)

    def body(self, body: bytes) -> str:
        """Put bytes into the contents as they are: their digest."""
        self._contents.append(body)
        return sha256_hex(body)

    def record(self, change: str, *events: Event, name: str = "", note: str = "") -> Done:
        """Append the events, durable when the surrounding transaction ends."""
        received_at = self.at if self.ledger.instance.demonstration else None
        self.ledger.record([Submission(events, self._contents, door.get(), received_at)])
        event = self.ledger.ids(events[:1])[0]
        position = self.ledger.log.position_of(event)
        return Done(change, event, position or 0, self.at, name, note)


@contextmanager
def acting(ledger: Ledger, actor: str, at: int | None = None) -> Iterator[Act]:
    """One act under the writer's lock, so that the rules it was tested against still hold.

    `at` is a story's time: only a demonstration instance takes one. Raises Refusal elsewhere.
    """
    if at is not None and not ledger.instance.demonstration:
        raise Refusal(
            "The act was not recorded.",
            where="at",
            why="an act happens when it is recorded; only a demonstration tells of other times",
            cure="Leave the time out.",
        )
    with ledger.writing():
        yield Act(ledger, actor, at)
    wake()


def _refused(field: str, why: str, cure: str) -> Refusal:
    return Refusal("The act was not recorded.", where=field, why=why, cure=cure)
