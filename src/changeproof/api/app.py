"""The HTTP API: one object, its routers, how it describes itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError

from changeproof import __version__
from changeproof.accounts.api_authentication import api_doors
from changeproof.api import (
    access,
    alerts,
    assessments,
    baselines,
    boards,
    break_glass,
    cases,
    changes,
    checks,
    deciding,
    desk,
    documents,
    entries,
    gate,
    group_roles,
    handing_over,
    incidents,
    intake,
    oversight,
    people,
    policies,
    reconciliation,
    relations,
    seats,
    several,
    steps,
    systems,
    together,
    views,
    vulnerabilities,
    waivers,
)
from changeproof.api.closed_query import closed_query
from changeproof.api.conditional import conditional
from changeproof.api.description import DescribedApi
from changeproof.api.idempotency import idempotent
from changeproof.api.problems import (
    UNAUTHENTICATED,
    add_handlers,
    http_problem,
    not_found,
    problem_response,
)
from changeproof.api.rates import AccountRate, tell_what_is_left

api = DescribedApi(
    title="Changeproof",
    version=__version__,
    description=(
        "Changes to production, judged against CC8.1 and provable. Send a token as"
        " `Authorization: Bearer …`; every refusal is a problem (RFC 9457) with what, where, why"
        " and cure. Times are UTC microseconds. Webhooks: `POST /webhooks/KIND`."
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    auth=api_doors(),
    throttle=AccountRate(),
    urls_namespace="api",
)
add_handlers(api)
for each in (idempotent, closed_query(api)):
    api.add_decorator(each)
for whole in (conditional, tell_what_is_left):
    api.add_decorator(whole, mode="view")
for room in (
    changes,
    reconciliation,
    desk,
    cases,
    assessments,
    relations,
    boards,
    deciding,
    together,
    views,
    waivers,
    incidents,
    vulnerabilities,
    baselines,
    systems,
    access,
    documents,
    seats,
    several,
    people,
    group_roles,
    handing_over,
    steps,
    break_glass,
    gate,
    intake,
    checks,
    policies,
    oversight,
    entries,
    alerts,
):
    api.add_router("", room.router)


def unknown_operation(request: HttpRequest, **_: Any) -> HttpResponse:
    """Any other address below /api/: 401 for nobody, 404 for a caller."""
    try:
        known = any(door(request) for door in api_doors())
    except HttpError as error:  # a session without its CSRF token
        return http_problem(error, request.path)
    return not_found(request.path) if known else problem_response(401, UNAUTHENTICATED)
