"""Whether a pinned builder signed a statement: pure, at no time but those that are signed.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
`verified` names builder and identity. `failed` is what should have held and did not: a signature
that names a pinned key or root and does not fit, or a signer who is no expected builder. All else
is `unverified`, with what is missing.
"""

import base64
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from changeproof.events.testing import Attestation
from changeproof.sources.attestations.pins import Pins, PublicKey, RootBuilder
from changeproof.sources.facts import inside, listed, text

MOST_SIGNATURES = 16
_NUMBER = 32


@dataclass(frozen=True)
class Verification:
    """What came of it, by whom or why, and the `builder.id` that the statement must then state."""

    state: Attestation
    told: str | None = None
    builder: str | None = None


UNSIGNED = Verification("unverified")


@dataclass(frozen=True)
class Envelope:
    """What was signed, as the bytes that the statement was read from; `bundle` around it if any."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]
    bundle: dict[str, Any] | None = None

    @property
    def encoded(self) -> bytes:
        """The DSSE pre-authentication encoding: what the signature is over."""
        kind = self.payload_type.encode()
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)


def verify(envelope: Envelope | None, pins: Pins) -> Verification:
    """What the pins say of one envelope; of what is not signed, nothing."""
    if envelope is None or not (pins.keys or pins.roots):
        return UNSIGNED
    if envelope.bundle is not None and _has_certificate(envelope.bundle):
        return _by_roots(envelope.bundle, envelope.payload, pins)
    return _by_keys(envelope, pins)


def holds(verification: Verification, builder: str | None) -> Verification:
    """The same, unless the statement names another builder than the one that is pinned."""
    if verification.builder is None or verification.builder == builder:
        return verification
    return Verification(
        "failed",
        f"{verification.told}, and it names the builder {builder or 'nobody'}"[:500],
    )


def _by_keys(envelope: Envelope, pins: Pins) -> Verification:
    if len(envelope.signatures) > MOST_SIGNATURES:
        return Verification("failed", f"it has more than {MOST_SIGNATURES} signatures")
    for pinned in pins.keys:
        if any(_signed(pinned.key, each, envelope.encoded) for _, each in envelope.signatures):
            told = f"{pinned.name}, by the key {pinned.digest[:12]}"
            return Verification("verified", told, pinned.builder)
    if not envelope.signatures:
        return Verification("unverified", "it bears no signature")
    named = [key_id for key_id, _ in envelope.signatures]
    for pinned in pins.keys:
        if pinned.names.intersection(named):
            return Verification(
                "failed", f"it names the key of {pinned.name}, which did not sign it"
            )
    if pins.keys and "" in named:
        return Verification("failed", "no pinned key signed it, and it names none")
    return Verification("unverified", "the key that signed it is not pinned")


def _signed(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether it is that key's. ECDSA in DER, or as two numbers of 32 bytes (IEEE P1363)."""
    if isinstance(key, EllipticCurvePublicKey) and len(signature) == 2 * _NUMBER:
        halves = (signature[:_NUMBER], signature[_NUMBER:])
        numbers = [int.from_bytes(half, "big") for half in halves]
        if _fits(key, encode_dss_signature(*numbers), data):
            return True
    return _fits(key, signature, data)


def _fits(key: PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, data, ECDSA(SHA256()))
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
        else:
            padding = PSS(MGF1(SHA256()), PSS.AUTO)
            key.verify(signature, data, padding, SHA256())
    except InvalidSignature:
        return False
    return True


def _has_certificate(bundle: dict[str, Any]) -> bool:
    material = bundle.get("verificationMaterial")
    return isinstance(material, dict) and bool(
        material.keys() & {"certificate", "x509CertificateChain"}
    )


def _missing(bundle: dict[str, Any]) -> str | None:
    """What a bundle would need to be checked and does not bear: older ones bear less."""
    material = bundle["verificationMaterial"]
    entries = listed(material, "tlogEntries")
    if not entries:
        return "its bundle bears no entry of a transparency log"
    if any(inside(each, "inclusionProof") is None for each in entries):
        return "its bundle bears no proof that the transparency log holds it"
    return None


def _by_roots(bundle: dict[str, Any], payload: bytes, pins: Pins) -> Verification:
    if not pins.roots:
        return Verification(
            "unverified", "no root is pinned under which its certificate was issued"
        )
    if missing := _missing(bundle):
        return Verification("unverified", missing)
    from changeproof.sources.attestations import bundles

    why, ours = "", False
    for root in {each.digest: each for each in pins.roots}.values():
        try:
            certificate = bundles.signing_certificate(bundle, payload, root.root)
        except bundles.NotVerified as error:
            known = bundles.issued_under(bundle, root.root)
            why, ours = (str(error), True) if known and not ours else (why, ours)
            continue
        builder = _expected(pins.roots, root.digest, certificate)
        if builder is None:
            who = bundles.signer(certificate)
            return Verification("failed", f"it was signed by {who}, no expected builder"[:500])
        told = f"{builder.name}, by its identity under the root {root.digest[:12]}"
        return Verification("verified", told, builder.builder)
    if ours:
        return Verification("failed", f"its bundle does not hold: {why}"[:500])
    return Verification("unverified", "no root is pinned under which its certificate was issued")


def _expected(roots: tuple[RootBuilder, ...], digest: str, certificate: Any) -> RootBuilder | None:
    from changeproof.sources.attestations.bundles import is_issued_to

    for one in roots:
        if one.digest == digest and is_issued_to(certificate, one.issuer, one.subject):
            return one
    return None


def envelope_of(stated: dict[str, Any], payload: bytes, bundle: dict[str, Any] | None) -> Envelope:
    """The envelope as read; a signature that is no base64 was refused before."""
    signatures = tuple(
        (text(each, "keyid") or "", plain_base64(str(inside(each, "sig"))))
        for each in listed(stated, "signatures")
    )
    return Envelope(str(inside(stated, "payloadType")), payload, signatures, bundle)


def plain_base64(said: str) -> bytes:
    """Base64 in the plain or the URL's alphabet, padded or not. Raises ValueError."""
    plain = said.translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
