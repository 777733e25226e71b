"""Roles that two people give: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.asked_roles import RoleAsked, RoleConfirmed, RoleRefused, VisitLinkMade
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("asked_role", key=("asked",), rule="earliest")
@dataclass(frozen=True, slots=True)
class AskedRole(Row):
    """Somebody is to hold a role; an empty system stands for all."""

    asked: str
    account: str
    role: str
    system: str
    reason: str | None
    alone: int  # 1: given at once on the host
    asked_by: str | None
    stated_at: int
    event: str


@table("asked_role_confirmation", key=("asked", "event"), seen="stated_at")
@dataclass(frozen=True, slots=True)
class AskedRoleConfirmation(Row):
    """Somebody confirmed it."""

    asked: str
    confirmed_by: str | None
    stated_at: int
    event: str


@table("asked_role_refusal", key=("asked",), rule="earliest")
@dataclass(frozen=True, slots=True)
class AskedRoleRefusal(Row):
    """Somebody refused it, or withdrew it."""

    asked: str
    reason: str | None
    refused_by: str | None
    stated_at: int
    event: str


@table("visit_link", key=("account", "event"), seen="stated_at")
@dataclass(frozen=True, slots=True)
class VisitLinkRow(Row):
    """A link for somebody's first visit, and who saw it where it was shown."""

    account: str
    way: str  # shown, mailed
    made_by: str | None
    stated_at: int
    event: str


@projects(RoleAsked)
def asked_row(event: RoleAsked, event_id: str) -> Iterator[Row]:
    yield AskedRole(
        event.asked,
        event.account,
        event.role,
        event.system or "",
        event.reason,
        int(event.alone),
        event.actor,
        moment(event),
        event_id,
    )


@projects(RoleConfirmed)
def confirmed_row(event: RoleConfirmed, event_id: str) -> Iterator[Row]:
    yield AskedRoleConfirmation(event.asked, event.actor, moment(event), event_id)


@projects(RoleRefused)
def refused_row(event: RoleRefused, event_id: str) -> Iterator[Row]:
    yield AskedRoleRefusal(event.asked, event.reason, event.actor, moment(event), event_id)


@projects(VisitLinkMade)
def visit_link_row(event: VisitLinkMade, event_id: str) -> Iterator[Row]:
    yield VisitLinkRow(event.account, event.way, event.actor, moment(event), event_id)
