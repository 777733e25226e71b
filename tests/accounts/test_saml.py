"""Sign-in by SAML: the provider is this file, with its own key and assertions really signed."""

import base64
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.test import Client
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, operator
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.site.surroundings import sign_in_providers

HERE = "http://localhost/account/saml/company"
ISSUER = "https://idp.example.com/saml"
SHA256 = ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
          "http://www.w3.org/2001/04/xmlenc#sha256")  # fmt: skip
SHA1 = ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1")


def key_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=10))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    return key_pair()


@pytest.fixture
def trusted(instance: object, keys: tuple[str, str], settings: Any, tmp_path: Path) -> None:
    cache.clear()
    certificate = tmp_path / "provider.pem"
    certificate.write_text(keys[1])
    settings.ISSUERS = TrustedIssuers.model_validate(
        {
            "saml": [
                {
                    "id": "company",
                    "name": "Example Ltd",
                    "entity_id": ISSUER,
                    "sign_in_address": "https://idp.example.com/sso?tenant=7",
                    "certificate_file": str(certificate),
                    "domains": ["example.com"],
                    "roles": [
                        {"group": "engineers", "role": "requester"},
                        {"group": "approvers", "role": "approver", "system": "payments"},
                    ],
                }
            ]
        }
    )
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_providers(settings.ISSUERS)
    operator()


