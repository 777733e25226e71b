"""Where a message's links lead: the server's address, as it was set or as it listened last."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

SERVED = "served at"
"""The private word under which the command line keeps where the server listens."""


def server_url(ledger: "Ledger") -> str:
    """The address without a slash at its end; empty where nobody said any."""
    from django.conf import settings

    return str(settings.REACH.url or ledger.state(SERVED) or "").rstrip("/")
