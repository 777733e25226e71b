"""The secrets that we share with senders: one a kind, or a kind and a name."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from changeproof.events.refusal import WrongUsage
from changeproof.intake.models import Connection
from changeproof.intake.webhooks.door import Door
from changeproof.sources.kinds import Kind
from changeproof.sources.translate import kind_named

PATH = "/webhooks/"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
SHORTEST_SECRET = 16
MOST_HANDSHAKES = 200
"""Of one connection: a system shakes hands once for each of its webhooks."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What one connection's deliveries are proven with, and what goes with each of them."""

    secret: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = ()
    handshakes: tuple[str, ...] = field(default=(), repr=False)


def key_of(kind: str, name: str | None) -> str:
    """`gitlab`, or `gitlab/NAME` where one instance has several: also the end of its address."""
    return kind if name is None else f"{kind}/{name}"


def connect(
    door: Door,
    name: str | None = None,
    *,
    secret: str = "",
    options: Mapping[str, str] | None = None,
) -> str:
    """The secret of this connection: made at the first call and the same ever after, unless
    another one is stated. Raises WrongUsage."""
    if name is not None and not NAME.fullmatch(name):
        raise _refused(name[:60], "it is no name for an address", "Use a-z, 0-9, dot and dash.")
    if secret and len(secret) < SHORTEST_SECRET:
        why = f"its secret has fewer than {SHORTEST_SECRET} characters"
        raise _refused(key_of(door.kind, name), why, "Have a longer one made.")
    _refuse_unknown_options(door, options or {})
    known = Connection.objects.filter(source=key_of(door.kind, name)).first()
    if known is None:
        if not secret and door.maker == "theirs":
            why = "the system makes the secret itself, and it was not stated"
            raise _refused(key_of(door.kind, name), why, "Copy it there, and state it here.")
        known = Connection(source=key_of(door.kind, name), secret=secrets.token_hex(32))
    if secret and secret != known.secret:  # the address is another: who signed is to begin anew
        known.secret, known.handshakes = secret, ""
    known.options = dict(options) if options is not None else known.options
    known.save()
    return known.secret


def renew(door: Door, name: str | None = None) -> str:
    """A new secret for this connection; the old one is good no more."""
    return connect(door, name, secret=secrets.token_hex(32))


def shared_with(kind: str, name: str | None) -> Shared | None:
    """What that connection shares; None where nothing is connected under that name."""
    found = Connection.objects.filter(source=key_of(kind, name)).first()
    if found is None or not found.secret:
        return None
    options = tuple(sorted(found.options.items()))
    return Shared(found.secret, options, tuple(found.handshakes.split()))


def remember_handshake(kind: str, name: str | None, secret: str) -> None:
    """Keep what the system will sign with from now on; of very many the latest."""
    found = Connection.objects.filter(source=key_of(kind, name)).first()
    if found is not None:
        kept = [each for each in found.handshakes.split() if each != secret]
        found.handshakes = "\n".join([*kept, secret][-MOST_HANDSHAKES:])
        found.save(update_fields=["handshakes"])


def disconnect(key: str) -> bool:
    """Forget a secret; whether there was one. Deliveries are refused within a minute."""
    return bool(Connection.objects.filter(source=key).delete()[0])


def address_of(door: Door, name: str | None, server: str, secret: str) -> str:
    """Where deliveries go. It holds the secret where the sender has no other place for it."""
    address = f"{server}{PATH}{key_of(door.kind, name)}"
    return f"{address}?{urlencode({'token': secret})}" if door.secret_in_address else address


def _refuse_unknown_options(door: Door, options: Mapping[str, str]) -> None:
    kind = kind_named(door.kind)
    taken = kind.options if isinstance(kind, Kind) else ()
    for option in options:
        if option not in taken and not option.startswith("field."):
            why = f"nothing reads {option} of these deliveries"
            cure = f"There are: {', '.join(taken) or 'none'}; and field.NAME for your own fields."
            raise _refused(f"--option {option}"[:60], why, cure)


def _refused(where: str, why: str, cure: str) -> WrongUsage:
    return WrongUsage("The source was not connected.", where=where, why=why, cure=cure)
