"""A finding's reason in its parts: `What happened. Why: … Cure: …`."""

import re
from dataclasses import dataclass
from datetime import datetime

from changeproof.web.times import MICROSECONDS

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_STAYS = ("; the deviation stays on record", ". The deviation stays on record")


@dataclass(frozen=True)
class Reason:
    """What was found, why it matters, what would cure it; the last two may be empty."""

    what: str
    why: str = ""
    cure: str = ""

    @property
    def to_do(self) -> str:
        """The cure as something to do, without what stays whatever is done."""
        text = self.cure.rstrip(".")
        for stays in _STAYS:
            text = text.removesuffix(stays)
        return text[:1].upper() + text[1:]


def parted(text: str) -> Reason:
    """The parts of a reason as checks write it."""
    rest, _, cure = text.partition(" Cure: ")
    what, _, why = rest.partition(" Why: ")
    return Reason(what.strip(), why.strip(), cure.strip())


def due_of(reason: str, looked_at_again: int | None) -> int | None:
    """Until when what is pending waits, as its reason says; None where it names no time.

    A subject is looked at again (microseconds) as soon as time may change any of its findings,
    which is at the latest when this one falls due, and often before.
    """
    if looked_at_again is None:
        return None
    first = looked_at_again - looked_at_again % MICROSECONDS
    times = (
        int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) * MICROSECONDS
        for text in _TIME.findall(reason)
    )
    return min((at for at in times if at >= first), default=None)
