"""What holds a statement: DSSE envelopes, sigstore bundles, PEP 740, Cloud Build's summaries.

https://github.com/secure-systems-lab/dsse, https://github.com/sigstore/protobuf-specs
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from changeproof.sources.attestations.verification import Envelope, envelope_of, plain_base64
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.document_files import documents
from changeproof.sources.facts import inside, listed, text

_BUNDLE = re.compile(
    r"application/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.3\+json)"
)
_IN_TOTO = re.compile(r"application/vnd\.in-toto\+json|application/vnd\.in-toto\..*\+dsse|.*link.*")


@dataclass(frozen=True)
class Held:
    """One statement, and the latest time that what holds it states (Unix seconds).

    `envelope` is what was signed, if anything was.
    """

    statement: dict[str, Any] | None
    logged_at: int | None = None
    why_none: str = ""
    envelope: Envelope | None = None


def held(value: Any) -> Iterator[Held]:
    """The statements of one document. Raises MalformedPayload for a broken envelope."""
    if isinstance(value, list):
        for each in value:
            yield from held(each)
        return
    if not isinstance(value, dict):
        raise MalformedPayload("it is no attestation")
    media = text(value, "mediaType") or ""
    if "trustedroot" in media:
        yield Held(None, why_none="roots of trust state nothing of a build")
    elif "verificationMaterial" in value:
        yield _of_bundle(value, media)
    elif "payload" in value and "payloadType" in value:
        statement, envelope = _opened(value, value["payload"])
        yield Held(statement, envelope=envelope)
    elif isinstance(value.get("envelope"), dict) and "statement" in value["envelope"]:
        logged = listed(value, "verification_material", "transparency_entries")
        yield Held(_decoded(value["envelope"]["statement"], "envelope.statement"), _logged(logged))
    elif "provenance_summary" in value:
        for provenance in listed(value, "provenance_summary", "provenance"):
            yield _of_cloud_build(provenance)
    elif isinstance(value.get("signed"), dict):
        yield Held(value["signed"])
    elif value.keys() & {"_type", "type", "predicateType", "predicate_type", "statements"}:
        yield Held(value)
    elif value.keys() & {"buildType", "buildDefinition", "scanner"}:
        yield Held(None, why_none="a predicate without a statement names no subject")
    else:
        raise MalformedPayload("it is no attestation that we know")


def _of_bundle(bundle: dict[str, Any], media: str) -> Held:
    if not _BUNDLE.fullmatch(media):
        raise MalformedPayload(f"{media[:80]!r} is no bundle that we read", where="mediaType")
    material = bundle["verificationMaterial"]
    chain = inside(material, "x509CertificateChain")
    if isinstance(chain, dict) and not listed(chain, "certificates"):
        raise MalformedPayload("its chain of certificates is empty", where="verificationMaterial")
    entries = listed(material, "tlogEntries")
    for entry in entries:
        if (text(entry, "logIndex") or "0").startswith("-"):
            raise MalformedPayload("an index in the log is negative", where="tlogEntries.logIndex")
    envelope = bundle.get("dsseEnvelope")
    if isinstance(envelope, dict):
        statement, signed = _opened(envelope, envelope.get("payload"), bundle)
        return Held(statement, _logged(entries), envelope=signed)
    _bytes(inside(bundle, "messageSignature", "signature"), "messageSignature.signature")
    return Held(None, why_none="a signature of a file without a statement")


def _logged(entries: list[Any]) -> int | None:
    for entry in entries:
        said = inside(entry, "integratedTime")
        if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 12:
            return int(said)
        if isinstance(said, int):
            return said
    return None


def _opened(
    envelope: dict[str, Any], payload: Any, bundle: dict[str, Any] | None = None
) -> tuple[dict[str, Any], Envelope]:
    for signature in listed(envelope, "signatures"):
        _bytes(inside(signature, "sig"), "signatures.sig")
    if not _IN_TOTO.fullmatch(text(envelope, "payloadType") or ""):
        raise MalformedPayload("its payload is no in-toto statement", where="payloadType")
    signed = envelope_of(envelope, _bytes(payload, "payload"), bundle)
    return _decoded(payload, "payload"), signed


def _decoded(payload: Any, where: str) -> dict[str, Any]:
    try:
        values = documents(_bytes(payload, where))
    except MalformedPayload as error:
        raise MalformedPayload(error.why, where=where) from error
    if len(values) != 1 or not isinstance(values[0], dict):
        raise MalformedPayload("it holds no statement", where=where)
    return values[0]


def _bytes(said: Any, where: str) -> bytes:
    """Base64, in the plain or the URL's alphabet."""
    if not isinstance(said, str):
        raise MalformedPayload("it is no base64", where=where)
    try:
        return plain_base64(said)
    except (binascii.Error, ValueError) as error:
        raise MalformedPayload("it is no base64", where=where) from error


def _of_cloud_build(provenance: Any) -> Held:
    statement = inside(provenance, "build", "intotoStatement") or inside(
        provenance, "build", "inTotoSlsaProvenanceV1"
    )
    if not isinstance(statement, dict):
        return Held(None, why_none="a summary without a statement")
    predicate = statement.get("predicate") or statement.get("slsaProvenance")
    return Held({**statement, "predicate": predicate})
