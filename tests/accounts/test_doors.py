"""Who gets in, by which door, and what a browser is told on the way."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from ninja import NinjaAPI

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.callers import caller_of, permission_required
from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.people import add_user, operator
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.tokens import create_token
from changeproof.accounts.vocabulary import Permission
from changeproof.site.urls import urlpatterns as addresses

PASSWORD = "correct horse battery"

api = NinjaAPI(urls_namespace="doors", auth=api_doors(), docs_url=None, openapi_url=None)


@api.exception_handler(NotPermitted)
def forbidden(request, error):
    return api.create_response(request, {"why": error.why}, status=403)


@api.get("/mine", auth=api_doors(Permission.CHANGE_READ))
def mine(request):
    return request.auth.account


@api.post("/policy", auth=api_doors(Permission.POLICY_ADOPT))
def adopt(request):
    return request.auth.account


@permission_required(Permission.POLICY_ADOPT)
def adopt_page(request):
    return HttpResponse("adopted")


def account_page(request):
    return HttpResponse(caller_of(request).account)


urlpatterns = [
    path("api/", api.urls),
    path("adopt/", adopt_page),
    path("mine/", account_page),
    *addresses,
]


@pytest.fixture
def somebody(instance, settings):
    settings.ROOT_URLCONF = __name__
    cache.clear()  # where attempts are counted
    return operator()


@pytest.fixture
def ada(somebody):
    roles = ("requester",)
    return add_user("ada@example.com", "Ada", roles, by=somebody.account, password=PASSWORD)


def browser(**options):
    return Client(headers={"host": "localhost"}, **options)


def signed_in(user, **options):
    client = browser(**options)
    client.force_login(user)
    return client


def test_anonymous_browsers_are_sent_to_sign_in_and_programs_are_refused(somebody):
    answer = browser().get("/mine/")
    assert (answer.status_code, answer["location"]) == (302, "/account/login/?next=/mine/")
    assert browser().get("/api/mine").status_code == 401
    assert browser(enforce_csrf_checks=True).post("/api/policy").status_code == 401


def test_a_password_signs_in_and_a_wrong_one_does_not(ada):
    client = browser()
    page = client.get("/account/login/")
    assert page.status_code == 200
    wrong = client.post("/account/login/", {"login": "ada@example.com", "password": "x" * 12})
    assert wrong.status_code == 200
    right = client.post("/account/login/", {"login": "ADA@example.com", "password": PASSWORD})
    assert (right.status_code, right["location"]) == (302, "/")
    assert client.get("/mine/").content.decode() == ada.account
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/mine/").status_code == 302


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\\\evil.example"])
def test_a_password_leads_nowhere_else(ada, place):
    known = {"login": "ada@example.com", "password": PASSWORD, "next": place}
    answer = browser().post("/account/login/", known)
    assert (answer.status_code, answer["location"]) == (302, "/")
    assert browser().post("/sign-out/", {"next": place}).headers.get("location", "/")[:2] != "//"
    away = signed_in(ada).post("/sign-out/", {"next": place})
    assert away["location"].startswith("/account/login/")


def test_guessing_passwords_is_slowed_down(ada):
    client = browser()
    guess = {"login": "ada@example.com", "password": "wrong wrong wrong"}
    pages = [client.post("/account/login/", guess).content.decode() for _ in range(12)]
    assert "Too many" in pages[-1]
    assert "Too many" not in pages[0]


def test_nobody_signs_up(somebody):
    for address in ("signup/", "email/", "password/reset/"):
        assert browser().get(f"/account/{address}").status_code == 404
    assert get_user_model().objects.count() == 1


def test_a_link_asks_first_and_then_signs_in_once(somebody):
    address = "/sign-in/" + create_sign_in_link(somebody).rpartition("/sign-in/")[2]
    client = browser(enforce_csrf_checks=True)
    for _ in range(2):  # a mail scanner's look uses nothing up
        page = client.get(address)
        assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    assert client.post(address).status_code == 403
    done = client.post(address, {"csrfmiddlewaretoken": token})
    assert (done.status_code, done["location"]) == (302, "/")
    assert client.get("/mine/").content.decode() == somebody.account
    assert browser().post(address).status_code == 410
    assert browser().get("/sign-in/AAAA/").status_code == 410


def test_an_account_without_the_role_is_refused_by_page_and_api(ada, somebody):
    assert signed_in(ada).get("/adopt/").status_code == 403
    assert signed_in(somebody).get("/adopt/").status_code == 200
    assert signed_in(ada).post("/api/policy").status_code == 403
    assert signed_in(ada).get("/api/mine").json() == ada.account


def test_a_token_can_do_no_more_than_its_scopes_and_its_user(ada, somebody):
    def ask(user, scopes, method, address):
        bearer = {"authorization": f"Bearer {create_token(user, scopes)}"}
        return getattr(browser(), method)(address, headers=bearer).status_code

    assert ask(somebody, ["all"], "post", "/api/policy") == 200
    assert ask(somebody, ["read"], "post", "/api/policy") == 403
    assert ask(somebody, ["read"], "get", "/api/mine") == 200
    assert ask(somebody, ["gate"], "get", "/api/mine") == 403
    assert ask(ada, ["all"], "post", "/api/policy") == 403
    wrong = browser().get("/api/mine", headers={"authorization": "Bearer changeproof_x"})
    assert wrong.status_code == 401


def test_a_session_cannot_be_ridden_into_the_api(somebody):
    assert signed_in(somebody, enforce_csrf_checks=True).post("/api/policy").status_code == 403


def test_every_page_forbids_frames_and_foreign_scripts(somebody):
    for client, address in ((browser(), "/account/login/"), (signed_in(somebody), "/mine/")):
        told = client.get(address).headers
        assert "default-src 'self'" in told["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
        assert "unsafe" not in told["Content-Security-Policy"]
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"
    assert "private" in told["Cache-Control"]


def test_a_foreign_host_name_is_refused(somebody):
    assert Client(headers={"host": "evil.example"}).get("/account/login/").status_code == 400


def test_a_caller_reads_its_roles_once(ada, django_assert_max_num_queries):
    request = RequestFactory().get("/")
    request.user = ada
    caller = caller_of(request)
    caller.may(Permission.CHANGE_READ)
    with django_assert_max_num_queries(0):
        assert caller_of(request).may_somewhere(Permission.CHANGE_REQUEST)
        caller.require(Permission.CHANGE_REQUEST)
        with pytest.raises(NotPermitted):
            caller.require(Permission.CHANGE_APPROVE)
