"""Changes, what the caller may do about one, and what we said of it over time."""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.asked_links import digest_asked
from changeproof.alerts.needed import APPROVE, AUTHORIZE
from changeproof.api.asking import (
    DEFAULT_LIMIT,
    After,
    Limit,
    caller,
    cut,
    moment_of,
    one_view,
    require_system,
    systems_asked,
)
from changeproof.api.shapes import (
    ChangeOut,
    ChangesPage,
    ContentOut,
    HistoryPage,
    JudgementOut,
    RulingOut,
    ShownOut,
)
from changeproof.checks.judge import judge
from changeproof.ledger.changes_found import find_changes
from changeproof.ledger.changes_read import change_json, read_changes, read_findings
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.judgements import judgements_on
from changeproof.ledger.service import Ledger, ledger
from changeproof.workflow.naming import UnknownName, find_change
from changeproof.workflow.rulings import (
    may_approve,
    may_authorize,
    may_close,
    may_decline,
    may_review,
)
from changeproof.workflow.searching import LONGEST_TEXT, matching_changes

router = Router(tags=["changes"], auth=api_doors(Permission.CHANGE_READ, somewhere=True))
_SEATED = api_doors(Permission.CHANGE_READ, somewhere=True, seated=True)

Verdict = Literal["deviation", "not_verifiable", "pending", "met", "not_applicable"]
AsOf = Annotated[
    str | None, Query(max_length=40, description="RFC 3339, or a date for 00:00 UTC; default now")
]
_ACTS = {
    "authorize": may_authorize,
    "approve": may_approve,
    "decline": may_decline,
    "review": may_review,
    "close": may_close,
}


@router.get(
    "/changes", response=ChangesPage, auth=_SEATED, summary="List changes with their findings"
)
@one_view
def list_changes(
    request: HttpRequest,
    system: Annotated[str | None, Query(max_length=500)] = None,
    verdict: Verdict | None = None,
    text: Annotated[
        str | None,
        Query(max_length=LONGEST_TEXT, description="words of it, a name, a number, a revision"),
    ] = None,
    as_of: AsOf = None,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Sorted by id. `text` finds what the pages' search finds. With `as_of` everything on the
    page is judged anew for that moment, so a page may hold fewer items than `limit` where a
    verdict is asked for."""
    opened = ledger()
    sight = caller(request).sight()
    if sight.spans is None:
        systems = systems_asked(opened, sight.systems, system)
    else:  # of a system outside their seats they are told nothing, not even that it is none
        systems = None if system is None else frozenset({system})
    moment = moment_of(as_of, "as_of")
    stored = verdict if moment is None else None
    ids, more = cut(
        find_changes(
            opened.store,
            systems=systems,
            spans=sight.spans,
            verdict=stored,
            matching=matching_changes(opened, text.strip()) if text and text.strip() else None,
            after=after,
            limit=limit + 1,
        ),
        limit,
    )
    described = describe(opened, ids, moment)
    if moment is not None and verdict is not None:
        described = [each for each in described if each["verdict"] == verdict]
    return {"items": described, "next": ids[-1] if more else None}


@router.get(
    "/changes/{path:change}", response=ChangeOut, auth=_SEATED, summary="One change, by any name"
)
@one_view
def get_change(request: HttpRequest, change: str, as_of: AsOf = None) -> dict[str, Any]:
    """`change` is an id, a ticket key, a pull request or a revision's first seven characters."""
    opened = ledger()
    name = named(request, opened, change)
    described = describe(opened, [name], moment_of(as_of, "as_of"))
    if not described:
        raise UnknownName(
            "The change was not found.",
            where=name,
            why=f"it was not on record by {as_of}" if as_of else "it is no longer on record",
            cure="Ask without as_of, or list the changes: GET /api/changes",
        )
    return described[0]


@router.get("/contents/{path:change}", response=ShownOut, summary="What an approval binds to")
@one_view
def get_contents(request: HttpRequest, change: str) -> dict[str, Any]:
    """The content that stands now; approve it by posting `seen` back."""
    opened = ledger()
    name = named(request, opened, change)
    shown = shown_of(opened.store, name)
    contents = [
        ContentOut(
            implementation=each.implementation, revision=each.revision, artifact=each.artifact
        )
        for each in shown.contents
    ]
    return {"change": name, "seen": shown.digest, "contents": contents}


@router.get("/rulings/{path:change}", response=list[RulingOut], summary="What I may do about it")
@one_view
def get_rulings(request: HttpRequest, change: str) -> list[RulingOut]:
    """Each kind of act, whether the caller may, why not, and who may."""
    opened = ledger()
    name = named(request, opened, change)
    account = caller(request).account
    rulings = {act: ask(opened, account, name) for act, ask in _ACTS.items()}
    [row] = opened.store.by(Change, "change_id", [name])
    return [
        RulingOut(
            act=act,
            allowed=ruling.allowed,
            compensating=ruling.compensating,
            why=ruling.why,
            cure=ruling.cure,
            who_may=list(ruling.who_may),
            seen=digest_asked(opened.store, row, act) if act in (AUTHORIZE, APPROVE) else None,
        )
        for act, ruling in rulings.items()
    ]


@router.get(
    "/history/{path:change}", response=HistoryPage, auth=_SEATED, summary="Our verdicts over time"
)
@one_view
def get_history(
    request: HttpRequest, change: str, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """What we said of a change, when, by which policy; oldest first."""
    opened = ledger()
    name = named(request, opened, change)
    rows = judgements_on(opened.store, name)
    keyed = [(f"{row.stated_at:017d}:{row.event}", row) for row in rows]
    page, more = cut([each for each in keyed if each[0] > after][: limit + 1], limit)
    items = [
        JudgementOut(
            verdicts=json.loads(row.verdicts),
            judged_at=row.judged_at,
            policy_version=row.policy_version,
            log_size=row.log_size,
            event=row.event,
        )
        for _, row in page
    ]
    return {"items": items, "next": page[-1][0] if more else None}


def named(request: HttpRequest, opened: Ledger, name: str) -> str:
    """The change of this name, if the caller may see it. Raises Refusal."""
    sight = caller(request).sight()
    change = find_change(opened, name, sight.systems)
    rows = opened.store.by(Change, "change_id", [change])
    outside = sight.spans is not None and rows and not sight.shows(opened.store, rows[0])
    if not rows or outside:  # an alias may outlive its change for as long as a batch is derived
        raise UnknownName(
            "The change was not found.",
            where=name[:200],
            why="no change on record has this id",
            cure="List them: GET /api/changes",
        )
    if sight.spans is None:
        require_system(request, Permission.CHANGE_READ, rows[0].system)
    return change


def describe(opened: Ledger, ids: list[str], as_of: int | None) -> list[dict[str, Any]]:
    """The objects of `changes --json`; with `as_of`, judged for that moment."""
    if as_of is None:
        findings = read_findings(opened.store, ids)
    else:
        findings = {change: [] for change in ids}
        for finding in judge(opened.store, ids, as_of):
            _add(findings, finding)
    records = read_changes(opened, ids, as_of=as_of)
    return [change_json(record, findings[record.id]) for record in records]


def _add(findings: dict[str, list[Finding]], finding: Finding) -> None:
    findings.setdefault(finding.subject, []).append(finding)
