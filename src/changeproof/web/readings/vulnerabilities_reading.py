"""Known vulnerabilities read for their pages, as the viewer may see them."""

from collections.abc import Iterator
from typing import Any

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger
from changeproof.ledger.vulnerabilities_read import (
    AGES,
    SEVERITIES,
    Show,
    StandingVulnerability,
    ages_of_open,
    told_elsewhere,
    vulnerabilities_listed,
    vulnerabilities_named,
    was_due,
)
from changeproof.verifier.tabular import utc
from changeproof.web.charts.ages import AgeFigures
from changeproof.web.pages.fields import Typed
from changeproof.web.pages.vulnerabilities_page import (
    Ruling,
    VulnerabilitiesPage,
    VulnerabilityPage,
    VulnerabilityRow,
)
from changeproof.web.readings.entries import linked, listed, read_links, reasons_of
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.states import state
from changeproof.web.times import DAY
from changeproof.web.visibility import seen_of, sees

PER_PAGE = 50
AHEAD = 30 * DAY
_DUE_SHOWN = 20
_MOST = 100_000
COLUMNS = (
    "vulnerability",
    "advisory",
    "package",
    "system",
    "severity",
    "known exploited",
    "identified",
    "evaluated",
    "tested",
    "approved",
    "deployed",
    "due",
    "changes",
    "verdict",
    "reason",
)


def read_vulnerabilities_page(
    held: Ledger,
    caller: Caller,
    moment: int,
    show: Show,
    severity: str,
    system: str,
    after: str,
) -> VulnerabilitiesPage:
    """A page of the list, after the one named `after`; what falls due, and how old they are."""
    store, visible = held.store, caller.systems(Permission.CHANGE_READ)
    last = vulnerabilities_named(store, moment, [after]) if after else []
    found = vulnerabilities_listed(
        store,
        moment,
        visible,
        show=show,
        severity=severity,
        system=system,
        before=(last[0].stated.found_at or 0, after) if last else None,
        limit=PER_PAGE + 1,
    )
    due = vulnerabilities_listed(
        store,
        moment,
        visible,
        show="due",
        system=system,
        due_before=moment + AHEAD,
        limit=_DUE_SHOWN + 1,
    )
    rows = found[:PER_PAGE]
    numbers = ages_of_open(store, moment, visible)
    known = held.database.execute(
        "SELECT DISTINCT system FROM vulnerability WHERE system IS NOT NULL"
    )
    return VulnerabilitiesPage(
        rows=tuple(_row(row) for row in rows),
        due=tuple(_row(row) for row in due[:_DUE_SHOWN]),
        due_more=len(due) > _DUE_SHOWN,
        ages=tuple(
            AgeFigures(name, tuple(numbers.get((each, name), 0) for each in SEVERITIES))
            for name, _, _ in AGES
        ),
        show=show,
        severity=severity,
        system=system,
        systems=tuple(seen_of(visible, [str(row[0]) for row in known])),
        after=rows[-1].name if len(found) > PER_PAGE else "",
    )


def read_vulnerability_page(
    held: Ledger,
    caller: Caller,
    moment: int,
    name: str,
    typed: Typed,
    done: str,
    done_entry: int | None,
) -> VulnerabilityPage | None:
    """One vulnerability; None where there is none that the viewer may see."""
    visible = caller.systems(Permission.CHANGE_READ)
    found = vulnerabilities_named(held.store, moment, [name])
    if not found or not sees(visible, found[0].stated.system or ""):
        return None
    row = found[0].seen_on(visible)
    links = read_links(held, [*listed(row.evidence), *(each.event for each in row.ends)])
    reasons = reasons_of(held, links)
    parts, shown, system = parted(row.reason), _row(row), row.stated.system
    return VulnerabilityPage(
        vulnerability=row,
        state=shown.state,
        reason=parts.what,
        why=parts.why,
        cure=parts.cure,
        rulings=tuple(
            Ruling(
                each.outcome.replace("_", " "),
                each.account or "",
                each.ended_at,
                reasons.get(each.event, ""),
            )
            for each in row.ends
        ),
        elsewhere=tuple(told_elsewhere(held.store, row.stated)),
        entries=linked(links, listed(row.evidence)),
        may_link=caller.may(Permission.CHANGE_REQUEST, system),
        may_rule_out=caller.may(Permission.WAIVER_GRANT, system),
        may_ask_waiver=caller.may(Permission.WAIVER_REQUEST, system),
        typed=typed,
        done=done,
        done_entry=done_entry,
    )


def csv_rows(
    held: Ledger, caller: Caller, moment: int, show: Show, severity: str, system: str
) -> Iterator[dict[str, Any]]:
    """Every vulnerability of the list, one row each."""
    for row in vulnerabilities_listed(
        held.store,
        moment,
        caller.systems(Permission.CHANGE_READ),
        show=show,
        severity=severity,
        system=system,
        limit=_MOST,
    ):
        yield {
            "vulnerability": row.name,
            "advisory": row.stated.advisory,
            "package": row.stated.package or "",
            "system": row.stated.system or "",
            "severity": row.severity,
            "known exploited": "yes" if row.known_exploited else "no",
            **{stage: utc(at) for stage, at in row.stages},
            "due": utc(_row(row).due_at),
            "changes": " ".join(each.change for each in row.patches),
            "verdict": row.verdict.replace("_", " "),
            "reason": row.reason,
        }


def _row(row: StandingVulnerability) -> VulnerabilityRow:
    due = due_of(row.reason, row.due_at) if row.verdict == "pending" else None
    said = state(row.verdict, due=due) if row.verdict else None
    return VulnerabilityRow(row, said, due or was_due(row.reason))
