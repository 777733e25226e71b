"""At the risk that policy names, a yes counts with a second factor alone: page, API, command."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.people import operator
from changeproof.accounts.second_factor import GOOD_FOR
from changeproof.accounts.tokens import create_token
from changeproof.ledger.decisions import Approval
from changeproof.ledger.joined import Finding
from changeproof.workflow.decisions import ApproveChange, approve
from changeproof.workflow.factor_asked import SecondFactorNeeded, factor_asked
from tests.policy.policies import adopted, policy_with
from tests.support.second_factors import CarriedAuthenticator
from tests.web.test_desk import digest_in
from tests.web.test_views import text_of


@pytest.fixture
def strict(company):
    """Policy asks for a second factor at medium risk, which is that of an unrated change."""
    policy = policy_with(("second_factor_at: []", "second_factor_at: [medium]"), version=2)
    company.forge.ledger.record_events([adopted(policy, 1)], collector="test")
    company.judge()
    return company


def approvals(company):
    return [row.factor for row in company.forge.ledger.store.all(Approval)]


def path_of(company):
    return f"/desk/{company.proposed}?act=approve"


def test_nothing_is_asked_for_where_policy_names_no_risk(company):
    approver = company.browse("approver")
    assert 'name="code"' not in approver.get(path_of(company)).content.decode()
    account = company.user("approver").account
    assert not factor_asked(company.forge.ledger, company.proposed, account, None, 2**50)


def test_a_code_of_the_authenticator_is_shown_with_the_click(strict):
    approver = strict.browse("approver")
    carried = CarriedAuthenticator(strict.user("approver"))
    page = approver.get(path_of(strict))
    assert "At this risk policy asks for a second factor." in text_of(page)
    said = {"verdict": "approved", "content_digest": digest_in(page), "reason": "read it"}
    without = approver.post(path_of(strict), said)
    assert without.status_code == 403
    assert "policy asks for a second factor at the moment of approval" in text_of(without)
    assert "read it" in text_of(without)
    wrong = approver.post(path_of(strict), {**said, "code": "000000x"})
    assert wrong.status_code == 422
    assert approvals(strict) == []
    code = carried.code()
    done = approver.post(path_of(strict), {**said, "code": code}, follow=True)
    assert "Recorded as entry" in text_of(done)
    assert approvals(strict) == ["totp"]
    strict.judge()
    [finding] = [
        row
        for row in strict.forge.ledger.store.by(Finding, "subject", [strict.proposed])
        if row.check_id == "cc8_1/08_approval"
    ]
    assert "1 of 1 independent approvals so far" in finding.reason
    life = text_of(approver.get(f"/changes/{strict.proposed}"))
    assert "At the desk, with a code of an authenticator" in life
    again = approver.post(path_of(strict), {**said, "code": code})
    assert again.status_code == 422  # a code serves once


def test_whoever_has_none_is_told_where_to_set_one_up(strict):
    said = text_of(strict.browse("approver").get(path_of(strict)))
    assert "You have no second factor yet." in said


def shown(client, kind, ago=0.0, **said):
    """What allauth's page leaves in the session after a passkey was shown."""
    session = client.session
    user = int(session["_auth_user_id"])
    session["account_authentication_methods_user"] = str(user)
    record = {"method": "mfa", "type": kind, "at": time.time() - ago, **said}
    session["account_authentication_methods"] = [record]
    session.save()


@pytest.mark.parametrize(
    ("ago", "said", "counts"),
    [
        (1, {"reauthenticated": True}, True),
        (GOOD_FOR + 1, {"reauthenticated": True}, False),
        (1, {}, False),  # signing in is not the moment of approval
    ],
)
def test_a_passkey_is_good_for_one_decision_and_some_minutes(strict, ago, said, counts):
    approver = strict.browse("approver")
    CarriedAuthenticator(strict.user("approver"))
    shown(approver, "webauthn", ago, **said)
    page = approver.get(path_of(strict))
    assert ("You have shown your second factor." in text_of(page)) == counts
    told = {"verdict": "approved", "content_digest": digest_in(page)}
    approver.post(path_of(strict), told)
    assert approvals(strict) == (["webauthn"] if counts else [])
    approver.post(path_of(strict), told)
    assert approvals(strict) == (["webauthn"] if counts else [])  # it was used up


