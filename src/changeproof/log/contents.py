"""Contents are addressed by what they hold: raw payloads, free text, long lists."""

from hashlib import sha256


def content_address(body: bytes) -> str:
    """The SHA-256 of `body` in lower-case hexadecimal digits."""
    return sha256(body).hexdigest()
