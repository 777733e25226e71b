"""Who takes part: listed, added, given roles, left; the same acts as on the page."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.holdings import Holding
from changeproof.accounts.names import names_of
from changeproof.accounts.permissions import accounts_of_users, holdings_of
from changeproof.accounts.vocabulary import ROLES, Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, cut, one_view
from changeproof.events.people import Role
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
    """Add somebody by hand. The link for a first visit is made on the page or by command."""
    return recorded(request, add_person, AddPerson(**body.model_dump()))


@router.post("/role-grants", response=CREATED)
def post_role_grant(request: HttpRequest, body: PersonRoleIn) -> Status[DoneOut]:
    """Give somebody a role; never oneself."""
    return recorded(request, give_role, GiveRole(**body.model_dump()))


@router.post("/role-ends", response=CREATED)
def post_role_end(request: HttpRequest, body: PersonRoleIn) -> Status[DoneOut]:
    """Take a role back, as it was given."""
    return recorded(request, take_role, TakeRole(**body.model_dump()))


@router.post("/departures", response=CREATED)
def post_departure(request: HttpRequest, body: DepartureIn) -> Status[DoneOut]:
    """They left: every way in ends at once."""
    return recorded(request, record_departure, RecordDeparture(body.person))
