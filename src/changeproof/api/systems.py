"""The register of systems: read, and described; the same act as on its page."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.ledger.service import ledger
from changeproof.ledger.systems_read import DescribedSystem, described_systems
from changeproof.workflow.registering import (
    MOST_ENVIRONMENTS,
    Category,
    DescribeSystem,
    Environment,
    Purpose,
    describe_system,
)

router = Router(tags=["systems"])


class EnvironmentOut(Schema):
    environment: str
    purpose: str
    boundary: str | None


class SystemOut(Schema):
    """`description` is the event that says so; the next description names it."""

    system: str
    owner: str | None
    in_scope: bool
    objectives: list[str]
    data_classes: list[str]
    categories: list[str]
    depends_on: list[str]
    environments: list[EnvironmentOut]
    version_pattern: str | None
    description: str

    @staticmethod
    def of(each: DescribedSystem) -> "SystemOut":
        record = each.record
        return SystemOut(
            system=record.system,
            owner=record.owner,
            in_scope=bool(record.in_scope),
            objectives=list(each.listed("objective")),
            data_classes=list(each.listed("data_class")),
            categories=list(each.listed("category")),
            depends_on=list(each.listed("depends_on")),
            environments=[
                EnvironmentOut(
                    environment=place.environment, purpose=place.purpose, boundary=place.boundary
                )
                for place in each.environments
            ],
            version_pattern=record.version_pattern,
            description=record.event,
        )


class SystemsPage(Schema):
    items: list[SystemOut]
    next: str | None


class EnvironmentIn(commands.Command):
    environment: commands.Name
    purpose: Purpose
    boundary: commands.Name | None = None


class SystemIn(commands.Command):
    """The whole of what is said; `based_on` is the description that it replaces."""

    system: commands.Name
    owner: commands.Name | None = None
    in_scope: bool = True
    objectives: commands.Listed = ()
    data_classes: commands.Listed = ()
    categories: Annotated[tuple[Category, ...], Field(max_length=3)] = ()
    depends_on: commands.Listed = ()
    environments: Annotated[tuple[EnvironmentIn, ...], Field(max_length=MOST_ENVIRONMENTS)] = ()
    version_pattern: commands.Name | None = None
    based_on: commands.Name | None = None


@router.get(
    "/systems",
    response=SystemsPage,
    auth=api_doors(Permission.CHANGE_READ, somewhere=True),
)
@one_view
def list_systems(
    request: HttpRequest, *, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """The systems that are described, by name, as they were described last."""
    visible = caller(request).systems(Permission.CHANGE_READ)
    rows = described_systems(ledger().store, visible)
    page, more = cut([each for each in rows if each.record.system > after][: limit + 1], limit)
    items = [SystemOut.of(each) for each in page]
    return {"items": items, "next": page[-1].record.system if more else None}


@router.post(
    "/system-descriptions",
    response=CREATED,
    auth=api_doors(Permission.SYSTEM_DESCRIBE, somewhere=True),
)
def post_system(request: HttpRequest, body: SystemIn) -> Status[DoneOut]:
    """Describe a system, new or anew; environments that are left out stay."""
    said = body.model_dump()
    said["environments"] = tuple(
        Environment(each.environment, each.purpose, each.boundary) for each in body.environments
    )
    return recorded(request, describe_system, DescribeSystem(**said))
