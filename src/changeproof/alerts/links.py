"""Where a message's links lead: the server's address, as it was set or as it listened last."""

from typing import TYPE_CHECKING

from django.core import signing

from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

SERVED = "served at"
"""The private word under which the command line keeps where the server listens."""
LONGEST = 500
_ACKNOWLEDGING = signing.Signer(salt="changeproof.acknowledging-link")


def server_url(ledger: "Ledger") -> str:
    """The address without a slash at its end; empty where nobody said any."""
    from django.conf import settings

    return str(settings.REACH.url or ledger.state(SERVED) or "").rstrip("/")


def acknowledging_path(message: str) -> str:
    """The path of the page where this message is acknowledged. It is a signed question, no key:
    to open it changes nothing, and whoever answers it signs in. Without a time in it, so that a
    message that is tried again stays the same; it ends when its question does."""
    return f"/alerts/acknowledge/{_ACKNOWLEDGING.sign(message)}"


def acknowledging(token: str) -> str:
    """The message that a link asks about. Raises Refusal for one that was not made here."""
    try:
        return _ACKNOWLEDGING.unsign(token[:LONGEST])
    except signing.BadSignature as error:
        raise Refusal(
            "This link was not made here.",
            why="its signature does not hold; the program that showed it may have cut it",
            cure="Copy the whole link, or look at the page Alerts.",
        ) from error
