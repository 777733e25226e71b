"""A seal over the moment for which a subject was judged.

Findings can be judged again, but when they were judged stands nowhere else: that moment is ours,
not a source's, and a re-judgement that changes nothing leaves no event. So its cell bears a keyed
digest (HMAC-SHA-256 under a key derived from the log's signing key), by which `verify` tells an
edit from what we wrote.
"""

import hmac
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from changeproof.ledger.instance import Instance
from changeproof.log.keys import load_key
from changeproof.log.notes import Signer

SealMoment = Callable[[str, int], str]
"""(subject, as of) → the seal."""

_PURPOSE = b"changeproof moment of judging 1\n"
_DIGITS = 32  # 128 bits


def moment_sealer(signer: Signer) -> SealMoment:
    """Seals under the key of this log."""
    key = sha256(_PURPOSE + signer.private_text.encode()).digest()

    def seal(subject: str, as_of: int) -> str:
        message = f"{as_of}\n{subject}".encode()
        return hmac.digest(key, message, "sha256").hex()[:_DIGITS]

    return seal


@lru_cache(maxsize=8)
def sealer_of(instance: Instance) -> SealMoment:
    """Seals under the key of this instance's log. Raises Refusal where the key is gone."""
    return moment_sealer(load_key(instance.log_key_file))
