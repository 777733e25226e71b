"""A GitHub App asks by tokens of an hour; its key signs, and is shown to nobody."""

import logging
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import NotAnswered
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source, test_source
from changeproof.intake.models import AskedSource
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger
from tests.support.github_server import REPOSITORY, GitHub
from tests.support.protocol_server import Rests, serving

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, form=PrivateFormat.TraditionalOpenSSL):
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


class Apps:
    """GitHub's door for apps, before the history that it guards; tokens end after `minutes`."""

    def __init__(self, minutes=60):
        self.minutes = minutes
        self.refused = None
        self.revoked = False
        self.repositories = [REPOSITORY]
        self.tokens = []
        self.signed = []
        self.inside = GitHub()

    def __call__(self, path, query, headers):
        shown = headers["authorization"].removeprefix("Bearer ")
        if path == "/app/installations/42/access_tokens":
            if self.refused:
                return self.refused, {}, {"message": "no"}
            said = jwt.decode(shown, KEY.public_key(), algorithms=["RS256"])
            self.signed.append(said)
            self.tokens.append(f"ghs_{len(self.tokens)}")
            ends = datetime.now(UTC) + timedelta(minutes=self.minutes)
            told = {"token": self.tokens[-1], "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
            return 201, {}, told
        if shown != self.tokens[-1]:
            return 401, {}, {}
        if self.revoked:
            self.revoked = False
            return 401, {}, {}
        if path == "/installation/repositories":
            found = {"total_count": len(self.repositories), "repositories": self.repositories}
            return 200, {}, found
        return self.inside(path, query, {**headers, "authorization": "Bearer s3cret"})


def connected(address, secret=None, **options):
    said = {"app": "123", "installation": "42", **options}
    secret = pem(KEY) if secret is None else secret
    settings = Settings("github", "github", address, "", secret, said)
    return connect_source(settings, every=300, private_allowed=True)


def test_an_app_signs_for_a_token_and_asks_about_what_its_installation_sees(instance, caplog):
    caplog.set_level(logging.DEBUG)
    forge = Apps()
    with serving(forge) as address:
        source = connected(address)
        assert test_source(source, Rests()).startswith("GitHub answers: ")
        found = ask(ledger(), source, rest=Rests())
    assert found.quarantined == 0
    assert len(forge.tokens) == 2  # one for the test, one for the turn
    said = forge.signed[0]
    assert said["iss"] == "123"
    assert said["exp"] - said["iat"] <= 600
    queries = {row.query for row in ledger().store.all(Retrieval)}
    assert any(each.startswith("installation/repositories") for each in queries)
    assert any(each.startswith("repos/acme/shop/pulls?") for each in queries)
    for secret in (*forge.tokens, pem(KEY).splitlines()[1]):
        assert secret not in caplog.text
        assert secret not in str(queries)
        assert secret not in repr(source.options)


def test_a_token_that_is_about_to_end_is_renewed(instance):
    forge = Apps(minutes=2)
    with serving(forge) as address:
        found = ask(ledger(), connected(address), rest=Rests())
    assert len(forge.tokens) == found.asked


def test_a_token_that_was_taken_back_is_renewed_once(instance):
    forge = Apps()
    with serving(forge) as address:
        source = connected(address)
        forge.tokens.append("ghs_old")

        def told(items, rows):
            forge.revoked = items == "pull requests"

        ask(ledger(), source, rest=Rests(), told=told)
    assert source.trouble == ""
    assert len(forge.tokens) == 3


@pytest.mark.parametrize(
    ("status", "cure"), [(401, "app="), (403, "suspended"), (404, "installation=")]
)
def test_an_app_that_gets_no_token_makes_a_silence_and_is_told_how_to_get_one(
    instance, status, cure
):
    forge = Apps()
    forge.refused = status
    with serving(forge) as address, pytest.raises(NotAnswered, match="not read") as refused:
        ask(ledger(), connected(address), rest=Rests())
    assert cure in refused.value.cure
    assert f"no token: it answered {status}" in AskedSource.objects.get().trouble


def test_an_answer_without_an_end_is_no_token(instance):
    def answer(path, query, headers):
        return 201, {}, b"{" * 70_000

    with serving(answer) as address, pytest.raises(NotAnswered, match="not read") as refused:
        ask(ledger(), connected(address), rest=Rests())
    assert "65,536 bytes" in refused.value.why


@pytest.mark.parametrize("body", [{}, {"token": "ghs_x", "expires_at": "soon"}, [], b"<html>"])
def test_an_answer_without_a_token_says_so(instance, body):
    reply = (201, {}, body)
    with serving(lambda *_: reply) as address, pytest.raises(NotAnswered) as refused:
        ask(ledger(), connected(address), rest=Rests())
    assert "without a token" in refused.value.why
    assert "ghs_x" not in str(refused.value)


def test_no_token_in_the_middle_of_a_turn_is_not_taken_for_a_missing_list(instance):
    """A ruleset may be refused; the app itself may not."""
    forge = Apps(minutes=2)
    with serving(forge) as address:
        source = connected(address)

        def told(items, rows):
            forge.refused = 403 if items == "deployments" else None

        with pytest.raises(NotAnswered, match="not read"):
            ask(ledger(), source, rest=Rests(), told=told)


def test_a_key_whose_line_ends_a_form_took_is_the_same_key(instance):
    forge = Apps()
    for text in (pem(KEY).replace("\n", ""), pem(KEY, PrivateFormat.PKCS8)):
        with serving(forge) as address:
            assert test_source(connected(address, text), Rests())


@pytest.mark.parametrize(
    ("secret", "options", "why"),
    [
        ("ghp_token", {}, "no private key"),
        (pem(KEY), {"app": ""}, "no app's number"),
        (pem(KEY), {"installation": "acme"}, "no number"),
        (pem(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.PKCS8), {}, "no RSA key"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", {}, "cannot be read"),
        ("t", {"key": pem(KEY)}, "options are on record"),
    ],
)
def test_what_is_no_key_is_refused_before_it_is_remembered(instance, secret, options, why):
    with pytest.raises(Refusal) as refused:
        connected("https://api.github.com/", secret, **options)
    assert why in refused.value.why
    assert pem(KEY).splitlines()[1] not in str(refused.value)
    assert not AskedSource.objects.exists()


def test_a_key_is_never_sent_as_a_token(instance):
    settings = Settings(
        "github", "github", "https://api.github.com/", "", pem(KEY), {"repositories": "acme/shop"}
    )
    with pytest.raises(Refusal) as refused:
        connect_source(settings, every=300, private_allowed=False)
    assert "as if it were a token" in refused.value.why
