"""Every address with every role: the server does what the authorization matrix says."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from changeproof.accounts.people import add_user, grant_roles, operator
from changeproof.accounts.tokens import create_token
from changeproof.accounts.vocabulary import ROLES, Permission
from changeproof.ledger.service import ledger
from changeproof.site.routes import Route, routes
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import DECISIONS
from tests.support.pull_requests import SYSTEM, Forge
from tools.authorization_matrix import PAGE, leads_somewhere, matrix

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NAMED = {
    "<path:change>": "CHG-2026-0001",
    "<path:case>": "case:CHG-2026-0001",
    "<path:check>": "cc8_1/08_approval",
    "<path:item>": "CHG-2026-0001",
    "<path:path>": "0/000",
    "<slug:act>": "approve",
    "<slug:document>": "releasing",
    "<digest>": "0" * 64,
    "<slug:digest>": "0" * 64,
    "<slug:order>": "none",
    "<slug:review>": "ACR-2026-0001",
    "<slug:meeting>": "CAB-2026-0001",
    "<slug:provider_id>": "none",
    "<int:entry>": "1",
    "<int:pk>": "1",
    "<int:version>": "1",
    "<position>": "1",
    "<str:secret>": "none",
    "<str:token>": "none",
    "<slug:organization_slug>": "none",
    "<str:number>": "none",
}
ELSEWHERE = "playground"


@pytest.fixture
def known(instance: object) -> list[Route]:
    return routes()


@pytest.fixture
def person(instance: object) -> Callable[..., Any]:
    """Somebody with one role, on a system or on all."""

    def make(name: str, *roles: Any, system: str | None = None) -> Any:
        by = operator().account
        user = add_user(f"{name}@example.com", name, [] if system else list(roles), by=by)
        if system:
            grant_roles(user.account, list(roles), by=by, system=system)
        return user

    return make


def browser(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def speaker(user: Any, *scopes: str) -> Client:
    token = create_token(user, scopes or ("all",))
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


def address(route: Route) -> str:
    path = route.path
    for word, value in NAMED.items():
        path = path.replace(word, value)
    assert "<" not in path, "a new kind of parameter: say in NAMED what stands for it"
    return f"/{path}"


def answer(client: Client, route: Route) -> int:
    if route.method == "POST":
        return client.post(address(route), {}, content_type="application/json").status_code
    return client.generic(route.method or "GET", address(route)).status_code


def test_the_page_is_what_the_code_says(instance: object) -> None:
    assert PAGE.read_text("utf-8") == matrix(), "run: python -m tools.authorization_matrix"


def test_every_page_and_operation_asks_for_a_permission(known: list[Route]) -> None:
    ours = [route for route in known if route.room == "web" or route.method]
    unguarded = {
        (route.method, route.path)
        for route in ours
        if route.admission is None or route.admission.permission is None
    }
    # One says how to write an event, not what anybody wrote; the other's address is the key.
    assert unguarded == {("GET", "api/events/schema"), ("", "calendar/<str:secret>.ics")}
    assert len(ours) > 50


def test_no_operation_writes_for_a_token_that_reads(known: list[Route]) -> None:
    lenient = {
        route.path
        for route in known
        if route.method not in ("", "GET")
        and route.admission is not None
        and str(route.admission.permission).endswith(":read")
    }
    assert lenient == set()


@pytest.mark.parametrize("role", ROLES)
def test_pages_let_in_the_roles_that_the_matrix_names(
    known: list[Route], person: Callable[..., Any], role: str
) -> None:
    client = browser(person(role, role))
    for route in known:
        if route.room != "web" or route.admission is None:
            continue
        size = ledger().log.size()
        got = answer(client, route)
        assert ledger().log.size() == size, (route, "a GET changes nothing")
        posted = client.post(address(route)).status_code
        if role in route.roles:
            assert got not in (401, 403), (route, got)
        else:
            # An address that only takes POST answers 405 to a look, whoever looks.
            assert got in (403, 405), (route, got)
            assert posted in (403, 405), (route, posted)
            assert 403 in (got, posted), route


@pytest.mark.parametrize("role", ROLES)
def test_operations_let_in_the_roles_that_the_matrix_names(
    known: list[Route], person: Callable[..., Any], role: str
) -> None:
    user = person(role, role)
    whole, reading = speaker(user), speaker(user, "read")
    for route in known:
        if not route.method:
            continue
        got = answer(whole, route)
        assert (got == 403) == (role not in route.roles), (route, got)
        if route.method == "POST":  # a token that may only read
            assert answer(reading, route) == 403, route


def test_a_role_on_one_system_comes_in_where_that_is_enough(
    known: list[Route], person: Callable[..., Any]
) -> None:
    here = {role: person(role, role, system=SYSTEM) for role in ROLES}
    speakers = {role: (browser(user), speaker(user)) for role, user in here.items()}
    for route in known:
        if route.admission is None or route.admission.permission is None:
            continue
        for role in route.roles:
            client = speakers[role][1 if route.method else 0]
            got = answer(client, route)
            if got == 405:  # a page that takes only POST
                got = client.post(address(route)).status_code
            assert (got == 403) == (not route.admission.somewhere), (route, role, got)


def test_nobody_gets_a_page_or_an_answer_without_a_name(known: list[Route]) -> None:
    client = Client(raise_request_exception=False)
    for route in known:
        if not leads_somewhere(route):
            continue
        reply = client.generic(route.method or "GET", address(route))
        sent_away = reply.status_code == 401 or (
            reply.status_code == 302 and "/account/login" in reply.headers["Location"]
        )
        if route.admission is not None:
            assert sent_away, (route, reply.status_code)
        elif route.room == "api":
            assert (reply.status_code == 401) == bool(route.own_door), route


BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "authorize": ("authorizations", {}),
    "approve": ("approvals", {"revision": ""}),
    "decline": ("declines", {"reason": "Not this week."}),
    "review": ("post-reviews", {"outcome": "accepted", "reason": "It does what it should."}),
    "close": ("closings", {"outcome": "cancelled"}),
}


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.verb)
@pytest.mark.parametrize(
    ("own", "placed", "closed"), list(itertools.product((True, False), repeat=3))
)
def test_a_decision_is_for_those_whom_the_matrix_names(
    person: Callable[..., Any], decision: Any, own: bool, placed: bool, closed: bool
) -> None:
    """Every decision x on one's own change or another's x on its system or elsewhere x open or
    closed, by a change manager, who holds every permission on changes."""
    forge = Forge(ledger())
    pull, head = forge.open(1)
    asker = person("asker", "change_manager", system=SYSTEM)
    asked = RequestChange("Pay twice", SYSTEM, "They asked for it", links=(pull,))
    change = request_change(ledger(), asker.account, asked).change
    if closed:
        shut = {"change": change, "outcome": "implemented"}
        reply = speaker(asker).post("/api/closings", shut, content_type="application/json")
        assert reply.status_code == 201, reply.content
    actor = asker if own else person("other", "change_manager", system=SYSTEM)
    if not placed:
        actor = person("away", "change_manager", system=ELSEWHERE)
        if own:
            forge.person(actor.account, "person:asker")
            forge.person(asker.account, "person:asker")
    where, body = BODIES[decision.verb]
    said = {"change": change, **body}
    if "revision" in said:
        said["revision"] = head
    reply = speaker(actor).post(f"/api/{where}", said, content_type="application/json")
    allowed = (
        placed
        and not (own and decision.needs_second_person)
        and not (closed and decision.closed_stops)
    )
    assert (reply.status_code == 201) == allowed, reply.content
    assert allowed or reply.status_code == 403


def test_no_role_holds_what_would_let_it_alter_evidence() -> None:
    """There is no permission to change or delete what stands on record."""
    assert not [each for each in Permission if each.rpartition(":")[2] in ("delete", "edit")]
