"""Which systems a viewer may see: roles are held on one system, or on all."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from changeproof.accounts.callers import Caller, caller_of
from changeproof.accounts.holdings import EVERYWHERE
from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, Permission

Systems = frozenset[str] | None
"""The systems that may be seen; None: all of them."""


def signed_in(request: HttpRequest) -> Caller:
    """The viewer. Raises PermissionDenied for nobody, which the door lets through to no page."""
    caller = caller_of(request)
    if caller is None:
        raise PermissionDenied
    return caller


def visible_systems(caller: Caller, permission: Permission = Permission.CHANGE_READ) -> Systems:
    """The systems on which one of the viewer's roles permits it."""
    reached = {
        holding.system
        for holding in caller.holdings
        if permission in ROLE_PERMISSIONS[holding.role]
    }
    return None if EVERYWHERE in reached else frozenset(reached)


def sees(systems: Systems, system: str) -> bool:
    """Whether one system is among them."""
    return systems is None or system in systems


def seen_of(systems: Systems, names: Collection[str]) -> list[str]:
    """Those of `names` that may be seen, sorted."""
    return sorted(name for name in names if sees(systems, name))
