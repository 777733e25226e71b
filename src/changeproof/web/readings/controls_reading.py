"""The control matrix, read for its page: by control, then by check, split where it changed."""

from datetime import UTC, datetime

from django.utils.translation import gettext

from changeproof.ledger.controls_read import Stretch, controls_stretches, matrix_of, stretch_now
from changeproof.ledger.service import Ledger
from changeproof.policy.controls import Control
from changeproof.policy.mappings import frameworks
from changeproof.web.pages.check_row import CheckRow
from changeproof.web.pages.controls_page import (
    ControlBlock,
    ControlsPage,
    MatrixVersion,
    Supported,
)
from changeproof.web.readings.catalogue import check_groups, checks_by_id
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.log_reading import data_words
from changeproof.web.readings.open_items import read_open_items
from changeproof.web.readings.population import Period, default_period, read_population
from changeproof.web.times import MICROSECONDS
from changeproof.web.visibility import Systems


def read_controls_page(
    held: Ledger, moment: int, systems: Systems, version: int | None = None
) -> ControlsPage | None:
    """The matrix in force now, or another version of the period, with the figures of the time in
    which it was in force. None for a version that was not in force in the period.

    Raises Refusal where the log holds none, or its text is no longer kept.
    """
    period = default_period(held, moment)
    until = min(period.end, moment + 1)
    stretches = controls_stretches(held.store, period.start, until)
    if not stretches:
        stretches = (stretch_now(held.store, moment),)
    chosen = [each for each in stretches if version in (None, each.row.controls_version)]
    if not chosen:
        return None
    shown = chosen[-1]
    matrix = matrix_of(shown.row, held.text)
    # What stands until now counts to the period's end, as on every page: no clock moves it.
    ends = shown.ends if shown.ends < until else period.end
    found = read_population(held, Period((shown.begins, ends), ("",)), systems)
    checks = checks_by_id()
    opened = read_open_items(held, found, list(checks), moment, systems)
    groups = check_groups(found, opened.by_check(), list(checks.values()))
    rows = {row.id: row for group in groups for row in group.rows}
    today = datetime.fromtimestamp((shown.ends - 1) // MICROSECONDS, UTC).date().isoformat()
    versions = _versions(held, stretches, shown)
    return ControlsPage(
        controls=tuple(_block(control, rows, today) for control in matrix.controls),
        versions=versions,
        shown=next(each for each in versions if each.is_shown),
        changes=found.changes,
        judged_at=found.judged_at,
        left_beside=str(held.instance.controls_file)
        if held.instance.controls_file.is_file()
        else "",
        data=data_words(held),
    )


def _versions(
    held: Ledger, stretches: tuple[Stretch, ...], shown: Stretch
) -> tuple[MatrixVersion, ...]:
    links = read_links(held, {each.row.event for each in stretches})
    return tuple(
        MatrixVersion(
            version=each.row.controls_version,
            begins=each.begins,
            ends=each.ends,
            is_shown=each is shown,
            is_last=each is stretches[-1],
            is_initial=each.is_initial,
            proposed_by=each.row.proposed_by or "",
            adopted_by=each.row.adopted_by or "",
            entry=next(iter(linked(links, [each.row.event])), None),
        )
        for each in reversed(stretches)
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
    parts = [
        gettext("from %(begins)s") % {"begins": begins} if begins else "",
        gettext("until %(ends)s") % {"ends": ends} if ends else "",
    ]
    return " ".join(part for part in parts if part) or "always"
