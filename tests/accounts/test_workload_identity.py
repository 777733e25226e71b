"""Pipelines that come with their platform's token, and those who would like to pass for one."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from changeproof.accounts import workload_identity
from changeproof.accounts.issuer_keys import FRESH, GOOD, REST, IssuerKeys, IssuerUnreachable
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, deactivate, operator
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.accounts.workload_identity import authenticate_pipeline
from changeproof.ledger.service import ledger
from tests.support.protocol_server import serving

AUDIENCE = "https://changes.example.com"
SUBJECT = "repo:acme/payments:environment:production"
KEY, OTHER = rsa_key(65537, 2048), rsa_key(65537, 2048)
ELLIPTIC = generate_private_key(SECP256R1())


class Issuer:
    """An issuer on this machine; `asked` counts how often its keys were fetched."""

    def __init__(self) -> None:
        self.url, self.asked, self.answers = "", 0, True
        self.keys: dict[str, Any] = {"first": KEY}
        self.described_as: str | None = None

    def answer(self, path: str, _query: Any, _headers: Any) -> tuple[int, dict[str, str], Any]:
        if not self.answers:
            return 500, {}, {}
        if path == "/.well-known/openid-configuration":
            named = self.described_as or self.url
            return 200, {}, {"issuer": named, "jwks_uri": f"{self.url}/keys"}
        self.asked += 1
        return 200, {}, {"keys": [self._told(name) for name in self.keys]}

    def _told(self, name: str) -> dict[str, Any]:
        public = self.keys[name].public_key()
        algorithm = RSAAlgorithm if self.keys[name] is not ELLIPTIC else ECAlgorithm
        return {**algorithm.to_jwk(public, as_dict=True), "kid": name, "use": "sig"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    with serving(made.answer) as url:
        made.url = url.rstrip("/")
        yield made


@pytest.fixture
def deployer(instance: object, issuer: Issuer, settings: Any, monkeypatch: Any) -> User:
    settings.ISSUERS = TrustedIssuers.model_validate(
        {
            "pipelines": [
                {
                    "id": "github",
                    "issuer": issuer.url,
                    "audience": AUDIENCE,
                    "subjects": ["repo:acme/*:environment:production"],
                    "claims": {"repository_owner_id": "583231"},
                    "user": "deployer@example.com",
                    "scopes": ["ingest", "gate"],
                }
            ]
        }
    )
    monkeypatch.setattr(workload_identity, "_keys", IssuerKeys())
    roles = ("deployer", "change_manager")
    return add_user("deployer@example.com", "Deployer", roles, by=operator().account)


@pytest.fixture
def token(issuer: Issuer) -> Callable[..., str]:
    """A token as GitHub Actions signs it, changed as asked; None leaves a claim out."""

    def make(
        key: Any = KEY, kid: str | None = "first", algorithm: str = "RS256", **changed: Any
    ) -> str:
        at = int(time.time())
        claims = {
            "iss": issuer.url,
            "aud": AUDIENCE,
            "sub": SUBJECT,
            "iat": at,
            "nbf": at,
            "exp": at + 300,
            "repository": "acme/payments",
            "repository_owner_id": "583231",
            **changed,
        }
        stated = {name: value for name, value in claims.items() if value is not None}
        headers = {} if kid is None else {"kid": kid}
        return jwt.encode(stated, key, algorithm, headers)

    return make


def status(token: str, address: str = "/api/events", body: Any = None) -> int:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    sent = [{"type": "TestsRun"}] if body is None else body
    return client.post(address, sent, content_type="application/json").status_code


def test_a_run_acts_as_the_pinned_user_within_its_scopes(
    deployer: User, token: Callable[..., str]
) -> None:
    run = authenticate_pipeline(token())
    assert run is not None
    assert run.user == deployer
    assert {each.value for each in run.limit} == {"events:write", "gate:ask"}
    sent = {"type": "IncidentOpened", "incident": "INC-1"}
    assert status(token(), body=[sent]) == 202
    entry = json.loads(ledger().log.entry(ledger().log.size() - 1).entry)
    assert entry["collector"] == f"api:{deployer.account}#pipeline/github"
    # The user is a change manager; a pipeline decides nothing all the same.
    assert status(token(), "/api/authorizations", {"change": "CHG-2026-0001"}) == 403


def test_elliptic_curves_are_read_too(
    deployer: User, issuer: Issuer, token: Callable[..., str]
) -> None:
    issuer.keys = {"curve": ELLIPTIC}
    assert authenticate_pipeline(token(ELLIPTIC, "curve", "ES256")) is not None


LATER = int(time.time()) + 10_000


@pytest.mark.parametrize(
    "changed",
    [
        {"key": OTHER},
        {"kid": "second"},
        {"kid": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"aud": "https://elsewhere.example.com"},
        {"aud": [AUDIENCE, "https://elsewhere.example.com"]},
        {"aud": None},
        {"sub": "repo:acme/payments:pull_request"},
        {"sub": "repo:acme-evil/payments:environment:production"},
        {"sub": None},
        {"repository_owner_id": "583232"},
        {"repository_owner_id": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"iat": None},
        {"nbf": LATER},
        {"iat": LATER, "exp": LATER + 300},
        {"exp": int(time.time()) + 10 * 24 * 60 * 60},
        {"filler": "x" * 20_000},
    ],
    ids=lambda changed: ",".join(changed),
)
def test_a_token_that_differs_in_one_point_is_none(
    deployer: User, token: Callable[..., str], changed: dict[str, Any]
) -> None:
    assert authenticate_pipeline(token()) is not None
    assert authenticate_pipeline(token(**changed)) is None
    assert status(token(**changed)) == 401


def test_a_token_signed_with_the_public_key_as_a_secret_is_none(
    deployer: User, token: Callable[..., str]
) -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _, claims, _ = token().split(".")
    for header in ({"alg": "HS256", "kid": "first"}, {"alg": "none", "kid": "first"}):
        told = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        for signature in ("", _hmac(pem, f"{told}.{claims}")):
            assert authenticate_pipeline(f"{told}.{claims}.{signature}") is None


def _hmac(secret: bytes, text: str) -> str:
    import hashlib
    import hmac

    made = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


@pytest.mark.parametrize("text", ["..", "a.b.c", "eyJ.eyJ.", "é.é.é", "." * 5, "x" * 100_000])
def test_other_texts_are_none(deployer: User, text: str) -> None:
    assert authenticate_pipeline(text) is None


def test_without_a_user_there_is_nobody(deployer: User, token: Callable[..., str]) -> None:
    deactivate(deployer, by=operator().account)
    assert status(token()) == 401


def test_a_flood_of_made_up_keys_asks_the_issuer_once_a_minute(
    deployer: User, issuer: Issuer, token: Callable[..., str]
) -> None:
    moment = [0.0]
    keys = IssuerKeys(lambda: moment[0])
    for number in range(20):
        assert authenticate_pipeline(token(OTHER, f"made-up-{number}"), keys) is None
    assert issuer.asked == 1
    issuer.keys = {"second": OTHER}  # it changed its key
    assert authenticate_pipeline(token(OTHER, "second"), keys) is None
    moment[0] += REST + 1
    assert authenticate_pipeline(token(OTHER, "second"), keys) is not None
    assert authenticate_pipeline(token(), keys) is None  # the old one is gone
    assert issuer.asked == 2


def test_keys_outlive_an_outage_for_a_day(
    deployer: User, issuer: Issuer, token: Callable[..., str]
) -> None:
    moment = [0.0]
    keys = IssuerKeys(lambda: moment[0])
    assert authenticate_pipeline(token(), keys) is not None
    issuer.answers = False
    moment[0] += FRESH + 1
    assert authenticate_pipeline(token(), keys) is not None
    moment[0] += GOOD
    with pytest.raises(IssuerUnreachable):
        authenticate_pipeline(token(), keys)


def test_an_issuer_that_does_not_answer_is_no_verdict_on_the_token(
    deployer: User, issuer: Issuer, token: Callable[..., str]
) -> None:
    issuer.answers = False
    assert status(token()) == 503


def test_a_description_of_another_issuer_is_not_taken(
    deployer: User, issuer: Issuer, token: Callable[..., str]
) -> None:
    issuer.described_as = "https://token.actions.githubusercontent.com"
    with pytest.raises(IssuerUnreachable):
        authenticate_pipeline(token())


def test_no_log_line_holds_a_token(
    deployer: User, token: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [token(OTHER), token(sub="repo:acme/x:pull_request"), token(exp=1)]
    assert [status(each) for each in wrong] == [401, 401, 401]
    assert caplog.records
    for each in wrong:
        assert not any(part in caplog.text for part in each.split("."))
