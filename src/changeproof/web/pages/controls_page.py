"""The control matrix: the company's measures, each with the checks that test it."""

from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.web.counting import count
from changeproof.web.pages.check_row import CheckRow
from changeproof.web.pages.entry_link import EntryLink


@dataclass(frozen=True)
class Supported:
    """What a control's checks support in another framework: identifiers, never a conclusion."""

    title: str
    identifiers: tuple[str, ...]


@dataclass(frozen=True)
class ControlBlock:
    """One control. Its checks' figures stand side by side and are never added up."""

    id: str
    wording: str
    owner: str
    manner: str  # "each change, automated, preventive"
    in_force: str  # "always", "until 2026-12-31"
    stands: bool
    criteria: tuple[str, ...]
    supports: tuple[Supported, ...]
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True)
class MatrixVersion:
    """A matrix that was in force within the period, and when within it."""

    version: int
    begins: int
    ends: int
    is_shown: bool
    is_last: bool
    is_initial: bool
    proposed_by: str = ""
    adopted_by: str = ""
    entry: EntryLink | None = None

    @property
    def last(self) -> int:
        """The last moment: `ends` is excluded."""
        return self.ends - 1


@dataclass(frozen=True)
class ControlsPage:
    """`controls.html`: one matrix, with what was found while it was in force."""

    controls: tuple[ControlBlock, ...]
    versions: tuple[MatrixVersion, ...]  # newest first
    shown: MatrixVersion
    changes: int
    judged_at: int | None
    left_beside: str = ""  # a file of an earlier version of the product
    data: str = ""

    @property
    def sentence(self) -> str:
        """Whose matrix it is."""
        number = count(len(self.controls), "control")
        if self.shown.is_initial:
            return gettext("%(number)s that ship as a beginning: edit them into your own.") % {
                "number": number
            }
        return gettext("%(number)s, as your company words them.") % {"number": number}
