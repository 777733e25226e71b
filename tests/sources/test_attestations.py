"""Signatures of attestations against pinned builders: what holds, what fails, what is missing."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sigstore
import yaml
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.sources.attestations.pins import Pins, read_pins, use_pins
from changeproof.sources.attestations.verification import Envelope, verify
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import translate

KIND = "application/vnd.in-toto+json"
BUILDER = "https://builder.example/release"
FORGE = "https://token.actions.githubusercontent.com"
WORKFLOW = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon"
    "/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
KEYS = {
    "ecdsa": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "rsa": rsa.generate_private_key(65537, 3072),
}
STRANGER = ed25519.Ed25519PrivateKey.generate()
PUBLIC_ROOT = (
    Path(sigstore.__file__).parent
    / "_store/https%3A%2F%2Ftuf-repo-cdn.sigstore.dev/trusted_root.json"
)
"""The public instance's root, as the library ships it."""


def statement(builder: str = BUILDER) -> bytes:
    """A provenance of one artifact."""
    told = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "shop", "digest": {"sha256": "a" * 64}}],
        "predicate": {"runDetails": {"builder": {"id": builder}}},
    }
    return json.dumps(told).encode()


def signature(key: Any, payload: bytes, kind: str = KIND) -> bytes:
    """By the DSSE protocol, written out here a second time."""
    data = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(SHA256()))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())


SIGNED = {name: signature(key, statement()) for name, key in KEYS.items()}


def envelope(payload: bytes, *signatures: tuple[str, bytes]) -> dict[str, Any]:
    """As it travels."""
    signed = [{"keyid": name, "sig": base64.b64encode(sig).decode()} for name, sig in signatures]
    return {
        "payloadType": KIND,
        "payload": base64.b64encode(payload).decode(),
        "signatures": signed,
    }


