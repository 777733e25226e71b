"""Protections through a period: when each was off, and when nobody could say."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from changeproof.ledger.receipts import SourceCoverage
from changeproof.ledger.revisions import Protection as Transition
from changeproof.ledger.service import Ledger
from changeproof.web.charts.interval_strip import Gap
from changeproof.web.pages.dashboard_page import Protection
from changeproof.web.readings.population import Period

_SHOWN = 12


def read_protections(held: Ledger, period: Period, moment: int) -> tuple[Protection, ...]:
    """Each protected branch, those with a gap first; those beyond the first dozen are quiet."""
    groups: dict[tuple[str, str], list[Transition]] = {}
    for row in held.store.all(Transition):
        groups.setdefault((row.repository, row.pattern), []).append(row)
    names = dict(held.database.execute("SELECT repository, name FROM repository"))
    covered = {row.repository: row.covered_from for row in held.store.all(SourceCoverage)}
    end = min(period.end, moment)
    rows = []
    for (repository, pattern), transitions in sorted(groups.items()):
        ordered = sorted(transitions, key=lambda row: (row.stated_at, row.event))
        gaps = tuple(_gaps(ordered, max(period.start, covered.get(repository, 0)), end))
        blamed = next((row.account for row in ordered if not row.enforced and row.account), None)
        rows.append(
            Protection(
                subject=names.get(repository, repository),
                name=gettext("%(pattern)s, protection") % {"pattern": pattern},
                gaps=gaps,
                start=period.start,
                end=end,
                by=blamed or "" if gaps else "",
                landed_inside=_landed(held, repository, gaps),
            )
        )
    return tuple(sorted(rows, key=lambda row: (not row.gaps, row.subject, row.name))[:_SHOWN])


def _gaps(transitions: Sequence[Transition], start: int, end: int) -> Iterable[Gap]:
    """The intervals in which it was off, cut to the period."""
    off_since: int | None = None
    for row in transitions:
        at = row.changed_at or row.stated_at
        if not row.enforced and off_since is None:
            off_since = at
        elif row.enforced and off_since is not None:
            if at > start and off_since < end:
                yield Gap(max(off_since, start), min(at, end), "deviation")
            off_since = None
    if off_since is not None and off_since < end:
        yield Gap(max(off_since, start), end, "deviation")


def _landed(held: Ledger, repository: str, gaps: Iterable[Gap]) -> int:
    """Pull requests and pushes that came to the repository meanwhile."""
    number = 0
    for gap in gaps:
        rows = held.database.execute(
            "SELECT (SELECT COUNT(*) FROM pull_merge WHERE repository = ?"
            " AND merged_at >= ? AND merged_at < ?)",
            (repository, gap.start, gap.end),
        )
        number += int(rows[0][0])
    return number


def accounts_of(rows: Iterable[Protection]) -> list[str]:
    """Who opened the gaps."""
    return [row.by for row in rows if row.by]
