"""Verdicts as people see them: a glyph, a word, an edge and a colour (STYLE.md section 5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from changeproof.web.times import short_day

# The order of urgency, everywhere: what needs an eye stands first.
URGENCY = (
    "deviation",
    "not_verifiable",
    "pending",
    "raised",
    "met",
    "clear",
    "not_applicable",
)

WORDS = {
    "deviation": gettext_noop("Deviation"),
    "not_verifiable": gettext_noop("Not verifiable"),
    "pending": gettext_noop("Pending"),
    "met": gettext_noop("Met"),
    "not_applicable": gettext_noop("Not applicable"),
    "raised": gettext_noop("Raised"),
    "clear": gettext_noop("Clear"),
}

BASIS_WORDS = {
    "direct": "",
    "compensating": gettext_noop("compensating"),
    "template": gettext_noop("by template"),
    "late_declared": gettext_noop("declared late"),
    "waived": gettext_noop("waived"),
}

_GLYPHS = {
    "deviation": "cross",
    "not_verifiable": "question",
    "pending": "quarter",
    "met": "tick",
    "not_applicable": "dash",
    "raised": "flag",
    "clear": "tick",
}


@dataclass(frozen=True)
class State:
    """One verdict, ready for `_state.html`; `count` is printed bold behind the word."""

    verdict: str
    text: str
    count: int | None = None

    @property
    def kind(self) -> str:
        """The class of the stylesheet."""
        return self.verdict.replace("_", "-")

    @property
    def glyph(self) -> str:
        return _GLYPHS[self.verdict]

    @property
    def is_quiet(self) -> bool:
        """Met, clear and not applicable never shout."""
        return self.verdict in {"met", "clear", "not_applicable"}


def state(
    verdict: str, *, basis: str = "direct", due: int | None = None, count: int | None = None
) -> State:
    """The state of a finding: `Met, compensating`, `Pending, due 24 Mar`.

    `due` is in UTC microseconds and only pending shows it. A verdict or basis outside the
    vocabulary raises KeyError: it is a mistake of ours, not something to print.
    """
    text = gettext(WORDS[verdict])
    if verdict == "met" and BASIS_WORDS[basis]:
        text += f", {gettext(BASIS_WORDS[basis])}"
    if verdict == "pending" and due is not None:
        text += gettext(", due %(day)s") % {"day": short_day(due)}
    return State(verdict, text, count)


def urgency(verdict: str) -> int:
    """A sort key: the most urgent is smallest."""
    return URGENCY.index(verdict)


def most_urgent(verdicts: Iterable[str]) -> str | None:
    """The verdict of the whole, or None where there is nothing to judge."""
    return min(verdicts, key=urgency, default=None)