def assertion(question: str, **told: Any) -> str:
    """An assertion about `subject`; any part can be told otherwise."""
    at = datetime.now(UTC).replace(microsecond=0) + told.get("shift", timedelta())
    times = {name: (at + timedelta(minutes=by)).isoformat().replace("+00:00", "Z")
             for name, by in (("now", 0), ("before", -2), ("after", 5))}  # fmt: skip
    audience = told.get("audience", f"{HERE}/metadata/")
    restriction = (
        f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
        "</saml:AudienceRestriction>"
        if audience
        else ""
    )
    binding = f' InResponseTo="{told.get("bound", question)}"' if told.get("bound", "yes") else ""
    values = {"email": [told.get("email", "ada@example.com")], "name": ["Ada"],
              "groups": told.get("groups", ["engineers", "approvers"])}  # fmt: skip
    attributes = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{each}</saml:AttributeValue>" for each in held)
        + "</saml:Attribute>"
        for name, held in values.items()
    )
    form = told.get("form", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
    return (
        '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
        f' ID="{told.get("id", "_a1")}" Version="2.0" IssueInstant="{times["now"]}">'
        f"<saml:Issuer>{told.get('issuer', ISSUER)}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="{form}">{told.get("subject", "ada-1")}</saml:NameID>'
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{times["after"]}"'
        f' Recipient="{told.get("recipient", HERE + "/acs/")}"{binding}/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{times["before"]}" NotOnOrAfter="{times["after"]}">'
        f"{restriction}</saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{times["now"]}"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


def signed(text: str, keys: tuple[str, str], algorithms: tuple[str, str] = SHA256) -> str:
    body = Saml.add_sign(text, keys[0], keys[1], False, *algorithms)
    return body.decode() if isinstance(body, bytes) else body


def response(question: str, *inner: str, status: str = "Success") -> str:
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    asked = f' InResponseTo="{question}"' if question else ""
    return (
        '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1"'
        f' Version="2.0" IssueInstant="{now}" Destination="{HERE}/acs/"{asked}>'
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{ISSUER}</saml:Issuer><samlp:Status><samlp:StatusCode"
        f' Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>'
        f"{''.join(inner)}</samlp:Response>"
    )


def asked(client: Client, place: str = "/") -> str:
    """The id of the question that this browser brought to the provider."""
    away = client.get("/account/saml/company/login/", {"next": place})
    assert away.status_code == 302
    assert away["location"].startswith("https://idp.example.com/sso?tenant=7&SAMLRequest=")
    query = parse_qs(urlsplit(away["location"]).query)
    request = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15).decode()
    found = re.search(r'\bID="([^"]+)"', request)
    assert found is not None
    return found[1]


def brought(client: Client, body: str) -> Any:
    """The provider's page posts from elsewhere, so the session's cookie stays behind."""
    form = {"SAMLResponse": base64.b64encode(body.encode()).decode(), "RelayState": ""}
    posted = Client(headers={"host": "localhost"}).post("/account/saml/company/acs/", form)
    client.cookies["saml-acs-session"] = posted.cookies["saml-acs-session"].value
    return client.get(posted["location"])


def browser() -> Client:
    return Client(headers={"host": "localhost"})


def is_in(client: Client) -> bool:
    return client.get("/changes").status_code != 302


def test_a_member_of_a_mapped_group_comes_in_and_the_next_time_is_found_by_subject(
    trusted: None, keys: tuple[str, str]
) -> None:
    client = browser()
    question = asked(client, "/desk")
    answer = brought(client, response(question, signed(assertion(question), keys)))
    assert (answer.status_code, answer["location"]) == (302, "/desk")
    ada = User.objects.get(email="ada@example.com")
    assert holdings_of([ada.account])[ada.account] == {("requester", ""), ("approver", "payments")}
    again = browser()
    question = asked(again)
    later = assertion(question, email="new@example.com", groups=["engineers"])
    assert brought(again, response(question, signed(later, keys))).status_code == 302
    assert again.get("/changes").wsgi_request.user == ada
    assert holdings_of([ada.account])[ada.account] == {("requester", "")}
    assert "Sign in by Example Ltd" in browser().get("/account/login/").content.decode()


Attack = Callable[[str, tuple[str, str]], str]


def told(**parts: Any) -> Attack:
    return lambda question, keys: response(question, signed(assertion(question, **parts), keys))


def wrapped(question: str, keys: tuple[str, str]) -> str:
    """The signed assertion moved aside, one about somebody else in its place."""
    good = signed(assertion(question), keys)
    evil = assertion(question, id="_evil", subject="boss-1", email="boss@example.com")
    return response(question, evil, f"<samlp:Extensions>{good}</samlp:Extensions>")


def wrapped_inside(question: str, keys: tuple[str, str]) -> str:
    """The signed assertion inside the forged one's signature (XSW of the object kind)."""
    good = signed(assertion(question), keys)
    signature = re.search(r"<ds:Signature.*?</ds:Signature>", good, re.DOTALL)
    assert signature is not None
    bare = good.replace(signature[0], "")
    holding = signature[0].replace(
        "</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>"
    )
    evil = assertion(question, id="_evil", subject="boss-1", email="boss@example.com")
    return response(question, evil.replace("<saml:Subject>", f"{holding}<saml:Subject>"))


def bomb(question: str, keys: tuple[str, str]) -> str:
    entities = (
        '<!ENTITY a "'
        + "x" * 1000
        + '">'
        + "".join(
            f'<!ENTITY {name} "{f"&{inner};" * 20}">' for inner, name in ("ab", "bc", "cd", "de")
        )
    )
    return f"<!DOCTYPE r [{entities}]>" + response(question, "&e;")


ATTACKS: dict[str, tuple[Attack, str]] = {
    "unsigned": (lambda q, k: response(q, assertion(q)), "Assertion of the Response is not signed"),
    "only the envelope signed": (
        lambda q, k: signed(response(q, assertion(q)), k),
        "Assertion of the Response is not signed",
    ),
    "signed by another key": (
        lambda q, k: response(q, signed(assertion(q), key_pair())),
        "Signature validation failed",
    ),
    "signed with SHA-1": (
        lambda q, k: response(q, signed(assertion(q), k, SHA1)),
        "Deprecated signature algorithm",
    ),
    "changed after it was signed": (
        lambda q, k: response(q, signed(assertion(q), k).replace("ada@", "eve@")),
        "Signature validation failed",
    ),
    "wrapped": (wrapped, "must contain 1 assertion"),
    "wrapped inside": (wrapped_inside, "must contain 1 assertion"),
    "another audience": (told(audience="https://other.example.com"), "not a valid audience"),
    "no audience": (told(audience=""), "names no audience"),
    "another recipient": (
        told(recipient="https://other.example.com/acs/"),
        "valid SubjectConfirmation was not found",
    ),
    "another issuer": (told(issuer="https://evil.example.com"), "Invalid issuer"),
    "expired": (told(shift=timedelta(hours=-1)), "expired"),
    "not yet": (told(shift=timedelta(hours=1)), "not yet valid"),
    "an answer to somebody else's question": (
        told(bound="ONELOGIN_other"),
        "valid SubjectConfirmation was not found",
    ),
    "bound by its envelope alone": (told(bound=""), "does not name our question"),
    "begun by the provider": (
        lambda q, k: response("", signed(assertion("", bound=""), k)),
        "began by itself",
    ),
    "a question that nobody asked": (
        lambda q, k: response("_x", signed(assertion("_x"), k)),
        "asked no such question",
    ),
    "failed over there": (lambda q, k: response(q, status="Requester"), "status code"),
    "a name that changes": (
        told(form="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
        "another name each time",
    ),
    "an address elsewhere": (told(email="ada@evil.example"), "of a domain for which it speaks"),
    "an address below": (told(email="ada@x.example.com"), "of a domain for which it speaks"),
    "no mapped group": (told(groups=["else"]), "in no group"),
    "the operator's": (told(email="operator@localhost"), "of a domain for which it speaks"),
    "an XML bomb": (bomb, "no SAML response that can be read"),
    "no XML": (lambda q, k: "surely not", "no SAML response that can be read"),
    "other XML": (lambda q, k: "<a/>", "refused"),
    "nothing": (lambda q, k: "", "no SAML response that can be read"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_no_answer_to_this_browser_signed_by_its_provider_is_refused(
    trusted: None, keys: tuple[str, str], attack: str
) -> None:
    make, why = ATTACKS[attack]
    client = browser()
    answer = brought(client, make(asked(client), keys))
    assert answer.status_code in (401, 403)
    assert why in answer.content.decode()
    assert not is_in(client)
    assert list(User.objects.all()) == [operator()]


def test_an_answer_counts_once_and_in_one_browser(trusted: None, keys: tuple[str, str]) -> None:
    client, thief = browser(), browser()
    question, other = asked(client), asked(thief)
    body = response(question, signed(assertion(question), keys))
    assert brought(thief, body).status_code == 401
    carried = body.replace(f'acs/" InResponseTo="{question}"', f'acs/" InResponseTo="{other}"', 1)
    assert carried != body
    assert brought(thief, carried).status_code == 401
    assert brought(client, body).status_code == 302
    assert "had its answer already" in brought(client, body).content.decode()
    assert not is_in(thief)


def test_a_comment_in_a_name_is_no_end_of_it(trusted: None, keys: tuple[str, str]) -> None:
    boss = add_user("boss@example.com", "Boss", ["approver"], by=operator().account)
    client = browser()
    question = asked(client)
    body = assertion(question, subject="boss-1<!-- -->x", email="boss@example.com<!-- -->.evil")
    answer = brought(client, response(question, signed(body, keys)))
    assert answer.status_code == 403
    assert not boss.socialaccount_set.exists()


def test_the_session_of_before_the_sign_in_is_worth_nothing_after_it(
    trusted: None, keys: tuple[str, str]
) -> None:
    client = browser()
    question = asked(client)
    before = client.cookies["changeproof_session"].value
    brought(client, response(question, signed(assertion(question), keys)))
    assert is_in(client)
    thief = browser()
    thief.cookies["changeproof_session"] = before
    assert not is_in(thief)


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\\\evil.example"])
def test_nobody_is_sent_elsewhere(trusted: None, keys: tuple[str, str], place: str) -> None:
    client = browser()
    question = asked(client, place)
    answer = brought(client, response(question, signed(assertion(question), keys)))
    assert (answer.status_code, answer["location"]) == (302, "/")


def test_what_a_provider_is_told_of_us_and_what_is_not_there(trusted: None) -> None:
    told = browser().get("/account/saml/company/metadata/").content.decode()
    assert f'entityID="{HERE}/metadata/"' in told
    assert f'Location="{HERE}/acs/"' in told
    assert "SingleLogout" not in told
    for address in ("company/sls/", "other/login/", "other/metadata/", "other/acs/finish/"):
        assert browser().get(f"/account/saml/{address}").status_code == 404
    large = browser().post("/account/saml/company/acs/", {"SAMLResponse": "A" * 400_000})
    assert large.status_code == 413
