"""Who may provision, and how a refusal is said (RFC 7644, 2 and 3.12)."""

import logging
from collections.abc import Callable, Hashable
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import Context, Error, ListResponse, SCIMException

from changeproof.accounts.directory import Taken
from changeproof.accounts.permissions import may
from changeproof.accounts.tokens import authenticate_token
from changeproof.accounts.vocabulary import Permission
from changeproof.api.rates import Buckets
from changeproof.api.scim.resources import LARGEST, POLICY, PROVIDER
from changeproof.events.refusal import Refusal

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/scim+json"
Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, str, Parameters], HttpResponse]
_HERE = Permission.DIRECTORY_PROVISION
_asked = Buckets()


def for_directories(view: View[Parameters]) -> Callable[..., HttpResponseBase]:
    """A view behind a token of the scope `directory:provision` alone: one that leaks gives no
    other act away, and no other token provisions. The view is told whose the token is."""

    @csrf_exempt  # a token, never a cookie
    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(
        request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = authenticate_token(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            answer = told(401, "Send a token of the scope directory:provision as Bearer.")
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        account = found.user.account
        if found.scopes.split() != [_HERE.value] or not may(account, _HERE):
            return told(403, "The token is not one for directory:provision alone.")
        taken, left = _asked.take(account)
        if not taken:
            answer = told(429, "This account asks too often.")
            answer["Retry-After"] = str(left.next_in)
            return answer
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return told(413, f"A request has {LARGEST:,} bytes at most.")
        with POLICY, PROVIDER:
            return _answered(view, request, account, *args, **kwargs)

    guarded.own_door = f"a token for `{_HERE.value}` alone"  # type: ignore[attr-defined]
    return guarded


def _answered(
    view: View[Parameters],
    request: HttpRequest,
    account: str,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> HttpResponse:
    try:
        return view(request, account, *args, **kwargs)
    except SCIMException as error:
        return _as_answer(error.to_error())
    except ValidationError as error:
        return _as_answer(Error.from_validation_errors(error)[0])
    except Taken as refusal:
        return told(409, f"{refusal.why}. {refusal.cure}", "uniqueness")
    except Refusal as refusal:
        return told(400, f"{refusal.why}. {refusal.cure}", "invalidValue")
    except RecursionError:
        return told(400, "The document is nested too deep.", "invalidSyntax")


def answer(body: object, status: int = 200) -> JsonResponse:
    """A SCIM document."""
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, safe=False)


@cache
def about(message: Any, model: Hashable) -> Any:
    """The library's message about one kind of resource; making one takes a tenth of a second."""
    return message[model]


def listed(
    model: Any, page: list[Any], total: int, start: int = 1, query: Any = None
) -> HttpResponse:
    """One page of resources; `query` says which of their attributes are wanted."""
    found = about(ListResponse, model)(
        total_results=total, start_index=start, items_per_page=len(page), resources=page
    )
    return answer(
        found.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=query)
    )


def no_such_method(allowed: str) -> HttpResponse:
    """405, and what there is instead."""
    made = told(405, f"Here is {allowed}.")
    made["Allow"] = allowed
    return made


def told(status: int, detail: str, kind: str | None = None) -> HttpResponse:
    """A refusal."""
    return _as_answer(Error(status=status, scim_type=kind, detail=detail))


def _as_answer(error: Error) -> HttpResponse:
    logger.warning("scim: %s %s", error.status, error.scim_type or "")
    return answer(error.model_dump(scim_ctx=Context.DEFAULT), error.status or 400)
