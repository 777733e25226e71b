"""Under which address an instance's server is reached: as stated, as set, or as it last ran."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from changeproof.alerts.links import SERVED, server_url

if TYPE_CHECKING:
    from changeproof.accounts.models import User
    from changeproof.ledger.service import Ledger

DEFAULT = "http://127.0.0.1:8000"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """`url` has no slash at its end; a `local` one is good on this machine alone."""

    url: str
    local: bool


def server_address(ledger: "Ledger", stated: str | None) -> Address:
    """The server's address. Raises typer.BadParameter for a stated one that is none."""
    from django.conf import settings

    url = stated or settings.REACH.url or ledger.state(SERVED) or DEFAULT
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise typer.BadParameter(f'"{url}" is no address; write it like https://proof.example.com')
    return Address(url, host in _LOCAL)


def remember_address(ledger: "Ledger", url: str) -> None:
    """Keep where the server listens now."""
    with ledger.database.transaction():
        ledger.set_state(SERVED, url)


def first_visit(ledger: "Ledger", user: "User") -> str:
    """A one-time link for `user`, to the server as it was set or as it listened last."""
    from changeproof.accounts.links import create_sign_in_link

    return create_sign_in_link(user, server_url(ledger))
