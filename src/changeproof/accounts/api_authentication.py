"""The API's doors: a bearer token, ours or of a pipeline's platform, or the session of a
signed-in browser with its CSRF token.

`NinjaAPI(auth=api_doors())` for the whole; `auth=api_doors(Permission.GATE_ASK)` for one
operation, whose handler then finds a `Caller` in `request.auth`.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from changeproof.accounts.callers import Admission, Caller, caller_of
from changeproof.accounts.tokens import authenticate_token
from changeproof.accounts.vocabulary import Permission, permissions_of_scopes
from changeproof.accounts.workload_identity import authenticate_pipeline


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`. Raises NotPermitted for a known caller who may not."""

    def __init__(self, admission: Admission) -> None:
        super().__init__()
        self.admission = admission

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002
        caller = _named_by(token)
        if caller is None:
            return None
        return _admitted(caller, self.admission)


class SignedInSession(APIKeyCookie):
    """The browser's session. Without its cookie nothing is asked, so that the answer is 401."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, admission: Admission) -> None:
        super().__init__(csrf=True)
        self.admission = admission

    def __call__(self, request: HttpRequest) -> Any | None:
        if self.param_name not in request.COOKIES or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:  # noqa: ARG002
        caller = caller_of(request)
        return None if caller is None else _admitted(caller, self.admission)


def api_doors(
    permission: Permission | None = None, *, somewhere: bool = False, seated: bool = False
) -> list[BearerToken | SignedInSession]:
    """Both doors, open to callers who hold `permission` on all systems (or somewhere), and with
    `seated` to auditors who have a seat."""
    asked = Admission(permission, somewhere, seated)
    return [BearerToken(asked), SignedInSession(asked)]


def _named_by(token: str) -> Caller | None:
    found = authenticate_token(token)
    if found is not None:
        limit = permissions_of_scopes(found.scopes.split())
        return Caller(found.user.account, found.user.display_name, limit, f"token/{found.pk}")
    run = authenticate_pipeline(token)
    if run is None:
        return None
    return Caller(run.user.account, run.user.display_name, run.limit, f"pipeline/{run.name}")


def _admitted(caller: Caller, asked: Admission) -> Caller:
    permission = asked.permission
    if permission is None or (asked.seated and caller.is_seated(permission)):
        return caller
    if not asked.somewhere:
        caller.require(permission)
    else:
        caller.require_somewhere(permission)
    return caller
