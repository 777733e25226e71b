"""What a viewer asks of a list of changes, as it stands in the address."""

from dataclasses import dataclass

from changeproof.web.states import WORDS
from changeproof.workflow.change_filter import ChangeFilter

ORIGINS = (
    ("requested", "Requested"),
    ("reviewed", "Reviewed"),
    ("claimed", "Claimed by message text"),
    ("detected", "Detected, nobody filed it"),
)
KINDS = (
    ("software", "Software"),
    ("infrastructure", "Infrastructure"),
    ("data", "Data"),
    ("procedure", "Procedure"),
    ("emergency", "Emergency"),
)
STATES = (("production", "In production"), ("before", "Not in production yet"))
VERDICTS = tuple(
    (verdict, WORDS[verdict])
    for verdict in ("deviation", "not_verifiable", "pending", "met", "not_applicable")
)


@dataclass(frozen=True)
class Filter(ChangeFilter):
    """The same with its words, and what can be chosen."""

    @property
    def words(self) -> str:
        """For the caption: `with verdict deviation, in tariff-engine`."""
        parts = []
        if self.verdict:
            parts.append(f"with verdict {WORDS.get(self.verdict, self.verdict).lower()}")
        for value, choices in ((self.origin, ORIGINS), (self.kind, KINDS), (self.state, STATES)):
            if value:
                parts.append(dict(choices).get(value, value).lower())
        if self.system:
            parts.append(f"in {self.system}")
        if self.person:
            parts.append(f"with a part of {self.person}")
        if self.first_day:
            parts.append(f"from {self.first_day}")
        if self.last_day:
            parts.append(f"until {self.last_day}")
        if self.text:
            parts.append(f"matching “{self.text}”")
        return ", ".join(parts)

    @property
    def origins(self) -> tuple[tuple[str, str], ...]:
        return ORIGINS

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        return KINDS

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        return STATES

    @property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        return VERDICTS
