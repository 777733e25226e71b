"""The API's doors: a bearer token, ours or of a pipeline's platform, or the session of a
signed-in browser with its CSRF token.

`NinjaAPI(auth=api_doors())` for the whole; `auth=api_doors(Permission.GATE_ASK)` for one
operation, whose handler then finds a `Caller` in `request.auth`.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from changeproof.accounts.callers import Caller, caller_of
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.tokens import authenticate_token
from changeproof.accounts.vocabulary import Permission, permissions_of_scopes
from changeproof.accounts.workload_identity import authenticate_pipeline


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`. Raises NotPermitted for a known caller who may not."""

    def __init__(self, permission: Permission | None = None, *, somewhere: bool = False) -> None:
        super().__init__()
        self.permission = permission
        self.somewhere = somewhere

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002
        caller = _named_by(token)
        if caller is None:
            return None
        return _admitted(caller, self.permission, self.somewhere)


class SignedInSession(APIKeyCookie):
    """The browser's session. Without its cookie nothing is asked, so that the answer is 401."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: Permission | None = None, *, somewhere: bool = False) -> None:
        super().__init__(csrf=True)
        self.permission = permission
        self.somewhere = somewhere

    def __call__(self, request: HttpRequest) -> Any | None:
        if self.param_name not in request.COOKIES or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:  # noqa: ARG002
        caller = caller_of(request)
        return None if caller is None else _admitted(caller, self.permission, self.somewhere)


def api_doors(
    permission: Permission | None = None, *, somewhere: bool = False
) -> list[BearerToken | SignedInSession]:
    """Both doors, open to callers who hold `permission` on all systems (or somewhere)."""
    return [
        BearerToken(permission, somewhere=somewhere),
        SignedInSession(permission, somewhere=somewhere),
    ]


def _named_by(token: str) -> Caller | None:
    found = authenticate_token(token)
    if found is not None:
        limit = permissions_of_scopes(found.scopes.split())
        return Caller(found.user.account, found.user.display_name, limit, f"token/{found.pk}")
    run = authenticate_pipeline(token)
    if run is None:
        return None
    return Caller(run.user.account, run.user.display_name, run.limit, f"pipeline/{run.name}")


def _admitted(caller: Caller, permission: Permission | None, somewhere: bool) -> Caller:
    if permission is None:
        return caller
    if somewhere and caller.may_somewhere(permission):
        return caller
    if somewhere:
        raise NotPermitted(permission, None)
    caller.require(permission)
    return caller
