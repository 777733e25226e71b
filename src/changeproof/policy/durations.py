"""Lengths of time as a policy writes them: "60 minutes", "24 hours", "5 days".

A day is 24 hours, whatever the calendar says: a deadline is then the same instant for everybody
who computes it. Business days need a calendar and are refused by name until there is one.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from changeproof.events.refusal import Refusal

MICROSECONDS = {
    "second": 1_000_000,
    "minute": 60 * 1_000_000,
    "hour": 3_600 * 1_000_000,
    "day": 86_400 * 1_000_000,
    "week": 7 * 86_400 * 1_000_000,
}
LONGEST = 3_660 * MICROSECONDS["day"]
"""Ten years: added to any time of an event it stays an integer that every engine holds."""

_WRITTEN = re.compile(r"([0-9]{1,9}) +([A-Za-z]+(?: +[A-Za-z]+)*)", re.ASCII)
_EXAMPLE = 'Write a number and a unit, such as "60 minutes", "24 hours" or "5 days".'


@dataclass(frozen=True, slots=True)
class Duration:
    """`amount` of a `unit` ("minute", …), kept as it was written so that pages can say it so."""

    amount: int
    unit: str

    @property
    def microseconds(self) -> int:
        return self.amount * MICROSECONDS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


def parse_duration(text: str) -> Duration:
    """The length of time that `text` states. Raises Refusal naming what it is not, and the cure."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        shown = f'"{text.strip()[:60]}" is' if text.strip() else "this is"
        raise _refusal(f"{shown} no length of time", _EXAMPLE)
    amount, unit = int(written[1]), written[2].lower()
    if unit.startswith("business"):
        raise _refusal(
            f'"{text.strip()}" counts business days; policy holds no calendar for them yet',
            'Write the longest time this may be in plain days: "7 days" for 5 business days.',
        )
    singular = unit.removesuffix("s")
    if singular not in MICROSECONDS:
        raise _refusal(f'"{unit}" is no unit of time here', _nearest_unit(amount, singular))
    if amount * MICROSECONDS[singular] > LONGEST:
        raise _refusal(f'"{text.strip()}" is longer than ten years', "Write a shorter time.")
    return Duration(amount, singular)


def _nearest_unit(amount: int, unit: str) -> str:
    near = get_close_matches(unit, MICROSECONDS, n=1)
    if near:
        return f'Did you mean "{Duration(amount, near[0])}"?'
    return "Use seconds, minutes, hours, days or weeks."


def _refusal(why: str, cure: str) -> Refusal:
    return Refusal("The length of time was not understood.", why=why, cure=cure)
