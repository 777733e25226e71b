"""Incidents: recorded, ended, decided on, tied to changes; the list, and how often changes fail."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import (
    DEFAULT_LIMIT,
    After,
    Limit,
    caller,
    cut,
    moment_of,
    one_view,
)
from changeproof.api.commands import Command, Name, Text, Time
from changeproof.ledger.incidents_read import (
    Show,
    StandingIncident,
    failure_rate,
    incidents_listed,
    incidents_named,
)
from changeproof.ledger.service import ledger, now
from changeproof.workflow.incidents import (
    DecideIncident,
    LinkIncident,
    RecordIncident,
    ResolveIncident,
    Severity,
    decide_incident,
    link_incident,
    record_incident,
    resolve_incident,
)

router = Router(tags=["incidents"])
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)
_REQUEST = api_doors(Permission.CHANGE_REQUEST, somewhere=True)
_AUTHORIZE = api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
_WINDOW = 30 * 86_400_000_000


class IncidentIn(Command):
    """`key` is the name that another tool gave it; without one it gets a number here."""

    system: Name
    severity: Severity
    opened_at: Time | None = None
    key: Name | None = None
    environment: Name | None = None


class IncidentEndIn(Command):
    incident: Name


class IncidentDecisionIn(Command):
    incident: Name
    needs_change: bool
    reason: Text


class IncidentLinkIn(Command):
    incident: Name
    change: Name
    relation: Literal["remediates", "caused"] = "remediates"


class IncidentChangeOut(Schema):
    change: str
    relation: str
    opened_at: int | None
    deployed_at: int | None
    linked_by: str | None


class IncidentOut(Schema):
    """`verdict` and `reason` are those of cc8_1/11; `time_to_change` is in microseconds."""

    incident: str
    system: str | None
    environment: str | None
    severity: str | None
    opened_at: int | None
    resolved_at: int | None
    needs_change: bool | None
    decided_by: str | None
    decided_at: int | None
    due_at: int | None
    time_to_change: int | None
    verdict: str
    reason: str
    changes: list[IncidentChangeOut]


class IncidentsPage(Schema):
    items: list[IncidentOut]
    next: str | None


class FailureRateOut(Schema):
    """Changes first deployed to production in [since, until), and those of them that somebody tied
    to an incident as its cause. `rate` is null where none was deployed."""

    since: int
    until: int
    deployed: int
    failed: int
    rate: float | None


@router.post("/incidents", response=CREATED, auth=_REQUEST)
def post_incident(request: HttpRequest, body: IncidentIn) -> Status[DoneOut]:
    """Record an incident that no connected tool told of."""
    return recorded(request, record_incident, RecordIncident(**body.model_dump()))


@router.post("/incident-ends", response=CREATED, auth=_REQUEST)
def post_incident_end(request: HttpRequest, body: IncidentEndIn) -> Status[DoneOut]:
    """It is over."""
    return recorded(request, resolve_incident, ResolveIncident(body.incident))


@router.post("/incident-decisions", response=CREATED, auth=_AUTHORIZE)
def post_incident_decision(request: HttpRequest, body: IncidentDecisionIn) -> Status[DoneOut]:
    """Decide whether it needs a change; the last decision holds."""
    return recorded(request, decide_incident, DecideIncident(**body.model_dump()))


@router.post("/incident-links", response=CREATED, auth=_REQUEST)
def post_incident_link(request: HttpRequest, body: IncidentLinkIn) -> Status[DoneOut]:
    """Say which change remedies it, or caused it."""
    return recorded(request, link_incident, LinkIncident(**body.model_dump()))


@router.get("/incidents", response=IncidentsPage, auth=_READ)
@one_view
def list_incidents(
    request: HttpRequest,
    *,
    show: Show = "all",
    system: Annotated[str, Query(max_length=500)] = "",
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Incidents, the latest first."""
    store, moment = ledger().store, now()
    last = incidents_named(store, moment, [after])[:1] if after else []
    before = (last[0].stated.opened_at or 0, after) if last else None
    rows = incidents_listed(
        store,
        moment,
        caller(request).systems(Permission.CHANGE_READ),
        show=show,
        system=system,
        before=before,
        limit=limit + 1,
    )
    page, more = cut(rows, limit)
    return {"items": [_out(row) for row in page], "next": page[-1].name if more else None}


@router.get("/change-failure-rate", response=FailureRateOut, auth=_READ)
@one_view
def get_failure_rate(
    request: HttpRequest,
    *,
    since: Annotated[str | None, Query(max_length=40)] = None,
    until: Annotated[str | None, Query(max_length=40)] = None,
    system: Annotated[str, Query(max_length=500)] = "",
) -> FailureRateOut:
    """How many changes caused an incident, of those deployed in a time; default: 30 days."""
    end = moment_of(until, "until") or now()
    begin = moment_of(since, "since")
    begin = end - _WINDOW if begin is None else begin
    systems = caller(request).systems(Permission.CHANGE_READ)
    found = failure_rate(ledger().store, begin, end, systems, system)
    rate = found.failed / found.deployed if found.deployed else None
    return FailureRateOut(
        since=begin, until=end, deployed=found.deployed, failed=found.failed, rate=rate
    )


def _out(row: StandingIncident) -> IncidentOut:
    decision = row.decision
    return IncidentOut(
        incident=row.name,
        system=row.stated.system,
        environment=row.stated.environment,
        severity=row.stated.severity,
        opened_at=row.stated.opened_at,
        resolved_at=row.resolved_at,
        needs_change=bool(decision.needs_change) if decision else None,
        decided_by=decision.account if decision else None,
        decided_at=decision.decided_at if decision else None,
        due_at=row.due_at,
        time_to_change=row.time_to_change,
        verdict=row.verdict,
        reason=row.reason,
        changes=[
            IncidentChangeOut(
                change=each.change,
                relation=each.relation,
                opened_at=each.opened_at,
                deployed_at=each.deployed_at,
                linked_by=each.account,
            )
            for each in row.changes
        ],
    )
