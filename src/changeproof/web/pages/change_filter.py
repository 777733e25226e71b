"""What a viewer asks of a list of changes, as it stands in the address."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from changeproof.web.pages.fields import worded
from changeproof.web.states import WORDS
from changeproof.workflow.change_filter import ChangeFilter

ORIGINS = (
    ("requested", gettext_noop("Requested")),
    ("reviewed", gettext_noop("Reviewed")),
    ("claimed", gettext_noop("Claimed by message text")),
    ("detected", gettext_noop("Detected, nobody filed it")),
)
KINDS = (
    ("software", gettext_noop("Software")),
    ("infrastructure", gettext_noop("Infrastructure")),
    ("data", gettext_noop("Data")),
    ("procedure", gettext_noop("Procedure")),
    ("emergency", gettext_noop("Emergency")),
)
STATES = (
    ("production", gettext_noop("In production")),
    ("before", gettext_noop("Not in production yet")),
)
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
            parts.append(
                gettext("with verdict %(verdict)s")
                % {"verdict": gettext(WORDS.get(self.verdict, self.verdict)).lower()}
            )
        for value, choices in ((self.origin, ORIGINS), (self.kind, KINDS), (self.state, STATES)):
            if value:
                parts.append(gettext(dict(choices).get(value, value)).lower())
        if self.system:
            parts.append(gettext("in %(system)s") % {"system": self.system})
        if self.person:
            parts.append(gettext("with a part of %(person)s") % {"person": self.person})
        if self.first_day:
            parts.append(gettext("from %(first_day)s") % {"first_day": self.first_day})
        if self.last_day:
            parts.append(gettext("until %(last_day)s") % {"last_day": self.last_day})
        if self.text:
            parts.append(gettext("matching “%(text)s”") % {"text": self.text})
        return ", ".join(parts)

    @property
    def origins(self) -> tuple[tuple[str, str], ...]:
        return tuple(worded(ORIGINS))

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        return tuple(worded(KINDS))

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        return tuple(worded(STATES))

    @property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        return VERDICTS
