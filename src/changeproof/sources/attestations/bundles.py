"""A Sigstore bundle against a pinned root, by the library `sigstore`: pure, nothing is fetched.

https://docs.sigstore.dev/about/bundle/, https://github.com/sigstore/sigstore-python
The times that count are those that the log or a timestamp authority signed; no clock is read.
This module is slow to import: only where a root is pinned is it needed.
"""

import binascii
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import (
    Certificate,
    DuplicateExtension,
    ExtensionNotFound,
    InvalidVersion,
    RFC822Name,
    SubjectAlternativeName,
)
from cryptography.x509 import UniformResourceIdentifier as Address
from sigstore.errors import Error as SigstoreError
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier
from sigstore.verify.policy import OIDCIssuer, OIDCIssuerV2

_BROKEN = (
    SigstoreError,
    ExtensionNotFound,
    DuplicateExtension,
    InvalidVersion,
    UnsupportedAlgorithm,
    binascii.Error,
    ValueError,
    TypeError,
    OverflowError,
)
"""What the library and what it rests on raise for a bundle that does not hold."""


class BadRoot(Exception):
    """The file holds no root of trust."""


class NotVerified(Exception):
    """Why a bundle does not hold under one root."""


class _AnySigner:
    """The library asks for a policy; whose identity is expected is compared by the caller."""

    def verify(self, cert: Certificate) -> None:
        """Accept it."""


def read_root(path: Path) -> TrustedRoot:
    """A root of trust from its file. Raises BadRoot where it is none that verifies anything."""
    try:
        root = TrustedRoot.from_file(str(path))
        _verifier(root)
    except _BROKEN as error:
        raise BadRoot("it is no trusted root of Sigstore") from error
    return root


def signing_certificate(bundle: dict[str, Any], payload: bytes, root: TrustedRoot) -> Certificate:
    """Whose key signed `payload`, where all holds under `root`. Raises NotVerified."""
    try:
        read = Bundle.from_json(json.dumps(bundle))
        _, signed = _verifier(root).verify_dsse(read, _AnySigner())
    except _BROKEN as error:
        raise NotVerified(_why(error)) from error
    if signed != payload:
        raise NotVerified("what was signed is not what was read")
    return read.signing_certificate


def issued_under(bundle: dict[str, Any], root: TrustedRoot) -> bool:
    """Whether the certificate names an authority of this root as its issuer, rightly or not."""
    try:
        certificate = Bundle.from_json(json.dumps(bundle)).signing_certificate
        authorities = root.get_fulcio_certs()
        return certificate.issuer in {each.subject for each in authorities}
    except _BROKEN:
        return True  # a bundle that cannot be read is a broken one, not another's


def subjects(certificate: Certificate) -> tuple[str, ...]:
    """The workflows or addresses that a certificate was issued to."""
    names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    found = (*names.get_values_for_type(Address), *names.get_values_for_type(RFC822Name))
    return tuple(str(name) for name in found)


def signer(certificate: Certificate) -> str:
    """Whom it was issued to, as an event may say it: workflows by name, people not."""
    return ", ".join(
        "a person's address" if _is_person(one) else one for one in subjects(certificate)
    )


def is_issued_to(certificate: Certificate, issuer: str, subject: str) -> bool:
    """Whether that identity stands in it; a `subject` that ends with `*` is how it begins."""
    try:
        names = subjects(certificate)
    except _BROKEN:
        return False
    return _has_issuer(certificate, issuer) and any(_matches(subject, name) for name in names)


@lru_cache(maxsize=16)
def _verifier(root: TrustedRoot) -> Verifier:
    return Verifier(trusted_root=root)


def _has_issuer(certificate: Certificate, issuer: str) -> bool:
    for rule in (OIDCIssuerV2(issuer), OIDCIssuer(issuer)):
        try:
            rule.verify(certificate)
        except SigstoreError:
            continue
        return True
    return False


def _is_person(subject: str) -> bool:
    return "://" not in subject


def _matches(pinned: str, name: str) -> bool:
    return name.startswith(pinned[:-1]) if pinned.endswith("*") else name == pinned


def _why(error: Exception) -> str:
    """In the library's words, one line, without what the sender wrote."""
    return str(error).partition("\n")[0][:200] or type(error).__name__
