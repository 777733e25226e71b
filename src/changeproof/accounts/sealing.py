"""Secrets that must be read again, sealed in the database: who reads it alone reads none of them.

The key follows from `secrets/django.key`, which no database holds. What was kept before a secret
was sealed is read as it stands. The same secret gives the same text, so that a constraint still
sees two that are one (AES-SIV, RFC 5297; the key by HKDF, RFC 5869).
"""

import base64
from functools import lru_cache
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from changeproof.events.refusal import Refusal

_MARK = "sealed:1:"


def sealed(secret: str) -> str:
    """What the database keeps of a secret; nothing of nothing."""
    if not secret:
        return ""
    ciphertext = _cipher(settings.SECRET_KEY).encrypt(secret.encode(), None)
    return _MARK + base64.b64encode(ciphertext).decode()


def unsealed(kept: str) -> str:
    """The secret that `sealed` was given. Raises Refusal where another key sealed it."""
    return _unsealed(settings.SECRET_KEY, kept) if kept.startswith(_MARK) else kept


@lru_cache(maxsize=256)
def _unsealed(key: str, kept: str) -> str:
    try:
        return _cipher(key).decrypt(base64.b64decode(kept[len(_MARK) :]), None).decode()
    except (InvalidTag, ValueError) as error:
        raise Refusal(
            "A secret of this instance cannot be read.",
            where="secrets/django.key",
            why="it was sealed with another key",
            cure="Restore that file from a backup of this instance; or connect the source or"
            " channel anew, and have the person set up their second factor again.",
        ) from error


@lru_cache(maxsize=1)
def _cipher(key: str) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, None, b"changeproof: secrets at rest").derive(key.encode()))


class SealedTextField(models.TextField[str, str]):
    """A text that is sealed on its way to the database and read as it was given."""

    def get_prep_value(self, value: Any) -> Any:
        return sealed(value) if isinstance(value, str) else value

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return None if value is None else unsealed(value)


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's hook: seeds of authenticators and of recovery codes are sealed as well."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(encrypted_text)
