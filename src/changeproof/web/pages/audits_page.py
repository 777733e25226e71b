"""The audits: periods, their figures, and the pack that an auditor verifies offline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """A period that a pack can be made of; one not yet closed gives an interim pack."""

    start: int
    end: int
    changes: int
    with_deviation: int
    not_verifiable: int
    is_closed: bool
    first_day: str  # "2025-04-01", as the command takes it
    last_day: str


@dataclass(frozen=True)
class AuditsPage:
    """`audits.html`."""

    periods: tuple[Period, ...]
    checks: int
    data: str = ""
    can_download: bool = False  # whether the view `pack` is there
