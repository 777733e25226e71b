"""Numbers in words: plurals, thousands, lists, and rates that never stand without their numbers."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import ngettext

_IRREGULAR = {
    "access": "accesses",
    "entry": "entries",
    "policy": "policies",
    "delivery": "deliveries",
    "person": "persons",
    "vulnerability": "vulnerabilities",
    "is": "are",
    "waits": "wait",
    "has": "have",
    "needs": "need",
    "was": "were",
}


def thousands(number: int) -> str:
    """`1,288`."""
    return f"{number:,}"


def plural(number: int, word: str) -> str:
    """The word alone, in the form that the number asks for."""
    return ngettext(word, _IRREGULAR.get(word, f"{word}s"), number)


def count(number: int, word: str) -> str:
    """`1 deviation`, `1,288 changes`."""
    return f"{thousands(number)} {plural(number, word)}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def percent(part: int, whole: int) -> str:
    """`99.4 %`, cut, never rounded up: 100.0 % means all of them. Empty where there is none."""
    if whole == 0:
        return ""
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_DOWN)
    return f"{share} %"
