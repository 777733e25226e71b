"""Whose turn it is: connect a source, ask it when it is due, or now.

One retrieval of a source at a time: its turn is taken in the database before it is asked, so that
two processes never ask together, and kept with each page and each rest; a turn that its process did
not survive is free an hour later.
"""

import logging
import threading
import time as clock
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

from django.db.models import F, Q, QuerySet

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import Asker, Unreachable
from changeproof.intake.clients.cursors import forget_cursors
from changeproof.intake.clients.kept_replies import forget_replies
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.registry import client_named, settings_of
from changeproof.intake.clients.retrieval import Retrieved, Told, lists_of, retrieve
from changeproof.intake.models import AskedSource
from changeproof.ledger.service import Ledger, now

logger = logging.getLogger(__name__)

SECOND = 1_000_000
ABANDONED = 3_600 * SECOND
SHORTEST, LONGEST = 30, 86_400
"""Seconds between two turns."""
_PRIVATE_KEY = "PRIVATE KEY-----"


def connect_source(settings: Settings, *, every: int, private_allowed: bool) -> AskedSource:
    """Remember how a source is asked; asking begins at once. Raises Refusal.

    A second call with the same name replaces what was remembered; an empty secret keeps the old.
    """
    client = client_named(settings.kind)
    address = urlsplit(settings.address)
    if address.scheme not in ("https", "http") or not address.netloc or address.query:
        raise _refused(settings, "its address is no URL", "Write it like https://acme.example.com/")
    if "@" in address.netloc:
        why = "it has a login or secret in it, and addresses are on record"
        raise _refused(settings, why, "Give them apart: --login, and the secret when asked.")
    if address.scheme == "http" and not private_allowed:
        raise _refused(settings, "its secret would travel unprotected", "Use an https address.")
    authority = settings.options.get("certificate_authority")
    if authority is not None and not Path(authority).is_file():
        raise _refused(settings, f"{authority} is no file", "Name a file of certificates (PEM).")
    for needed in client.needs:
        if needed == "login":
            if not settings.login:
                raise _refused(settings, "nobody is named who asks", "Name the login: --login …")
            continue
        named = needed.split("|")
        if not any(settings.options.get(option) for option in named):
            why, cure = " or ".join(named), f"Name them: --option {named[0]}=…"
            raise _refused(settings, f"{why} is missing", cure)
    if any(_PRIVATE_KEY in value for value in settings.options.values()):
        why = "an option holds a private key, and options are on record"
        raise _refused(settings, why, "Give it as the secret, and have it replaced: it was shown.")
    if not SHORTEST <= every <= LONGEST:
        why = f"it would be asked every {every} seconds"
        raise _refused(settings, why, f"Choose {SHORTEST} to {LONGEST} seconds.")
    known = AskedSource.objects.filter(name=settings.name).first()
    secret = settings.secret or (known.secret if known else "")
    if not secret:
        raise _refused(settings, "no secret was given", "Give it: it is asked for, never typed.")
    effective = replace(settings, secret=secret)
    if client.auth(effective) is None and _PRIVATE_KEY in secret:
        why = "a private key would be sent as if it were a token"
        raise _refused(settings, why, "Give a token, or say whose key it is: --option app=…")
    if known is None or (known.kind, known.address) != (settings.kind, settings.address):
        _forget_read(settings.name)  # those of another system say nothing of this one
    source, _ = AskedSource.objects.update_or_create(
        name=settings.name,
        defaults={
            "kind": settings.kind,
            "address": settings.address,
            "login": settings.login,
            "secret": secret,
            "options": dict(settings.options),
            "every_seconds": every,
            "private_allowed": private_allowed,
            "due_at": 0,
            "begun_at": None,
            "trouble": "",
        },
    )
    return source


def source_named(name: str) -> AskedSource:
    """Raises Refusal."""
    found = AskedSource.objects.filter(name=name).first()
    if found is None:
        known = sorted(AskedSource.objects.values_list("name", flat=True))
        raise Refusal(
            "The source was not asked.",
            where=name[:200],
            why="no source of this name is connected",
            cure=f"There are: {', '.join(known)}." if known else "Connect it: changeproof connect.",
        )
    return found


def ask_due(ledger: Ledger, stopping: threading.Event) -> int:
    """Ask every source whose turn it is, one after the other; how many were asked."""
    due = AskedSource.objects.filter(due_at__lte=now()).order_by("due_at", "name")
    asked = 0
    for source in list(due):
        if stopping.is_set():
            break
        try:
            asked += ask(ledger, source, rest=_resting(stopping)) is not None
        except Refusal as refusal:
            logger.warning("%s was not read: %s", source.name, refusal.why)
    return asked


