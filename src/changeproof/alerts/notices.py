"""What is to be told, before anybody knows to whom."""

from dataclasses import dataclass
from typing import Literal

from changeproof.events.event import sha256_hex

Kind = Literal[
    "case",
    "finding",
    "quarantine",
    "escalation",
    "emergency",
    "break_glass",
    "due",
    "week",
    "alert_path",
    "test",
    "needs_you",
]
"""`case`: somebody must resolve it; `finding`: a verdict became a deviation, or a sign was raised;
`quarantine`: deliveries that could not be read; `escalation`: something is late; `emergency`:
one was declared; `break_glass`: an administrator was made on the host; `due`: what ends or falls
due soon; `week`: what the week was; `alert_path`: a channel is dead, said by another;
`needs_you`: a decision waits for a person."""

Rhythm = Literal["at_once", "daily", "weekly"]

ROUTED: tuple[Kind, ...] = (
    "case",
    "finding",
    "quarantine",
    "escalation",
    "emergency",
    "break_glass",
    "due",
    "week",
)
"""The kinds that routes tell apart; a test goes to the channel that is tested."""
SEVERITIES = ("low", "medium", "high", "critical")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `case` names it, so that it waits once; `subject` is the change, or a
    sentence where it is about none."""

    kind: Kind
    case: str
    subject: str
    system: str = ""
    check: str = ""
    severity: str = ""


def named(*parts: str) -> str:
    """A name of at most 500 characters: a long one keeps its beginning and a digest."""
    whole = ":".join(parts)
    return whole if len(whole) <= _LONGEST else f"{whole[:400]}:{sha256_hex(whole.encode())}"
