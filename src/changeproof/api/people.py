"""Who takes part: listed, added, given roles, left; the same acts as on the page."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.asked_roles import StandingRole, open_roles
from changeproof.accounts.holdings import Holding
from changeproof.accounts.names import names_of
from changeproof.accounts.permissions import accounts_of_users, holdings_of
from changeproof.accounts.vocabulary import ROLES, Permission
from changeproof.alerts.links import server_url
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, cut, one_view
from changeproof.events.people import Role
from changeproof.ledger.service import Ledger, ledger
from changeproof.workflow.account_claims import SettleAccount, settle_account
from changeproof.workflow.asked_roles import ConfirmRole, RefuseRole, confirm_role, refuse_role
from changeproof.workflow.first_visits import MakeLink, make_link
from changeproof.workflow.membership import (
    AddPerson,
    GiveRole,
    RecordDeparture,
    TakeRole,
    add_person,
    give_role,
    record_departure,
    take_role,
)
from changeproof.workflow.recording import Done

router = Router(tags=["people"], auth=api_doors(Permission.ACCOUNT_MANAGE))


class HeldRoleOut(Schema):
    """`system` is null where the role is held on all."""

    role: str
    system: str | None

    @staticmethod
    def of(holding: Holding) -> "HeldRoleOut":
        return HeldRoleOut(role=holding.role, system=holding.system or None)


class PersonOut(Schema):
    account: str
    name: str
    roles: list[HeldRoleOut]


class PeoplePage(Schema):
    items: list[PersonOut]
    next: str | None


class PersonIn(commands.Command):
    """Whom neither a directory nor a sign-on tells of."""

    email: commands.Name
    name: Annotated[str, Field(max_length=200)] = ""
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(ROLES))]
    system: commands.Name | None = None


class PersonRoleIn(commands.Command):
    """`person` is an e-mail address or an account of somebody here."""

    person: commands.Name
    role: Role
    system: commands.Name | None = None


class RoleGrantIn(PersonRoleIn):
    """`reason` is kept where the role waits for a second person."""

    reason: commands.Text | None = None


class RoleConfirmationIn(commands.Command):
    """`asked` is a name such as ROL-2026-0001."""

    asked: commands.Name


class RoleRefusalIn(RoleConfirmationIn):
    reason: commands.Text | None = None


class AskedRoleOut(Schema):
    """`state`: waits, or given alone (on the host, by one person)."""

    asked: str
    account: str
    role: str
    system: str | None
    state: str
    asked_by: str | None
    asked_at: int

    @staticmethod
    def of(each: StandingRole) -> "AskedRoleOut":
        row = each.stated
        return AskedRoleOut(
            asked=row.asked,
            account=row.account,
            role=row.role,
            system=row.system or None,
            state=each.state,
            asked_by=row.asked_by,
            asked_at=row.stated_at,
        )


class AskedRolesPage(Schema):
    items: list[AskedRoleOut]
    next: str | None


class FirstVisitIn(commands.Command):
    """`person` is an e-mail address or an account of somebody here."""

    person: commands.Name


class DepartureIn(commands.Command):
    person: commands.Name


@router.get("/people", response=PeoplePage, auth=api_doors(Permission.ACCOUNT_READ, somewhere=True))
@one_view
def list_people(
    request: HttpRequest,  # noqa: ARG001
    *,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Who may sign in, by account, with what they hold now."""
    accounts = [each for each in sorted(accounts_of_users()) if each > after]
    page, more = cut(accounts[: limit + 1], limit)
    names, holdings = names_of(page), holdings_of(page)
    items = [
        PersonOut(
            account=each,
            name=names[each],
            roles=[HeldRoleOut.of(one) for one in sorted(holdings[each])],
        )
        for each in page
    ]
    return {"items": items, "next": page[-1] if more else None}


@router.post("/people", response=CREATED)
def post_person(request: HttpRequest, body: PersonIn) -> Status[DoneOut]:
    """Add somebody by hand; a role that decides waits for a second person. The link for a first
    visit is another act."""
    return recorded(request, add_person, AddPerson(**body.model_dump()))


@router.post("/first-visits", response=CREATED)
def post_first_visit(request: HttpRequest, body: FirstVisitIn) -> Status[DoneOut]:
    """Send somebody who never signed in a link for their first visit, by mail. Where no mail server
    is named, the page or the command line shows one."""

    def perform(held: Ledger, actor: str, command: MakeLink) -> Done:
        return make_link(held, actor, command, server_url(held)).done

    return recorded(request, perform, MakeLink(body.person, may_show=False))


@router.post("/role-grants", response=CREATED)
def post_role_grant(request: HttpRequest, body: RoleGrantIn) -> Status[DoneOut]:
    """Give somebody a role; never oneself. One that decides waits for a second person."""
    return recorded(request, give_role, GiveRole(**body.model_dump()))


@router.get("/asked-roles", response=AskedRolesPage)
@one_view
def list_asked_roles(
    request: HttpRequest,  # noqa: ARG001
    *,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """The roles that a second administrator is to look at, by name."""
    rows = [each for each in open_roles(ledger().store) if each.stated.asked > after]
    page, more = cut(rows[: limit + 1], limit)
    items = [AskedRoleOut.of(each) for each in page]
    return {"items": items, "next": page[-1].stated.asked if more else None}


@router.post("/role-confirmations", response=CREATED)
def post_role_confirmation(request: HttpRequest, body: RoleConfirmationIn) -> Status[DoneOut]:
    """Confirm a role that another administrator asked for, or that one gave alone on the host."""
    return recorded(request, confirm_role, ConfirmRole(body.asked))


@router.post("/role-refusals", response=CREATED)
def post_role_refusal(request: HttpRequest, body: RoleRefusalIn) -> Status[DoneOut]:
    """Refuse or withdraw one that waits, or take back one that was given alone."""
    return recorded(request, refuse_role, RefuseRole(body.asked, body.reason))


@router.post("/role-ends", response=CREATED)
def post_role_end(request: HttpRequest, body: PersonRoleIn) -> Status[DoneOut]:
    """Take a role back, as it was given."""
    return recorded(request, take_role, TakeRole(**body.model_dump()))


class SettlementIn(commands.Command):
    """`person` is an e-mail address, an account of theirs, or as the record names them; the other
    had the account until `since` (UTC microseconds), or never."""

    account: commands.Name
    person: commands.Name
    since: int | None = None


@router.post("/account-settlements", response=CREATED)
def post_account_settlement(request: HttpRequest, body: SettlementIn) -> Status[DoneOut]:
    """Whose an account is that several persons claim; never said by one of them."""
    return recorded(request, settle_account, SettleAccount(body.account, body.person, body.since))


@router.post("/departures", response=CREATED)
def post_departure(request: HttpRequest, body: DepartureIn) -> Status[DoneOut]:
    """They left: every way in ends at once."""
    return recorded(request, record_departure, RecordDeparture(body.person))
