"""A payload on the left, the events that it would give on the right."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands


@dataclass(frozen=True)
class KindChoice:
    """A kind as the field offers it."""

    name: str
    title: str


@dataclass(frozen=True)
class TryingPage:
    """`trying.html`. `events` are type and fields, as JSON for people."""

    kinds: tuple[KindChoice, ...]
    kind: str
    event: str
    payload: str
    outcome: str
    reason: str
    events: tuple[tuple[str, str], ...]
    refusal: Refusal | None

    @property
    def sentence(self) -> str:
        """What would become of it."""
        if self.outcome == "quarantined":
            return gettext("It would be kept in quarantine: %(reason)s.") % {"reason": self.reason}
        if self.outcome == "ignored":
            return gettext("It would be counted and read no further: %(reason)s.") % {
                "reason": self.reason
            }
        if self.outcome:
            return ngettext(
                "%(number)s event would be recorded.",
                "%(number)s events would be recorded.",
                len(self.events),
            ) % {"number": thousands(len(self.events))}
        return gettext(
            "Choose a kind, paste a payload: nothing is recorded, and nothing of it is kept."
        )
