"""The sources: what we see with, since when, and what came but could not be read."""

from dataclasses import dataclass

from changeproof.events.refusal import Refusal
from changeproof.web.counting import count
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.source_row import SourceRow


@dataclass(frozen=True)
class Quarantined:
    """A delivery that is authentic or local, but unreadable: kept, shown, replayable."""

    received_at: int | None
    source: str
    kind: str  # "pull_request", "junit"
    digest: str
    reason: str
    where: str = ""  # the repository, where readable
    entry: EntryLink | None = None
    delivery: str = ""  # the sender's own id
    source_kind: str = ""  # as `ingest KIND` takes it


@dataclass(frozen=True)
class CoverageGap:
    """An interval that we could not see; `until` is None while it lasts."""

    source: str
    since: int
    until: int | None
    why: str
    changes: int = 0  # that went live meanwhile and are not verifiable
    is_filled: bool = False  # read afterwards: nothing is missing any more


@dataclass(frozen=True)
class SourcesPage:
    """`sources.html`."""

    sources: tuple[SourceRow, ...]
    quarantine: tuple[Quarantined, ...]
    quarantine_total: int
    gaps: tuple[CoverageGap, ...]
    server: str
    data: str = ""
    may_connect: bool = True
    may_replay: bool = False
    done: str = ""  # what the last click did
    refusal: Refusal | None = None

    @property
    def silent(self) -> int:
        return sum(1 for source in self.sources if source.gap)

    @property
    def sentence(self) -> str:
        if not self.sources:
            return "Nothing is connected yet, so nothing can be seen."
        live = len(self.sources) - self.silent
        text = f"{live} of {count(len(self.sources), 'source')} are seen in full."
        if self.quarantine_total:
            text += f" {count(self.quarantine_total, 'delivery')} could not be read and are kept."
        return text
