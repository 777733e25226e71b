"""Every address that the server answers, and whom it lets in: for the authorization matrix.

A route that says nothing of itself is open to everybody who is signed in.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation, PathView

from changeproof.accounts.callers import Admission
from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, ROLES
from changeproof.events.people import Role
from changeproof.site.doors import ANSWERS_ITSELF

EVERYBODY = "everybody"
WITH_AN_ACCOUNT = "everybody with an account"

_ITSELF = "sign-in"
"""The room of the library's own pages, which ask for what they need themselves."""


@dataclass(frozen=True, slots=True)
class Route:
    """`path` as Django writes it, without its leading slash; `method` is empty for a page."""

    room: str  # api, web, accounts, sign-in
    path: str
    method: str
    admission: Admission | None  # None: nobody need be signed in
    own_door: str = ""  # what else it asks for, where that is neither a session nor a role alone

    @property
    def lets_in(self) -> str:
        """`change:read, on some system`."""
        if self.own_door:
            return self.own_door
        if self.admission is None:
            return EVERYBODY
        if self.admission.permission is None:
            return WITH_AN_ACCOUNT
        where = ", on some system" if self.admission.somewhere else ""
        return f"{self.admission.permission.value}{where}"

    @property
    def lets_in_seats(self) -> bool:
        """Whether an auditor's seat is enough."""
        return self.admission is not None and (
            self.admission.permission is None or self.admission.seated
        )

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that are let in."""
        if self.admission is None or self.admission.permission is None:
            return ROLES
        return tuple(role for role in ROLES if self.admission.permission in ROLE_PERMISSIONS[role])


def routes() -> list[Route]:
    """All of them, in the order in which an address is looked up."""
    return list(dict.fromkeys(_of(get_resolver().url_patterns, "")))


def _of(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _of(pattern.url_patterns, path)
            continue
        view = pattern.callback
        operations = _operations(view)
        if not operations:
            asked = _of_page(view, path)
            yield Route(_room(view), path, "", asked, getattr(view, "own_door", ""))
        for operation in operations:
            admission = _of_doors(operation.auth_callbacks)
            for method in operation.methods:
                yield Route("api", path, method, admission)


def _operations(view: Any) -> list[Operation]:
    """What an address of the API answers. Ninja's views close over it, and tell of it nowhere."""
    if not inspect.isfunction(view):
        return []
    held = inspect.getclosurevars(view).nonlocals.get("self")
    return list(held.operations) if isinstance(held, PathView) else []


def _of_page(view: Any, path: str) -> Admission | None:
    if not getattr(view, "login_required", True) or f"/{path}".startswith(ANSWERS_ITSELF):
        return None
    found: Admission = getattr(view, "admission", Admission(None))
    return found


def _of_doors(doors: Iterable[Any]) -> Admission | None:
    """What the doors of an operation ask for: all of them the same."""
    asked = {door.admission for door in doors}
    return asked.pop() if asked else None


def _room(view: Any) -> str:
    rooms = str(view.__module__).split(".")
    return rooms[1] if rooms[0] == "changeproof" else _ITSELF
