"""The control matrix: the company's measures, each with the checks that test it."""

from dataclasses import dataclass

from changeproof.web.counting import count
from changeproof.web.pages.check_row import CheckRow


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
class ControlsPage:
    """`controls.html`."""

    controls: tuple[ControlBlock, ...]
    is_own: bool
    changes: int
    period_start: int
    period_end: int
    judged_at: int | None

    @property
    def sentence(self) -> str:
        """Whose matrix it is."""
        number = count(len(self.controls), "control")
        if self.is_own:
            return f"{number}, as your company words them."
        return f"{number} that ship as a beginning: edit them into your own."