def ask(
    ledger: Ledger,
    source: AskedSource,
    *,
    rest: Callable[[float], None] = clock.sleep,
    told: Told | None = None,
    everything: bool = False,
) -> Retrieved | None:
    """Ask one source now; None if somebody else is at it.

    Raises Unreachable or NotAnswered as `retrieve`; the source's page shows why.
    """
    turn = _Turn(source)
    if not turn.take():
        return None
    if everything:
        _forget_read(source.name)
    settings = settings_of(source)
    client = client_named(source.kind)

    def rest_and_keep(seconds: float) -> None:
        rest(seconds)
        turn.keep()

    def tell_and_keep(items: str, rows: int) -> None:
        turn.keep()
        if told is not None:
            told(items, rows)

    try:
        with closing(asker_of(source, rest_and_keep)) as asker:
            found = retrieve(ledger, client, settings, asker, tell_and_keep)
    except Refusal as trouble:
        turn.end(trouble.why)
        raise
    except BaseException:
        turn.end("it was interrupted")
        raise
    turn.end("", asdict(found))
    return found


def test_source(source: AskedSource, rest: Callable[[float], None]) -> str:
    """Ask for one page, record nothing. What to tell; raises Unreachable or NotAnswered."""
    client, settings = client_named(source.kind), settings_of(source)
    with closing(asker_of(source, rest)) as asker:
        listing = next(lists_of(client, settings, _never))
        asked = {**listing.query, listing.paging.size[0]: 1}
        reply = asker.get(listing.path, asked, posted=listing.paging.posted)
    return f"{client.title} answers: {len(reply.body):,} bytes of {listing.items}."


def _never(listing: str) -> None:
    """As if nothing had been read."""
    del listing


test_source.__test__ = False  # type: ignore[attr-defined] # it tests a source, and is no test


def _forget_read(name: str) -> None:
    """Ask for everything again at the next turn; what is known already says nothing new."""
    forget_cursors(name)
    forget_replies(name)


def asker_of(source: AskedSource, rest: Callable[[float], None]) -> Asker:
    """Whoever asks this source."""
    client, settings = client_named(source.kind), settings_of(source)
    return Asker(
        source.address,
        client.headers(settings),
        rest=rest,
        now=clock.time,
        auth=client.auth(settings),
        private_allowed=source.private_allowed,
        authority=settings.options.get("certificate_authority"),
    )


def described(source: AskedSource) -> Mapping[str, object]:
    """A source as `sources --json` prints it: never its secret."""
    return {
        "name": source.name,
        "kind": source.kind,
        "address": source.address,
        "options": source.options,
        "every_seconds": source.every_seconds,
        "finished_at": source.finished_at,
        "trouble": source.trouble or None,
        "told": source.told,
    }


class _Turn:
    """One process at a source, for as long as it works; whoever was robbed of it ends nothing."""

    def __init__(self, source: AskedSource) -> None:
        self._source = source
        self._held = 0

    def take(self) -> bool:
        """Whether it is ours now."""
        moment = now()
        free = Q(begun_at__isnull=True) | Q(begun_at__lt=moment - ABANDONED)
        taken = AskedSource.objects.filter(free, name=self._source.name).update(begun_at=moment)
        self._held = moment
        return taken == 1

    def keep(self) -> None:
        """It is still worked at."""
        moment = now()
        if self._ours().update(begun_at=moment):
            self._held = moment

    def end(self, trouble: str, told: Mapping[str, object] | None = None) -> None:
        """Free for the next; `told` is what the source's page shows of it."""
        moment = now()
        changed: dict[str, object] = {
            "begun_at": None,
            "finished_at": moment,
            "trouble": trouble[:1_000],
            "due_at": moment + F("every_seconds") * SECOND,
        }
        if told:
            changed["told"] = dict(told)
        if self._ours().update(**changed):
            self._source.refresh_from_db()

    def _ours(self) -> QuerySet[AskedSource]:
        return AskedSource.objects.filter(name=self._source.name, begun_at=self._held)


def _resting(stopping: threading.Event) -> Callable[[float], None]:
    """Rests that a stop ends: what was read stands, the rest waits for the next turn."""

    def rest(seconds: float) -> None:
        if stopping.wait(seconds):
            raise Unreachable(
                "The source was not read.",
                why="the server stops",
                cure="It goes on when the server runs again.",
            )

    return rest


def _refused(settings: Settings, why: str, cure: str) -> Refusal:
    return Refusal("The source was not connected.", where=settings.name, why=why, cure=cure)
