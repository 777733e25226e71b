"""Webhooks that their receiver can tell from anybody else's (Standard Webhooks 1.0.0).

The secret is derived from the instance's key and the channel, so that none is stored beside the
address; a channel that is taken away and added again has another one.
"""

import base64
import hashlib
import hmac

from changeproof.alerts.models import Channel
from changeproof.events.event import sha256_hex

MARK = "whsec_"


def signing_secret(channel: Channel, instance_key: str) -> str:
    """What the receiver is given: `whsec_` and 32 bytes in base64."""
    told = f"changeproof webhook channel {channel.pk} {channel.address}".encode()
    derived = hmac.digest(instance_key.encode(), told, hashlib.sha256)
    return MARK + base64.b64encode(derived).decode()


def signed_headers(secret: str, body: bytes, at: int) -> dict[str, str]:
    """The three headers; `at` is in seconds since 1970. The same body keeps its id, however often
    it is tried, so that the receiver takes it once."""
    name = f"msg_{sha256_hex(body)[:32]}"
    key = base64.b64decode(secret.removeprefix(MARK))
    digest = hmac.digest(key, b"%b.%d.%b" % (name.encode(), at, body), hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
