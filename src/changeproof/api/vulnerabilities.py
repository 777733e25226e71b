"""Known vulnerabilities: tied to their patch, ruled out, listed; waivers have operations of their
own."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.api.commands import Command, Name, Text
from changeproof.ledger.service import ledger, now
from changeproof.ledger.vulnerabilities_read import (
    Show,
    StandingVulnerability,
    vulnerabilities_listed,
    vulnerabilities_named,
)
from changeproof.workflow.weaknesses import (
    LinkVulnerability,
    RuledOut,
    RuleOutVulnerability,
    link_vulnerability,
    rule_out,
)

router = Router(tags=["vulnerabilities"])
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)
_REQUEST = api_doors(Permission.CHANGE_REQUEST, somewhere=True)
_RULE_OUT = api_doors(Permission.WAIVER_GRANT, somewhere=True)
Severity = Literal["", "low", "medium", "high", "critical"]


class VulnerabilityLinkIn(Command):
    vulnerability: Name
    change: Name


class VulnerabilityRulingIn(Command):
    vulnerability: Name
    outcome: RuledOut
    reason: Text


class PatchOut(Schema):
    change: str
    linked_by: str | None
    opened_at: int | None
    tested_at: int | None
    approved_at: int | None
    deployed_at: int | None


class VulnerabilityOut(Schema):
    """`verdict` and `reason` are those of cc8_1/14; `stages` the first time of each."""

    vulnerability: str
    advisory: str
    package: str | None
    system: str | None
    severity: str
    known_exploited: bool
    published_at: int | None
    found_at: int | None
    fix_available_at: int | None
    due_at: int | None
    verdict: str
    reason: str
    stages: dict[str, int | None]
    patches: list[PatchOut]


class VulnerabilitiesPage(Schema):
    items: list[VulnerabilityOut]
    next: str | None


@router.post("/vulnerability-links", response=CREATED, auth=_REQUEST)
def post_vulnerability_link(request: HttpRequest, body: VulnerabilityLinkIn) -> Status[DoneOut]:
    """Say which change removes it."""
    return recorded(request, link_vulnerability, LinkVulnerability(**body.model_dump()))


@router.post("/vulnerability-rulings", response=CREATED, auth=_RULE_OUT)
def post_vulnerability_ruling(request: HttpRequest, body: VulnerabilityRulingIn) -> Status[DoneOut]:
    """Say that it does not affect us, or is a false alarm, with the reason."""
    return recorded(request, rule_out, RuleOutVulnerability(**body.model_dump()))


@router.get("/vulnerabilities", response=VulnerabilitiesPage, auth=_READ)
@one_view
def list_vulnerabilities(
    request: HttpRequest,
    *,
    show: Show = "open",
    severity: Severity = "",
    system: Annotated[str, Query(max_length=500)] = "",
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Known vulnerabilities, the latest found first; the open ones unless asked otherwise."""
    store, moment = ledger().store, now()
    last = vulnerabilities_named(store, moment, [after])[:1] if after else []
    before = (last[0].stated.found_at or 0, after) if last else None
    rows = vulnerabilities_listed(
        store,
        moment,
        caller(request).systems(Permission.CHANGE_READ),
        show=show,
        severity=severity,
        system=system,
        before=before,
        limit=limit + 1,
    )
    page, more = cut(rows, limit)
    return {"items": [_out(row) for row in page], "next": page[-1].name if more else None}


def _out(row: StandingVulnerability) -> VulnerabilityOut:
    stated = row.stated
    return VulnerabilityOut(
        vulnerability=row.name,
        advisory=stated.advisory,
        package=stated.package,
        system=stated.system,
        severity=row.severity,
        known_exploited=row.known_exploited,
        published_at=stated.published_at,
        found_at=stated.found_at,
        fix_available_at=stated.fix_available_at,
        due_at=row.due_at,
        verdict=row.verdict,
        reason=row.reason,
        stages=dict(row.stages),
        patches=[
            PatchOut(
                change=each.change,
                linked_by=each.account,
                opened_at=each.opened_at,
                tested_at=each.tested_at,
                approved_at=each.approved_at,
                deployed_at=each.deployed_at,
            )
            for each in row.patches
        ],
    )
