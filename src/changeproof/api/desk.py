"""People's acts: each operation is one function of the workflow, with the same rules."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.people import user_named
from changeproof.accounts.second_factor import factor_by_code
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import (
    DEFAULT_LIMIT,
    After,
    Limit,
    caller,
    cut,
)
from changeproof.ledger.requests import Emergency, TimeWindow
from changeproof.ledger.service import ledger
from changeproof.workflow.closing import (
    CloseChange,
    SetWindow,
    close,
    set_window,
)
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.emergencies import DeclareEmergency, declare_emergency
from changeproof.workflow.requesting import (
    LinkWork,
    RequestChange,
    ScheduleChange,
    Window,
    link_work,
    request_change,
    schedule,
)
from changeproof.workflow.reviewing import HoldPostReview, hold_post_review

router = Router(tags=["desk"])


def _doors(permission: Permission) -> Any:
    return api_doors(permission, somewhere=True)


def _window(stated: commands.WindowIn) -> Window:
    return Window(stated.begins_at, stated.ends_at)


@router.post("/requests", response=CREATED, auth=_doors(Permission.CHANGE_REQUEST))
def post_request(request: HttpRequest, body: commands.RequestIn) -> Status[DoneOut]:
    """Request a change; the number is given here."""
    stated = body.model_dump(exclude={"links", "window", "description"})
    window = None if body.window is None else _window(body.window)
    said = body.description.stated()
    command = RequestChange(**stated, links=body.links, window=window, description=said)
    return recorded(request, request_change, command)


@router.post("/links", response=CREATED, auth=_doors(Permission.CHANGE_REQUEST))
def post_link(request: HttpRequest, body: commands.LinkIn) -> Status[DoneOut]:
    """Say which pull request or revision carries a request out."""
    command = LinkWork(body.change, body.work)
    return recorded(request, link_work, command)


@router.post("/schedules", response=CREATED, auth=_doors(Permission.CHANGE_REQUEST))
def post_schedule(request: HttpRequest, body: commands.ScheduleIn) -> Status[DoneOut]:
    """Plan the window in which a change is to be deployed."""
    command = ScheduleChange(body.change, _window(body.window))
    return recorded(request, schedule, command)


@router.post("/authorizations", response=CREATED, auth=_doors(Permission.CHANGE_AUTHORIZE))
def post_authorization(request: HttpRequest, body: commands.AuthorizationIn) -> Status[DoneOut]:
    """Work on it may begin."""
    command = AuthorizeChange(**body.model_dump())
    return recorded(request, authorize, command)


@router.post("/approvals", response=CREATED, auth=_doors(Permission.CHANGE_APPROVE))
def post_approval(request: HttpRequest, body: commands.ApprovalIn) -> Status[DoneOut]:
    """This content may go live; 409 where it moved since it was looked at."""
    code = body.code.strip() if body.code else ""
    factor = factor_by_code(user_named(caller(request).account), code) if code else None
    command = ApproveChange(**body.model_dump(exclude={"code"}), factor=factor)
    return recorded(request, approve, command)


@router.post("/declines", response=CREATED, auth=_doors(Permission.CHANGE_APPROVE))
def post_decline(request: HttpRequest, body: commands.DeclineIn) -> Status[DoneOut]:
    """No, with the reason."""
    command = DeclineChange(**body.model_dump())
    return recorded(request, decline, command)


@router.post("/emergencies", response=CREATED, auth=_doors(Permission.EMERGENCY_DECLARE))
def post_emergency(request: HttpRequest, body: commands.EmergencyIn) -> Status[DoneOut]:
    """A change cannot wait; the number is given here."""
    command = DeclareEmergency(**body.model_dump())
    return recorded(request, declare_emergency, command)


@router.post("/post-reviews", response=CREATED, auth=_doors(Permission.EMERGENCY_REVIEW))
def post_review(request: HttpRequest, body: commands.ReviewIn) -> Status[DoneOut]:
    """What a change or emergency achieved was looked at."""
    command = HoldPostReview(**body.model_dump())
    return recorded(request, hold_post_review, command)


@router.post("/windows", response=CREATED, auth=_doors(Permission.CHANGE_AUTHORIZE))
def post_window(request: HttpRequest, body: commands.FreezeIn) -> Status[DoneOut]:
    """Set a freeze or a maintenance window."""
    window = Window(body.begins_at, body.ends_at)
    command = SetWindow(body.kind, window, body.reason, body.system, body.name)
    return recorded(request, set_window, command)


@router.post("/closings", response=CREATED, auth=_doors(Permission.CHANGE_CLOSE))
def post_closing(request: HttpRequest, body: commands.ClosingIn) -> Status[DoneOut]:
    """A change ended."""
    command = CloseChange(body.change, body.outcome)
    return recorded(request, close, command)


@router.get("/emergencies", response=shapes.EmergenciesPage, auth=_doors(Permission.CHANGE_READ))
def list_emergencies(
    request: HttpRequest, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Emergencies by name."""
    systems = caller(request).systems(Permission.CHANGE_READ)
    rows = [
        row
        for row in ledger().store.all(Emergency)
        if row.emergency > after and (systems is None or row.system in systems)
    ]
    page, more = cut(rows[: limit + 1], limit)
    items = [
        shapes.EmergencyOut(
            emergency=row.emergency,
            change=row.change_name,
            system=row.system,
            incident=row.incident,
            declared_by=row.declared_by,
            authorized_by=row.authorized_by,
            declared_at=row.declared_at,
            ends_at=row.ends_at,
        )
        for row in page
    ]
    return {"items": items, "next": page[-1].emergency if more else None}


@router.get("/windows", response=shapes.WindowsPage, auth=_doors(Permission.CHANGE_READ))
def list_windows(
    request: HttpRequest, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Freezes and maintenance windows by name, so that they are seen when work is planned."""
    systems = caller(request).systems(Permission.CHANGE_READ)
    rows = [
        row
        for row in ledger().store.all(TimeWindow)
        if row.time_window > after
        and (systems is None or row.system is None or row.system in systems)
    ]
    page, more = cut(rows[: limit + 1], limit)
    items = [
        shapes.WindowOut(
            name=row.time_window,
            kind=row.kind,
            system=row.system,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            set_by=row.account,
        )
        for row in page
    ]
    return {"items": items, "next": page[-1].time_window if more else None}
