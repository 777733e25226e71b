"""Cases and the deviation register: the same acts as on their pages."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.api.commands import Command, Name, Text, Time
from changeproof.checks.loader import checks_of_severity
from changeproof.events.cases import Cause, Extent
from changeproof.ledger.case_rules_read import StandingRule, rules_at
from changeproof.ledger.cases_listed import CaseFilter, cases_by_name
from changeproof.ledger.cases_read import Case, cases_of
from changeproof.ledger.service import ledger, now
from changeproof.workflow.casework import (
    AwaitRevert,
    CommentCase,
    ExplainDeviation,
    SearchLike,
    TakeCase,
    await_revert,
    comment_case,
    explain_deviation,
    search_like,
    take_case,
)
from changeproof.workflow.closing import ResolveCase, resolve_case
from changeproof.workflow.remembering import (
    AnswerRule,
    EndRule,
    RequestRule,
    answer_rule,
    end_rule,
    request_rule,
)

router = Router(tags=["cases"])
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)
_ACT = api_doors(Permission.CHANGE_AUTHORIZE, somewhere=True)
_COMMENT = api_doors(Permission.CHANGE_COMMENT, somewhere=True)
_ASK = api_doors(Permission.WAIVER_REQUEST, somewhere=True)
_GRANT = api_doors(Permission.WAIVER_GRANT, somewhere=True)
Narrowed = Annotated[str, Query(max_length=500)]


class ResolutionIn(Command):
    """`linked` is the change that explains it, where the outcome is `linked`."""

    case: Name
    outcome: Literal["linked", "adopted_late", "reverted", "false_alarm"]
    reason: Text
    linked: Name | None = None


class OwnerIn(Command):
    """Without an owner: the caller."""

    case: Name
    owner: Name | None = None


class CommentIn(Command):
    case: Name
    text: Text


class RevertIn(Command):
    case: Name
    reason: Text


class SearchIn(Command):
    """Without a system: everything that is judged, which "isolated" asks for."""

    case: Name
    system: Name | None = None


class ExplanationIn(Command):
    """`response` is management's, and examined by nobody."""

    case: Name
    cause: Cause
    extent: Extent
    because: Text
    exposure: Text | None = None
    effect: Text | None = None
    control: Name | None = None
    control_test: Text | None = None
    response: Text | None = None


class RuleIn(Command):
    """One of system, path and account must narrow it; the latter are patterns (`*`, `?`)."""

    case: Name
    check: Name
    ends_at: Time
    reason: Text
    system: Name | None = None
    path: Name | None = None
    account: Name | None = None
    owner: Name | None = None


class RuleAnswerIn(Command):
    rule: Name
    answer: Literal["approved", "refused"]
    reason: Text | None = None


class RuleEndIn(Command):
    rule: Name


class RuleOut(Schema):
    """`excluded` are the subjects for which it kept a case from being opened, at most 100."""

    rule: str
    case: str
    check: str
    system: str | None
    path: str | None
    account: str | None
    owner: str
    ends_at: int
    requested_by: str | None
    answered_by: str | None
    outcome: Literal["waits", "in force", "refused", "ended"]
    hits: int
    excluded: Annotated[list[str], Field(max_length=100)]


class RulesPage(shapes.Page):
    items: list[RuleOut]


