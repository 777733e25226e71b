"""Configuration items: how each is meant to be, how it was seen, and since when they differ."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from changeproof.events.refusal import Refusal
from changeproof.ledger.item_contents import FieldDifference
from changeproof.web.counting import count, thousands
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.said import Said
from changeproof.web.states import State

VERDICTS = (
    ("", "All"),
    ("deviation", "Differs, or was not approved by another"),
    ("not_verifiable", "Not verifiable"),
    ("met", "As approved"),
    ("not_applicable", "Not production"),
)


@dataclass(frozen=True)
class ItemRow:
    """One item. Digests are empty where there is none."""

    item: str  # in full: system/environment/name
    name: str
    system: str
    environment: str
    approved: str
    approved_by: str  # an account
    observed: str
    seen_at: int | None
    differs_since: int | None
    proposed: str
    may_propose: bool
    state: State | None = None  # None where it was not judged yet
    reason: str = ""

    @property
    def offers(self) -> bool:
        """Whether the viewer may propose what was seen last, in one click."""
        return self.may_propose and self.observed not in ("", self.approved, self.proposed)


@dataclass(frozen=True)
class BaselinesPage:
    """`baselines.html`. `next` is the last item of a page that more follow."""

    rows: tuple[ItemRow, ...]
    counts: dict[str, int]
    system: str
    verdict: str
    systems: tuple[str, ...]
    next: str = ""
    said: Said = field(default_factory=Said)
    refusal: Refusal | None = None

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        return VERDICTS

    @property
    def is_narrowed(self) -> bool:
        return bool(self.system or self.verdict)

    @property
    def sentence(self) -> str:
        """What stands, counted over all that the viewer may see."""
        total = sum(self.counts.values())
        if not total:
            return gettext("No configuration item is judged yet.")
        apart = self.counts.get("deviation", 0)
        unseen = self.counts.get("not_verifiable", 0)
        text = f"{count(total, 'configuration item')}: {count(apart, 'deviation')}"
        return gettext("%(text)s, %(unseen)s not verifiable.") % {
            "text": text,
            "unseen": thousands(unseen),
        }

    def refused(self, refusal: Refusal) -> "BaselinesPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


@dataclass(frozen=True)
class VersionRow:
    """A baseline that was approved."""

    digest: str
    proposed_by: str
    approved_by: str
    approved_at: int | None
    entry: EntryLink | None


@dataclass(frozen=True)
class TurnRow:
    """A content that the item was seen to turn to; `account` is whose act set it."""

    digest: str
    seen_at: int
    account: str
    entry: EntryLink | None
    is_approved: bool  # it is what is approved now
    explained_by: str = ""  # a change that was authorized to set it so


@dataclass(frozen=True)
class ProposalRow:
    """A content that waits for somebody's yes."""

    digest: str
    proposed_by: str
    proposed_at: int | None
    reason: str
    entry: EntryLink | None
    may_not: str  # why the viewer may not approve it


@dataclass(frozen=True)
class ItemPage:
    """`baseline.html`: `versions` and `turns` the latest first."""

    row: ItemRow
    versions: tuple[VersionRow, ...]
    turns: tuple[TurnRow, ...]
    more_turns: int
    proposal: ProposalRow | None
    holds: tuple[tuple[str, str], ...] = ()  # the fields of what is proposed, or was seen last
    more_fields: int = 0
    differing: tuple[FieldDifference, ...] = ()
    not_compared: str = ""  # why fields cannot be compared
    said: Said = field(default_factory=Said)
    refusal: Refusal | None = None

    def refused(self, refusal: Refusal) -> "ItemPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)