def test_a_token_alone_does_not_do_over_the_api(strict):
    approver, user = strict.browse("approver"), strict.user("approver")
    carried = CarriedAuthenticator(user)
    headers = {"Authorization": f"Bearer {create_token(user, ('all',))}"}
    said = {"change": strict.proposed, "revision": strict.head}
    approver.logout()
    for code, status in ((None, 403), ("123", 422), (carried.code(), 201)):
        told = json.dumps({**said, "code": code})
        reply = approver.post(
            "/api/approvals", told, content_type="application/json", headers=headers
        )
        assert reply.status_code == status, reply.content
    assert approvals(strict) == ["totp"]


def test_too_many_codes_stop_it(strict):
    approver = strict.browse("approver")
    CarriedAuthenticator(strict.user("approver"))
    said = {"verdict": "approved", "content_digest": digest_in(approver.get(path_of(strict)))}
    replies = [
        text_of(approver.post(path_of(strict), {**said, "code": f"{number:06}x"}))
        for number in range(30)
    ]
    assert "too many codes were tried" in replies[-1]


def test_the_command_of_the_workflow_asks_too(strict):
    by = operator().account
    with pytest.raises(SecondFactorNeeded):
        approve(strict.forge.ledger, by, ApproveChange(strict.proposed))


def test_where_everybody_needs_one_nothing_opens_without(
    company, settings, django_capture_on_commit_callbacks
):
    settings.SECOND_FACTOR_FROM_EVERYBODY = True
    somebody = company.browse("administrator")
    for path in ("/", "/people", "/tokens"):
        answer = somebody.get(path, follow=True)
        assert answer.redirect_chain == [("/account/2fa/", 302)]
        assert "Set up a second factor first" in text_of(answer)
    assert somebody.post("/tokens", {"scope": ["read"], "days": "30"}).status_code == 302
    refused = somebody.get("/api/changes")
    assert (refused.status_code, refused.json()["where"]) == (403, "session")
    token = {"Authorization": f"Bearer {create_token(company.user('requester'), ('read',))}"}
    assert Client(headers=token).get("/api/changes").status_code == 200
    assert Client().get("/health").status_code == 200

    cache.clear()  # of the tries that are counted against an account of this number
    scanned = somebody.get("/account/2fa/totp/activate/").context["form"].secret
    code = CarriedAuthenticator(scanned=scanned).code()
    with django_capture_on_commit_callbacks(execute=True):
        assert somebody.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert somebody.get("/").status_code == 200
    Authenticator.objects.all().delete()
    assert somebody.get("/account/2fa/").status_code == 200
    assert somebody.get("/").status_code == 302


def test_a_one_time_link_passes_no_second_factor(company, settings):
    settings.SECOND_FACTOR_FROM_EVERYBODY = True
    user = company.user("administrator")
    user.set_password("correct horse battery")
    user.save()
    carried = CarriedAuthenticator(user)
    bearer = Client()
    bearer.post(f"/{create_sign_in_link(user, 'http://x').split('/', 3)[3]}")
    show = "/account/2fa/reauthenticate/"
    doors = ("/people", "/account/2fa/", "/account/password/change/", "/account/reauthenticate/")
    for path in (*doors, "/account/2fa/totp/activate/"):
        assert bearer.get(path)["Location"].startswith(f"{show}?next="), path
    known = {"password": "correct horse battery"}  # a further thing known is no thing held
    assert bearer.post("/account/reauthenticate/", known)["Location"].startswith(show)
    refused = bearer.get("/api/changes")
    assert (refused.status_code, "none was shown" in refused.json()["why"]) == (403, True)
    code = {"code": carried.code(), "next": "/people"}
    cache.clear()
    assert bearer.post(f"{show}?next=/people", code)["Location"] == "/people"
    assert bearer.get("/people").status_code == 200