@router.get("/cases", response=shapes.CasesPage, auth=_READ)
@one_view
def list_cases(
    request: HttpRequest,
    *,
    is_open: bool = True,
    check: Narrowed = "",
    system: Narrowed = "",
    owner: Narrowed = "",
    severity: Literal["", "critical", "high", "medium", "low"] = "",
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Cases by name; the open ones unless asked otherwise. `owner` may be `nobody`; `severity` is
    that of the check that opened them."""
    store = ledger().store
    asked = CaseFilter(
        "open" if is_open else "all",
        check,
        system,
        owner,
        severity=severity,
        checks=checks_of_severity(severity),
    )
    systems = caller(request).systems(Permission.CHANGE_READ)
    page, more = cut(cases_by_name(store, asked, systems, after, limit + 1), limit)
    items = [_case(each) for each in cases_of(store, page)]
    return {"items": items, "next": page[-1].case_id if more else None}


@router.post("/case-resolutions", response=CREATED, auth=_ACT)
def post_resolution(request: HttpRequest, body: ResolutionIn) -> Status[DoneOut]:
    """How a case ended; the verdict at deployment stays."""
    return recorded(request, resolve_case, ResolveCase(**body.model_dump()))


@router.post("/case-owners", response=CREATED, auth=_ACT)
def post_owner(request: HttpRequest, body: OwnerIn) -> Status[DoneOut]:
    """Take a case on, or give it to somebody; by when follows from the policy."""
    return recorded(request, take_case, TakeCase(**body.model_dump()))


@router.post("/case-comments", response=CREATED, auth=_COMMENT)
def post_case_comment(request: HttpRequest, body: CommentIn) -> Status[DoneOut]:
    """Say something about a case."""
    return recorded(request, comment_case, CommentCase(**body.model_dump()))


@router.post("/case-reverts", response=CREATED, auth=_ACT)
def post_revert(request: HttpRequest, body: RevertIn) -> Status[DoneOut]:
    """It is being reverted: the case ends when that has been deployed."""
    return recorded(request, await_revert, AwaitRevert(**body.model_dump()))


@router.post("/like-searches", response=CREATED, auth=_ACT)
def post_search(request: HttpRequest, body: SearchIn) -> Status[DoneOut]:
    """Look for the like of a case's deviations; query and hits are recorded."""
    return recorded(request, search_like, SearchLike(**body.model_dump()))


@router.post("/deviation-explanations", response=CREATED, auth=_ACT)
def post_explanation(request: HttpRequest, body: ExplanationIn) -> Status[DoneOut]:
    """The register's fields; "isolated" needs a search before."""
    return recorded(request, explain_deviation, ExplainDeviation(**body.model_dump()))


@router.get("/case-rules", response=RulesPage, auth=_READ)
@one_view
def list_rules(
    request: HttpRequest, *, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Rules that remember, by name, with what each excluded."""
    systems = caller(request).systems(Permission.CHANGE_READ)
    found = sorted(
        (
            each
            for each in rules_at(ledger().store, now())
            if each.stated.rule > after and (systems is None or each.stated.system in systems)
        ),
        key=lambda each: each.stated.rule,
    )
    page, more = cut(found[: limit + 1], limit)
    return {
        "items": [_rule(each) for each in page],
        "next": page[-1].stated.rule if more else None,
    }


@router.post("/case-rules", response=CREATED, auth=_ASK)
def post_rule(request: HttpRequest, body: RuleIn) -> Status[DoneOut]:
    """Ask that the like of a case opens none; the number is given here."""
    return recorded(request, request_rule, RequestRule(**body.model_dump()))


@router.post("/case-rule-answers", response=CREATED, auth=_GRANT)
def post_rule_answer(request: HttpRequest, body: RuleAnswerIn) -> Status[DoneOut]:
    """Approve or refuse a rule that somebody else asked for and owns."""
    return recorded(request, answer_rule, AnswerRule(**body.model_dump()))


@router.post("/case-rule-ends", response=CREATED, auth=_GRANT)
def post_rule_end(request: HttpRequest, body: RuleEndIn) -> Status[DoneOut]:
    """End a rule before its time."""
    return recorded(request, end_rule, EndRule(**body.model_dump()))


def _case(case: Case) -> shapes.CaseOut:
    ended, said = case.ended, case.explained
    return shapes.CaseOut(
        case=case.name,
        subject=case.file.subject,
        subjects=list(case.every_subject),
        check=case.file.check_id,
        deployed_at=case.file.deployed_at,
        opened_at=case.file.opened_at,
        state=case.state,
        owner=case.owner.owner if case.owner else None,
        due_at=case.owner.due_at if case.owner else None,
        cause=said.cause if said else None,
        extent=said.extent if said else None,
        outcome=ended.outcome if ended else None,
        word_only=case.is_word_only,
        resolved_by=ended.account if ended else None,
        resolved_at=ended.resolved_at if ended else None,
        linked=case.links.get(ended.event) if ended else None,
    )


def _rule(each: StandingRule) -> RuleOut:
    stated = each.stated
    return RuleOut(
        rule=stated.rule,
        case=stated.case_id,
        check=stated.check_id,
        system=stated.system,
        path=stated.path,
        account=stated.account,
        owner=stated.owner,
        ends_at=stated.ends_at,
        requested_by=stated.requested_by,
        answered_by=each.answer.account if each.answer else None,
        outcome=each.outcome,
        hits=len(each.hits),
        excluded=[hit.subject for hit in each.hits[-100:]],
    )