def pem(key: Any) -> bytes:
    """The public half."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def folder_of(path: Path, *builders: dict[str, str], **files: bytes) -> Path:
    """A folder of pins, written."""
    (path / "builders.yaml").write_text(yaml.safe_dump({"version": 1, "builders": [*builders]}))
    for name, body in files.items():
        (path / name).write_bytes(body)
    return path


@pytest.fixture
def pinned(tmp_path: Path) -> Iterator[Callable[..., Pins]]:
    def pin(*builders: dict[str, str], **files: bytes) -> Pins:
        use_pins(folder_of(tmp_path, *builders, **files))
        return read_pins(tmp_path)

    yield pin
    use_pins(None)


@pytest.fixture
def built(deliver, pseudonyms):
    def event(body: Any) -> Any:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        (only,) = translate(deliver("attest", payload), pseudonyms).events
        return only

    return event


def by_key(name: str, **fields: str) -> dict[str, str]:
    return {"name": f"release {name}", "key": name, **fields}


@pytest.mark.parametrize("name", KEYS)
def test_a_pinned_key_verifies_and_is_named(pinned, built, name):
    key = KEYS[name]
    pins = pinned(by_key(name, builder=BUILDER), **{name: pem(key)})
    event = built(envelope(statement(), ("", signature(key, statement()))))
    assert event.attestation == "verified"
    assert event.attested == f"release {name}, by the key {pins.keys[0].digest[:12]}"


def test_without_pins_nothing_is_verified_nor_failed(built):
    event = built(envelope(statement(), ("", b"anything")))
    assert (event.attestation, event.attested) == ("unverified", None)


def test_one_of_two_signatures_is_enough(pinned, built):
    pinned(by_key("rsa"), rsa=pem(KEYS["rsa"]))
    both = [("x", signature(STRANGER, statement())), ("y", signature(KEYS["rsa"], statement()))]
    assert built(envelope(statement(), *both)).attestation == "verified"


def test_the_right_key_over_another_statement_fails(pinned, built):
    pinned(by_key("ecdsa"), ecdsa=pem(KEYS["ecdsa"]))
    event = built(envelope(statement("other"), ("", signature(KEYS["ecdsa"], statement()))))
    assert event.attestation == "failed"


def test_a_signature_that_names_a_pinned_key_and_does_not_fit_fails(pinned, built):
    pins = pinned(by_key("ecdsa", key_id="vault/7"), ecdsa=pem(KEYS["ecdsa"]))
    wrong = signature(STRANGER, statement())
    for named in (pins.keys[0].digest, f"sha256:{pins.keys[0].digest}", "vault/7"):
        event = built(envelope(statement(), (named, wrong)))
        assert event.attestation == "failed"
        assert event.attested == "it names the key of release ecdsa, which did not sign it"


def test_another_key_than_those_pinned_is_told_and_is_no_failure(pinned, built):
    pinned(by_key("ecdsa"), ecdsa=pem(KEYS["ecdsa"]))
    event = built(envelope(statement(), ("theirs", signature(STRANGER, statement()))))
    assert (event.attestation, event.attested) == (
        "unverified",
        "the key that signed it is not pinned",
    )


def test_a_pinned_key_that_speaks_for_another_builder_fails(pinned, built):
    pinned(by_key("ed25519", builder=BUILDER), ed25519=pem(KEYS["ed25519"]))
    other = statement("https://builder.example/elsewhere")
    event = built(envelope(other, ("", signature(KEYS["ed25519"], other))))
    assert event.attestation == "failed"
    assert event.attested.endswith("and it names the builder https://builder.example/elsewhere")


def test_tests_whose_signature_fails_do_not_count(pinned, built):
    pinned(by_key("ecdsa"), ecdsa=pem(KEYS["ecdsa"]))
    told = {
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "subject": [{"digest": {"gitCommit": "b" * 40}}],
        "predicate": {"result": "PASSED"},
    }
    payload = json.dumps(told).encode()
    good = built(envelope(payload, ("", signature(KEYS["ecdsa"], payload))))
    assert (good.type, good.attestation) == ("TestsRun", "verified")
    seen = built(envelope(payload, ("", signature(STRANGER, payload))))
    assert seen.type == "DeliverySeen"
    assert "tests that nobody vouches for" in seen.reason


@given(data=st.data(), name=st.sampled_from(sorted(KEYS)))
@settings(max_examples=150, deadline=None)
def test_any_altered_byte_of_payload_kind_or_signature_fails(tmp_path_factory, data, name):
    key = KEYS[name]
    pins = read_pins(folder_of(tmp_path_factory.mktemp("pins"), by_key(name), **{name: pem(key)}))
    parts = [KIND.encode(), statement(), SIGNED[name]]
    which = data.draw(st.integers(0, 2))
    altered = bytearray(parts[which])
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= data.draw(st.integers(1, 127))
    parts[which] = bytes(altered)
    kind, payload, signed = parts
    found = verify(Envelope(kind.decode("latin-1"), payload, (("", signed),)), pins)
    assert found.state == "failed"


@pytest.mark.parametrize(
    ("entry", "files", "why"),
    [
        ({"name": "x"}, {}, "a builder has a `key`"),
        ({"name": "x", "key": "k", "root": "r"}, {}, "a builder has a `key`"),
        ({"name": "x", "key": "../k"}, {}, "outside the folder"),
        ({"name": "x", "key": "k"}, {}, "cannot be read"),
        ({"name": "x", "key": "k"}, {"k": b"no key"}, "no public key in PEM"),
        ({"name": "x", "key": "k"}, {"k": pem(ec.generate_private_key(ec.SECP384R1()))}, "none of"),
        ({"name": "x", "key": "k"}, {"k": pem(rsa.generate_private_key(65537, 1024))}, "none of"),
        (
            {"name": "x", "root": "r", "issuer": "i", "subject": "s"},
            {"r": b"{}"},
            "no trusted root",
        ),
        ({"name": "x", "key": "k", "lenient": "yes"}, {}, "lenient"),
    ],
)
def test_a_folder_that_pins_nothing_clear_is_refused(tmp_path, entry, files, why):
    with pytest.raises(Refusal, match="pinned builders were not loaded") as refused:
        read_pins(folder_of(tmp_path, entry, **files))
    assert why in refused.value.why
    assert refused.value.cure


def by_root(subject: str = WORKFLOW, **fields: str) -> dict[str, str]:
    return {
        "name": "beacon",
        "root": "root.json",
        "issuer": FORGE,
        "subject": subject,
        **fields,
    }


@pytest.fixture
def bundle(shared: Path) -> dict[str, Any]:
    name = "conformance/happy-path-intoto-in-dsse-v3.sigstore.json"
    return json.loads((shared / "data/payloads/attest" / name).read_bytes())


@pytest.mark.parametrize("subject", [WORKFLOW, WORKFLOW.partition("@")[0] + "@*"])
def test_a_real_bundle_is_verified_by_root_and_identity(pinned, built, bundle, subject):
    pins = pinned(by_root(subject), **{"root.json": PUBLIC_ROOT.read_bytes()})
    event = built(bundle)
    assert event.attestation == "verified"
    assert event.attested == f"beacon, by its identity under the root {pins.roots[0].digest[:12]}"


@pytest.mark.parametrize(
    "other",
    [
        {"subject": WORKFLOW.replace("main", "mine")},
        {"issuer": "https://issuer.example"},
        {"builder": BUILDER},
    ],
)
def test_a_real_bundle_of_no_expected_builder_fails(pinned, built, bundle, other):
    pinned({**by_root(), **other}, **{"root.json": PUBLIC_ROOT.read_bytes()})
    assert built(bundle).attestation == "failed"


def test_a_bundle_without_its_log_entry_is_told_as_what_it_lacks(pinned, built, bundle):
    pinned(by_root(), **{"root.json": PUBLIC_ROOT.read_bytes()})
    bundle["verificationMaterial"]["tlogEntries"] = []
    event = built(bundle)
    assert (event.attestation, event.attested) == (
        "unverified",
        "its bundle bears no entry of a transparency log",
    )


def test_a_bundle_of_another_instance_is_told_as_not_pinned(pinned, built, bundle, shared):
    root = shared / "data/payloads/attest/conformance/rekor2-happy-path.trusted_root.json"
    pinned(by_key("ecdsa"), ecdsa=pem(KEYS["ecdsa"]))
    assert built(bundle).attestation == "unverified"
    pinned(by_root(), **{"root.json": root.read_bytes()})
    assert built(bundle).attestation != "verified"


PLACES = [
    ("dsseEnvelope", "payload"),
    ("dsseEnvelope", "signatures", 0, "sig"),
    ("verificationMaterial", "certificate", "rawBytes"),
    ("verificationMaterial", "tlogEntries", 0, "canonicalizedBody"),
    ("verificationMaterial", "tlogEntries", 0, "inclusionPromise", "signedEntryTimestamp"),
    ("verificationMaterial", "tlogEntries", 0, "inclusionProof", "rootHash"),
    ("verificationMaterial", "tlogEntries", 0, "inclusionProof", "hashes", 0),
]


@given(data=st.data(), place=st.sampled_from(PLACES))
@settings(max_examples=200, deadline=None)
def test_no_altered_bundle_is_verified(tmp_path_factory, shared, data, place):
    name = "conformance/happy-path-intoto-in-dsse-v3.sigstore.json"
    altered = json.loads((shared / "data/payloads/attest" / name).read_bytes())
    folder = tmp_path_factory.mktemp("pins")
    pins = read_pins(folder_of(folder, by_root(), **{"root.json": PUBLIC_ROOT.read_bytes()}))
    holder: Any = altered
    for step in place[:-1]:
        holder = holder[step]
    body = bytearray(base64.b64decode(holder[place[-1]]))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    holder[place[-1]] = base64.b64encode(body).decode()
    payload = base64.b64decode(altered["dsseEnvelope"]["payload"])
    signed = Envelope(KIND, payload, (), altered)
    state = verify(signed, pins).state
    assert state == "failed" or (state == "unverified" and place[1] == "certificate")


def test_of_the_real_files_this_many_verify(pinned, deliver, pseudonyms, shared):
    """Under the public root, with one workflow expected; the tampered and the foreign fail."""
    pinned(by_root(), **{"root.json": PUBLIC_ROOT.read_bytes()})
    states: Counter[str] = Counter()
    for file in sorted((shared / "data/payloads/attest").glob("*/*")):
        try:
            events = translate(deliver("attest", file.read_bytes()), pseudonyms).events
        except MalformedPayload:
            continue
        states.update(event.attestation for event in events if hasattr(event, "attestation"))
    assert states == {"verified": 1, "failed": 2, "unverified": 12}


def test_a_real_summary_is_verified_by_its_publishers_key(pinned, shared):
    folder = shared / "data/payloads/attest/slsa-verifier"
    pins = pinned(by_key("vsa"), vsa=(folder / "vsa-signing-public-key.pem").read_bytes())
    summary = json.loads((folder / "vsa-gke-gce-pre.bcid-vsa.jsonl").read_bytes())
    payload = base64.urlsafe_b64decode(summary["payload"])
    signed = base64.b64decode(summary["signatures"][0]["sig"])
    assert verify(Envelope(KIND, payload, (("", signed),)), pins).state == "verified"
    assert verify(Envelope(KIND, payload + b" ", (("", signed),)), pins).state == "failed"
