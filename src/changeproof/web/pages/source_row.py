"""One source in a table: what we see with, since when, and whether it is silent."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from changeproof.web.charts.activity import activity_svg
from changeproof.web.states import State


@dataclass(frozen=True)
class SourceRow:
    """The state of one source. It has no verdict: Live borrows the tick."""

    name: str  # "GitHub"
    scope: str  # "31 repositories"
    last_event_at: int | None
    events: int
    gap: str = ""  # "Silent since 15:02", "Gap of 10 Mar open"; empty: live
    quiet: str = ""  # "Quiet since 4 Oct 2026": nothing came for long, no gap is known
    remark: str = ""
    feeds: str = ""  # "1 to 9, 16"
    last_day: tuple[int, ...] = ()  # events each half hour, oldest first
    silent_from: int | None = None  # position in `last_day`

    @property
    def state(self) -> State:
        if self.gap:
            return State("not_verifiable", self.gap)
        if not self.events:
            return State("pending", gettext("Nothing yet"))
        if self.quiet:
            return State("not_applicable", self.quiet)
        return State("met", gettext("Live"))

    @property
    def chart(self) -> SafeString:
        if not self.last_day:
            return SafeString("")
        return activity_svg(self.last_day, silent_from=self.silent_from)
