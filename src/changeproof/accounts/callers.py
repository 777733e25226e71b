"""Who is asking, and through which door: a signed-in browser or an API token."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from changeproof.accounts.deputies import holdings_in_place
from changeproof.accounts.holdings import Holding, allows, allows_somewhere, systems_of
from changeproof.accounts.models import User
from changeproof.accounts.permissions import NotPermitted, holdings_of, person_of
from changeproof.accounts.seats import SEATS_MAY, Seat, Sight, seats_of
from changeproof.accounts.vocabulary import DEPUTIES_MAY, Permission
from changeproof.ledger.people import AccountPerson, AccountSettlement, RoleGrant, RoleRevocation
from changeproof.ledger.seats import AuditorSeat
from changeproof.ledger.service import ledger
from changeproof.ledger.store import Asked

Parameters = ParamSpec("Parameters")
View: TypeAlias = Callable[Concatenate[Any, Parameters], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a door lets in: holders of `permission` on all systems, or `somewhere` on one; None
    lets in everybody with an account. `seated` lets in auditors by their seat as well: what lies
    behind it then shows the periods of their seats alone."""

    permission: Permission | None
    somewhere: bool = False
    seated: bool = False


@dataclass(frozen=True)
class Caller:
    """One request's account. `limit` is what its token may be used for; a browser has none.
    `by` says which token: `token/12`, or the entry of issuers.yaml: `pipeline/github`.

    Roles are read once a request, at the first question.
    """

    account: str
    display_name: str
    limit: frozenset[Permission] | None = None
    by: str = ""

    def may(self, permission: Permission, system: str | None = None) -> bool:
        """On this system; None asks for all systems."""
        return self._within(permission) and allows(self._reach(permission), permission, system)

    def may_somewhere(self, permission: Permission) -> bool:
        """On some system."""
        return self._within(permission) and allows_somewhere(self._reach(permission), permission)

    def require(self, permission: Permission, system: str | None = None) -> None:
        """Raise NotPermitted unless it may."""
        self._require_within(permission, system)
        if not self.may(permission, system):
            raise NotPermitted(permission, system)

    def require_somewhere(self, permission: Permission) -> None:
        """Raise NotPermitted unless it may on some system."""
        self._require_within(permission, None)
        if not self.may_somewhere(permission):
            raise NotPermitted(permission, None)

    def _require_within(self, permission: Permission, system: str | None) -> None:
        if not self._within(permission):
            raise NotPermitted(
                permission,
                system,
                f"the token's scopes leave out {permission.value}",
                f"Use a token made with --scope {permission.value}; a pipeline's scopes stand in"
                " issuers.yaml.",
            )

    def systems(self, permission: Permission) -> frozenset[str] | None:
        """The systems on which it may; None: all of them."""
        reach = self._reach(permission)
        return systems_of(reach, permission) if self._within(permission) else frozenset()

    def is_seated(self, permission: Permission) -> bool:
        """Whether they come in by a seat: they have one that holds, and no role that would do."""
        may = permission in SEATS_MAY and self._within(permission)
        return may and not self.may_somewhere(permission) and bool(self.seats)

    def sight(self) -> Sight:
        """Which changes they may see."""
        systems = self.systems(Permission.CHANGE_READ)
        if not self.is_seated(Permission.CHANGE_READ):
            return Sight(systems)
        return Sight(frozenset(), tuple(each.span for each in self.seats))

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Their seats that hold now."""
        return seats_of(self.account)

    @cached_property
    def holdings(self) -> frozenset[Holding]:
        return holdings_of([self.account])[self.account]

    @cached_property
    def in_place(self) -> frozenset[Holding]:
        """What they hold for a time as deputy of somebody who is away: to read and to decide."""
        return holdings_in_place(ledger().store, self.account)

    @cached_property
    def person(self) -> str:
        return person_of(self.account)

    def _reach(self, permission: Permission) -> frozenset[Holding]:
        if permission not in DEPUTIES_MAY or allows(self.holdings, permission):
            return self.holdings
        return self.holdings | self.in_place

    def _within(self, permission: Permission) -> bool:
        return self.limit is None or permission in self.limit


def asked_of(account: str) -> tuple[Asked, ...]:
    """What a caller's roles, seats and person are read from (`Store.ahead`)."""
    rows = (RoleGrant, RoleRevocation, AuditorSeat, AccountPerson, AccountSettlement)
    return tuple((row, "account", [account]) for row in rows)


def caller_of(request: HttpRequest) -> Caller | None:
    """The caller behind a browser's session; None for nobody."""
    user = request.user
    if not isinstance(user, User):
        return None
    remembered: Caller | None = getattr(request, "_changeproof_caller", None)
    if remembered is None or remembered.account != user.account:
        remembered = Caller(user.account, user.display_name)
        request._changeproof_caller = remembered  # type: ignore[attr-defined]
    return remembered


def permission_required(
    permission: Permission, *, somewhere: bool = False, seated: bool = False
) -> Callable[[View[Parameters]], View[Parameters]]:
    """Guard a view: 403 unless the viewer may on all systems.

    With `somewhere`, having it on one system is enough to come in; the view then asks
    `caller_of(request).require(permission, system)` before it acts. With `seated`, an auditor's
    seat is enough as well; the view then shows what `caller_of(request).sight()` does.
    """

    def guard(view: View[Parameters]) -> View[Parameters]:
        @wraps(view)
        def guarded(
            request: Any, /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            caller = caller_of(request)
            allowed = caller is not None and (
                (caller.may_somewhere(permission) if somewhere else caller.may(permission))
                or (seated and caller.is_seated(permission))
            )
            if not allowed:
                raise PermissionDenied(permission.value)
            return view(request, *args, **kwargs)

        guarded.admission = Admission(permission, somewhere, seated)  # type: ignore[attr-defined]
        return guarded

    return guard
