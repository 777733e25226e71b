"""Lengths of time as a policy writes them: "60 minutes", "24 hours", "5 days", "3 business days".

A day is 24 hours, whatever the calendar says: a deadline is then the same instant for everybody
who computes it. Business hours and days run only while the policy's calendar is open
(`calendar.py`); a business day is as many hours as one of its days is open.
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
BUSINESS_UNITS = ("business hour", "business day")
LONGEST = 3_660 * MICROSECONDS["day"]
"""Ten years: added to any time of an event it stays an integer that every engine holds."""
LONGEST_BUSINESS = 366
"""Business days: a calendar of few years holds them. In hours, eight times as many."""

_WRITTEN = re.compile(r"([0-9]{1,9}) +([A-Za-z]+(?: +[A-Za-z]+)*)", re.ASCII)
_EXAMPLE = 'Write a number and a unit, such as "60 minutes", "24 hours" or "5 days".'


@dataclass(frozen=True, slots=True)
class Duration:
    """`amount` of a `unit` ("minute", …), kept as it was written so that pages can say it so."""

    amount: int
    unit: str

    @property
    def is_business(self) -> bool:
        """Whether it runs only while the calendar is open."""
        return self.unit in BUSINESS_UNITS

    @property
    def microseconds(self) -> int:
        """Its length where time runs on; of business time, the plain rendering's."""
        plain = self.plain
        return plain.amount * MICROSECONDS[plain.unit]

    @property
    def plain(self) -> "Duration":
        """The same in plain time: business time becomes whole days, with their weekends."""
        if not self.is_business:
            return self
        days = self.amount if self.unit == "business day" else -(-self.amount // 8)
        return Duration(days + 2 * -(-days // 5), "day")

    def open_microseconds(self, of_a_day: int) -> int | None:
        """The open time that must pass, where a day is open for `of_a_day`; None for plain time."""
        if not self.is_business:
            return None
        return self.amount * (of_a_day if self.unit == "business day" else MICROSECONDS["hour"])

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


def parse_duration(text: str) -> Duration:
    """The length of time that `text` states. Raises Refusal naming what it is not, and the cure."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        shown = f'"{text.strip()[:60]}" is' if text.strip() else "this is"
        raise _refusal(f"{shown} no length of time", _EXAMPLE)
    amount, unit = int(written[1]), " ".join(written[2].lower().split())
    singular = unit.removesuffix("s")
    if singular in BUSINESS_UNITS:
        return _business(text, amount, singular)
    if singular not in MICROSECONDS:
        raise _refusal(f'"{unit}" is no unit of time here', _nearest_unit(amount, singular))
    if amount * MICROSECONDS[singular] > LONGEST:
        raise _refusal(f'"{text.strip()}" is longer than ten years', "Write a shorter time.")
    return Duration(amount, singular)


def _business(text: str, amount: int, unit: str) -> Duration:
    if amount > LONGEST_BUSINESS * (8 if unit == "business hour" else 1):
        why = f'"{text.strip()}" is longer than {LONGEST_BUSINESS} business days'
        raise _refusal(why, 'Write a shorter time, or plain days such as "730 days".')
    if amount == 0:
        raise _refusal(f'"{text.strip()}" is no time at all', 'Write "0 days".')
    return Duration(amount, unit)


def _nearest_unit(amount: int, unit: str) -> str:
    near = get_close_matches(unit, (*MICROSECONDS, *BUSINESS_UNITS), n=1)
    if near:
        return f'Did you mean "{Duration(amount, near[0])}"?'
    return "Use seconds, minutes, hours, days, weeks, business hours or business days."


def _refusal(why: str, cure: str) -> Refusal:
    return Refusal("The length of time was not understood.", why=why, cure=cure)
