"""Which systems a viewer may see: roles are held on one system, or on all."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from changeproof.accounts.callers import Caller, caller_of
from changeproof.accounts.models import User

Systems = frozenset[str] | None
"""The systems that may be seen; None: all of them."""


def signed_in(request: HttpRequest) -> Caller:
    """The viewer. Raises PermissionDenied for nobody, which the door lets through to no page."""
    caller = caller_of(request)
    if caller is None:
        raise PermissionDenied
    return caller


def signed_in_user(request: HttpRequest) -> User:
    """The viewer as private state keeps them. Raises PermissionDenied as above."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sees(systems: Systems, system: str) -> bool:
    """Whether one system is among them."""
    return systems is None or system in systems


def seen_of(systems: Systems, names: Collection[str]) -> list[str]:
    """Those of `names` that may be seen, sorted."""
    return sorted(name for name in names if sees(systems, name))
