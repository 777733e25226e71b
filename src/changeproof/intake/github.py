"""GitHub's webhooks: the secret, and the signature that proves a delivery is GitHub's."""

import hashlib
import hmac
import secrets

from changeproof.intake.models import Connection

SOURCE = "github"
PREFIX = "sha256="


def connect() -> str:
    """The secret to enter at GitHub; made at the first call, the same ever after."""
    connection, _ = Connection.objects.get_or_create(
        source=SOURCE, defaults={"secret": secrets.token_hex(32)}
    )
    return connection.secret


def secret() -> str | None:
    """The secret, if GitHub is connected."""
    connection = Connection.objects.filter(source=SOURCE).first()
    return connection.secret if connection else None


def signed(body: bytes, header: str | None, key: str | None) -> bool:
    """Whether `header` (`X-Hub-Signature-256`) signs `body`; in constant time."""
    if not header or not key or not header.startswith(PREFIX):
        return False
    expected = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header[len(PREFIX) :].encode("utf-8", "replace"))
