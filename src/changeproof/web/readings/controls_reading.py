"""The control matrix, read for its page: by control, then by check."""

from datetime import UTC, datetime

from changeproof.ledger.controls_read import control_matrix
from changeproof.ledger.service import Ledger
from changeproof.policy.controls import Control
from changeproof.policy.mappings import frameworks
from changeproof.web.pages.check_row import CheckRow
from changeproof.web.pages.controls_page import ControlBlock, ControlsPage, Supported
from changeproof.web.readings.checks_reading import read_checks_page
from changeproof.web.times import MICROSECONDS
from changeproof.web.visibility import Systems


def read_controls_page(held: Ledger, moment: int, systems: Systems) -> ControlsPage:
    """Every control with its checks' figures over the period. Raises Refusal for a matrix of the
    company's own that cannot be read."""
    checks = read_checks_page(held, moment, systems)
    rows = {row.id: row for group in checks.groups for row in group.rows}
    matrix, is_own = control_matrix(held.instance, list(rows))
    today = datetime.fromtimestamp(moment // MICROSECONDS, UTC).date().isoformat()
    return ControlsPage(
        tuple(_block(control, rows, today) for control in matrix.controls),
        is_own,
        checks.changes,
        checks.period_start,
        checks.period_end,
        checks.judged_at,
    )


def _block(control: Control, rows: dict[str, CheckRow], today: str) -> ControlBlock:
    supports = []
    for framework in frameworks():
        named = {each for check in control.checks for each in framework.supported_by(check)}
        if named:
            supports.append(Supported(framework.title, tuple(sorted(named))))
    nature = control.nature.replace("it_dependent", "IT-dependent").replace("_", " ")
    return ControlBlock(
        id=control.id,
        wording=control.wording,
        owner=control.owner,
        manner=f"{control.frequency}, {nature}, {control.effect}",
        in_force=_in_force(control),
        stands=control.stands_on(today),
        criteria=control.criteria,
        supports=tuple(supports),
        rows=tuple(rows[check] for check in control.checks if check in rows),
    )


def _in_force(control: Control) -> str:
    begins, ends = control.in_force_from, control.in_force_to
    parts = [f"from {begins}" if begins else "", f"until {ends}" if ends else ""]
    return " ".join(part for part in parts if part) or "always"
