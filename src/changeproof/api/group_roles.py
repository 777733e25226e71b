"""Which group of the sign-on gives which role: listed, put forward, adopted, ended."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.group_roles import StandingGroupRole, standing_group_roles
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, cut, one_view
from changeproof.events.people import Role
from changeproof.ledger.service import ledger
from changeproof.workflow.group_roles import (
    AdoptGroupRole,
    EndGroupRole,
    ProposeGroupRole,
    adopt_group_role,
    end_group_role,
    propose_group_role,
)

router = Router(tags=["people"], auth=api_doors(Permission.ACCOUNT_MANAGE))


class GroupRoleOut(Schema):
    """`state`: waits, in force, ended, refused."""

    mapping: str
    provider: str
    group: str
    role: str
    system: str | None
    state: str
    proposed_by: str | None
    proposed_at: int
    adopted_by: str | None
    adopted_at: int | None

    @staticmethod
    def of(each: StandingGroupRole) -> "GroupRoleOut":
        row, adopted = each.stated, each.adopted
        return GroupRoleOut(
            mapping=row.mapping,
            provider=row.provider,
            group=row.group_name,
            role=row.role,
            system=row.system or None,
            state=each.state,
            proposed_by=row.proposed_by,
            proposed_at=row.stated_at,
            adopted_by=adopted.adopted_by if adopted is not None else None,
            adopted_at=adopted.stated_at if adopted is not None else None,
        )


class GroupRolesPage(Schema):
    items: list[GroupRoleOut]
    next: str | None


class GroupRoleIn(commands.Command):
    """`provider` is `scim:directory`, or `oidc:` or `saml:` and an id of issuers.yaml."""

    provider: commands.Name
    group: commands.Name
    role: Role
    system: commands.Name | None = None
    reason: commands.Text | None = None


class GroupRoleAdoptionIn(commands.Command):
    mapping: commands.Name


class GroupRoleEndIn(commands.Command):
    mapping: commands.Name
    reason: commands.Text | None = None


@router.get("/group-roles", response=GroupRolesPage)
@one_view
def list_group_roles(
    request: HttpRequest,  # noqa: ARG001
    *,
    after: After = "",
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """What was put forward here, by name; what issuers.yaml pins is not among it."""
    rows = [each for each in standing_group_roles(ledger().store) if each.stated.mapping > after]
    page, more = cut(rows[: limit + 1], limit)
    items = [GroupRoleOut.of(each) for each in page]
    return {"items": items, "next": page[-1].stated.mapping if more else None}


@router.post("/group-roles", response=CREATED)
def post_group_role(request: HttpRequest, body: GroupRoleIn) -> Status[DoneOut]:
    """Put one forward; the number is given here. A deciding role waits for a second person."""
    return recorded(request, propose_group_role, ProposeGroupRole(**body.model_dump()))


@router.post("/group-role-adoptions", response=CREATED)
def post_group_role_adoption(request: HttpRequest, body: GroupRoleAdoptionIn) -> Status[DoneOut]:
    """Adopt what somebody else put forward."""
    return recorded(request, adopt_group_role, AdoptGroupRole(body.mapping))


@router.post("/group-role-ends", response=CREATED)
def post_group_role_end(request: HttpRequest, body: GroupRoleEndIn) -> Status[DoneOut]:
    """Refuse or withdraw one that waits, or end one in force."""
    return recorded(request, end_group_role, EndGroupRole(body.mapping, body.reason))
