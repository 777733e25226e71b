"""Incidents read for their pages, as the viewer may see them."""

from collections.abc import Iterator
from typing import Any

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.incidents_read import (
    Show,
    StandingIncident,
    failure_rate,
    incidents_listed,
    incidents_named,
    suspects_of,
)
from changeproof.ledger.service import Ledger
from changeproof.verifier.tabular import utc
from changeproof.web.pages.fields import Typed
from changeproof.web.pages.incidents_page import IncidentPage, IncidentRow, IncidentsPage
from changeproof.web.readings.entries import linked, listed, read_links
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.states import State, state
from changeproof.web.times import DAY
from changeproof.web.visibility import seen_of, sees

PER_PAGE = 50
DAYS = 90
_MOST = 100_000
COLUMNS = (
    "incident",
    "system",
    "environment",
    "severity",
    "opened",
    "over",
    "needs a change",
    "decided",
    "remedied by",
    "caused by",
    "mended",
    "seconds to change",
    "verdict",
    "reason",
)


def read_incidents_page(
    held: Ledger, caller: Caller, moment: int, show: Show, system: str, after: str
) -> IncidentsPage:
    """A page of the list, after the incident named `after`."""
    visible = caller.systems(Permission.CHANGE_READ)
    last = incidents_named(held.store, moment, [after]) if after else []
    before = (last[0].stated.opened_at or 0, after) if last else None
    found = incidents_listed(
        held.store,
        moment,
        visible,
        show=show,
        system=system,
        before=before,
        limit=PER_PAGE + 1,
    )
    rows = found[:PER_PAGE]
    known = held.database.execute("SELECT DISTINCT system FROM incident WHERE system IS NOT NULL")
    systems = seen_of(visible, [str(row[0]) for row in known])
    return IncidentsPage(
        rows=tuple(IncidentRow(row, standing(row), due(row)) for row in rows),
        show=show,
        system=system,
        systems=tuple(systems),
        rate=failure_rate(held.store, moment - DAYS * DAY, moment, visible, system),
        days=DAYS,
        may_record=caller.may_somewhere(Permission.CHANGE_REQUEST),
        has_any=bool(systems) or bool(found),
        after=rows[-1].name if len(found) > PER_PAGE else "",
        is_first=before is None,
    )


def read_incident_page(
    held: Ledger,
    caller: Caller,
    moment: int,
    name: str,
    typed: Typed,
    done: str,
    done_entry: int | None,
) -> IncidentPage | None:
    """One incident; None where there is none that the viewer may see."""
    visible = caller.systems(Permission.CHANGE_READ)
    found = incidents_named(held.store, moment, [name])
    if not found or not sees(visible, found[0].stated.system or ""):
        return None
    row = found[0].seen_on(visible)
    links = read_links(held, listed(row.evidence))
    decided = row.decision
    reasons = read_links(held, [decided.event]) if decided else {}
    said = ""
    if decided is not None and decided.event in reasons:
        digest = reasons[decided.event].reason
        said = held.texts([digest]).get(digest, "") if digest else ""
    parts = parted(row.reason)
    tied = {each.change for each in row.changes}
    return IncidentPage(
        incident=row,
        state=standing(row),
        reason=parts.what,
        why=parts.why,
        cure=parts.cure,
        said=said,
        entries=linked(links, listed(row.evidence)),
        suspects=tuple(
            each for each in suspects_of(held.store, row.stated) if each.change not in tied
        ),
        may_link=caller.may(Permission.CHANGE_REQUEST, row.stated.system),
        may_decide=caller.may(Permission.CHANGE_AUTHORIZE, row.stated.system),
        typed=typed,
        done=done,
        done_entry=done_entry,
    )


def csv_rows(
    held: Ledger, caller: Caller, moment: int, show: Show, system: str
) -> Iterator[dict[str, Any]]:
    """Every incident of the list, one row each."""
    visible = caller.systems(Permission.CHANGE_READ)
    for row in incidents_listed(held.store, moment, visible, show=show, system=system, limit=_MOST):
        decision, took = row.decision, row.time_to_change
        yield {
            "incident": row.name,
            "system": row.stated.system or "",
            "environment": row.stated.environment or "",
            "severity": row.stated.severity or "",
            "opened": utc(row.stated.opened_at),
            "over": utc(row.resolved_at),
            "needs a change": ""
            if decision is None
            else ("yes" if decision.needs_change else "no"),
            "decided": utc(decision.decided_at) if decision else "",
            "remedied by": _tied(row, "remediates"),
            "caused by": _tied(row, "caused"),
            "mended": utc(row.mended_at),
            "seconds to change": "" if took is None else took // 1_000_000,
            "verdict": row.verdict.replace("_", " "),
            "reason": row.reason,
        }


def standing(row: StandingIncident) -> State | None:
    """How it stands, as its check says."""
    return state(row.verdict, due=due(row)) if row.verdict else None


def due(row: StandingIncident) -> int | None:
    """By when its change is, or was, to begin; None where it waits for nothing."""
    if row.verdict == "pending":
        return due_of(row.reason, row.due_at)
    return row.due_at if row.verdict in ("deviation", "not_verifiable") else None


def _tied(row: StandingIncident, relation: str) -> str:
    return " ".join(each.change for each in row.changes if each.relation == relation)
