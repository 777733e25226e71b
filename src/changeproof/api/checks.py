"""The checks: what each asks, how an auditor re-performs it, its query."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.shapes import CheckOut, ChecksPage
from changeproof.checks.loader import Check, load_checks
from changeproof.workflow.naming import UnknownName

router = Router(tags=["checks"], auth=api_doors(Permission.POLICY_READ, somewhere=True))


@router.get("/checks", response=ChecksPage, summary="List the checks")
def list_checks(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """All of them, sorted by id, without their queries."""
    return {"items": [_described(each) for each in load_checks().checks], "next": None}


@router.get("/checks/{path:check}", response=CheckOut, summary="One check and its query")
def get_check(request: HttpRequest, check: str) -> CheckOut:  # noqa: ARG001
    """`check` is an id like `cc8_1/08_approval`."""
    for each in load_checks().checks:
        if each.id == check:
            return _described(each, sql=each.sql)
    raise UnknownName(
        f"There is no check `{check[:100]}`.",
        why="no loaded file has that id",
        cure="List them: GET /api/checks",
    )


def _described(check: Check, sql: str | None = None) -> CheckOut:
    matter = check.matter
    return CheckOut(
        id=check.id,
        title=matter.title,
        criterion=matter.criterion,
        subject=matter.subject,
        severity=matter.severity,
        checks=matter.checks,
        does_not_check=matter.does_not_check,
        re_perform=matter.re_perform,
        policy=list(matter.policy),
        digest=check.digest,
        sql=sql,
    )
