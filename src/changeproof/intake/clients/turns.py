"""Whose turn it is: connect a source, ask it when it is due, or now.

One retrieval of a source at a time: its turn is taken in the database before it is asked, so that
two processes never ask together, and kept with each page and each rest; a turn that its process did
not survive is free an hour later.
"""

import logging
import threading
import time as clock
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from django.db.models import F, Q, QuerySet

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import Asker, NotAnswered, Unreachable
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.registry import client_named, settings_of
from changeproof.intake.clients.retrieval import Retrieved, Told, forget_cursor, retrieve
from changeproof.intake.models import AskedSource
from changeproof.ledger.service import Ledger, now

logger = logging.getLogger(__name__)

SECOND = 1_000_000
ABANDONED = 3_600 * SECOND
SHORTEST, LONGEST = 30, 86_400
"""Seconds between two turns."""


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
    for option in client.needs:
        if option == "login" and not settings.login:
            raise _refused(settings, "nobody is named who asks", "Name the login: --login …")
        if option != "login" and not settings.options.get(option):
            raise _refused(settings, f"{option} is missing", f"Name them: --option {option}=…")
    if not SHORTEST <= every <= LONGEST:
        why = f"it would be asked every {every} seconds"
        raise _refused(settings, why, f"Choose {SHORTEST} to {LONGEST} seconds.")
    known = AskedSource.objects.filter(name=settings.name).first()
    secret = settings.secret or (known.secret if known else "")
    if not secret:
        raise _refused(settings, "no secret was given", "Give it: it is asked for, never typed.")
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
        forget_cursor(ledger, source.name)
    settings = settings_of(source)
    client = client_named(source.kind)

    def rest_and_keep(seconds: float) -> None:
        rest(seconds)
        turn.keep()

    def tell_and_keep(items: str, rows: int) -> None:
        turn.keep()
        if told is not None:
            told(items, rows)

    asker = asker_of(source, rest_and_keep)
    try:
        found = retrieve(ledger, client, settings, asker, tell_and_keep)
    except (Unreachable, NotAnswered) as trouble:
        turn.end(trouble.why)
        raise
    except BaseException:
        turn.end("it was interrupted")
        raise
    finally:
        asker.close()
    turn.end("", asdict(found))
    return found


def test_source(source: AskedSource, rest: Callable[[float], None]) -> str:
    """Ask for one page, record nothing. What to tell; raises Unreachable or NotAnswered."""
    client, settings = client_named(source.kind), settings_of(source)
    asker = asker_of(source, rest)
    try:
        listing = next(iter(client.listings(settings, None)))
        paging = listing.paging
        asked = {**listing.query, paging.size[0]: 1}
        reply = asker.get(listing.path, asked, posted=paging.posted)
    finally:
        asker.close()
    return f"{client.title} answers: {len(reply.body):,} bytes of {listing.items}."


test_source.__test__ = False  # type: ignore[attr-defined] # it tests a source, and is no test


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
