"""Who gets in: what is public is listed here, all else refuses anonymous callers."""

import json

import pytest

from changeproof.api.app import api

PUBLIC = {
    "/api/openapi.json",
    "/api/policy.schema.json",
    "/health",
    "/ready",
    "/log/checkpoint",
}


def operations():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield (
                method.upper(),
                path.replace("{change}", "x").replace("{check}", "x").replace("{position}", "0"),
            )


def is_problem(reply, status):
    told = json.loads(reply.content)
    return (
        reply.status_code == told["status"] == status
        and reply["Content-Type"] == "application/problem+json"
        and all(isinstance(told[part], str) for part in ("type", "title", "what", "where"))
        and told["why"]
        and told["cure"]
    )


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_every_operation_refuses_anonymous_callers(nobody, method, path):
    reply = nobody.get(path) if method == "GET" else nobody.post(path, {})
    assert is_problem(reply, 401)
    assert reply["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_what_is_public_needs_no_name(nobody, path):
    assert nobody.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api", "/api/docs"])
def test_unknown_addresses_tell_nobody_anything(nobody, caller, path):
    assert is_problem(nobody.get(path), 401)
    assert is_problem(caller().get(path), 404)


def test_a_wrong_token_is_no_token(nobody, caller):
    good = caller()
    assert good.get("/api/changes").status_code == 200
    reply = type(nobody)("changeproof_wrong").get("/api/changes")
    assert is_problem(reply, 401)


def test_a_token_does_no_more_than_its_scopes(caller):
    reader = caller(scopes=("read",))
    assert reader.get("/api/changes").status_code == 200
    assert is_problem(reader.post("/api/gate", {"revision": "a" * 40}), 403)
    assert is_problem(reader.post("/api/events", []), 403)


def test_the_document_is_openapi_3_1_and_names_every_operation(nobody):
    document = nobody.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/changes", "/api/gate", "/api/events", "/api/log/entries/{position}"} <= set(
        document["paths"]
    )


def test_probes_say_what_is_so(nobody):
    assert nobody.get("/health").json()["status"] == "alive"
    told = nobody.get("/ready").json()
    assert told["status"] == "ready"
    assert told["log_size"] == 0
    assert told["oldest_unjudged_seconds"] is None
    assert told["oldest_delivery_seconds"] is None


def test_the_probe_says_how_long_the_oldest_has_waited(nobody):
    from changeproof.ledger.service import ledger, now

    ledger().queue(["CHG-1"])
    long_ago = now() - 90_000_000
    ledger().database.execute("UPDATE unjudged SET since = ?", (long_ago,))
    ledger().queue(["CHG-1", "CHG-2"])
    told = nobody.get("/ready").json()
    assert told["waiting"] == 2
    assert 90 <= told["oldest_unjudged_seconds"] < 120


def test_not_ready_where_the_evidence_tables_are_another_versions(nobody):
    from changeproof.ledger.service import SCHEMA, ledger

    ledger().set_state(SCHEMA, "other")
    reply = nobody.get("/ready")
    assert reply.status_code == 503
    assert "rebuilt" in reply.json()["why"]


def test_what_does_not_fit_the_document_is_named(caller):
    told = caller().post("/api/requests", {"title": "x", "surprise": 1})
    assert is_problem(told, 422)
    assert "body" in told.json()["where"]
    assert is_problem(caller().send("/api/requests", b"{", "application/json"), 400)


def test_a_session_reads_and_writes_with_its_csrf_token_alone(instance):
    from django.test import Client

    from changeproof.accounts.people import operator

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/api/changes").status_code == 200
    asked = {"environment": "production", "revision": "a" * 40}
    reply = browser.post("/api/gate", asked, content_type="application/json")
    assert is_problem(reply, 403)
    assert "CSRF" in reply.json()["cure"]
    assert is_problem(browser.post("/api/nothing"), 403)
