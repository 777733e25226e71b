"""From when to when a source could not be asked, and whether that was read afterwards."""

import secrets
from datetime import UTC, datetime, timedelta

from changeproof.events.event import Event
from changeproof.events.receipts import SourceRecovered, SourceSilent
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import Ledger, Submission, now

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fall_silent(
    ledger: Ledger, settings: Settings, scope: str, since: str | None, trouble: Refusal
) -> None:
    """Once: from the last whole retrieval on (`since`), or from now where there was none."""
    if _open_silence(ledger, scope) is not None:
        return
    silent_from = _microseconds(since) if since else now()
    event = SourceSilent(
        source=settings.kind,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        scope=scope,
        silent_from=silent_from,
        reason=trouble.why[:500],
    )
    _say(ledger, settings, event)


def fall_silent_unasked(
    ledger: Ledger, settings: Settings, scope: str, before: int, reaches: int
) -> None:
    """Nobody asked for longer than the system can tell: the time between is a hole."""
    if before >= reaches or _open_silence(ledger, scope) is not None:
        return
    event = SourceSilent(
        source=settings.kind,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        scope=scope,
        silent_from=before,
        reason="it was not asked for longer than it can tell",
    )
    _say(ledger, settings, event)


def last_read(ledger: Ledger, scope: str) -> int | None:
    """When a whole list of it was read last."""
    rows = ledger.store.by(Retrieval, "scope", [scope])
    return max((row.retrieved_at for row in rows), default=None)


def recover(
    ledger: Ledger, settings: Settings, scope: str, until: int, kept: timedelta | None
) -> None:
    """What was missed has been read, where the lists go back to before the silence."""
    silent = _open_silence(ledger, scope)
    if silent is None:
        return
    event = SourceRecovered(
        source=settings.kind,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        scope=scope,
        silent_from=silent.silent_from,
        silent_until=until,
        filled=kept is None or silent.silent_from >= until - span(kept),
    )
    _say(ledger, settings, event)


def _say(ledger: Ledger, settings: Settings, event: Event) -> None:
    ledger.record([Submission((event,), (), f"client:{settings.name}")])


def _open_silence(ledger: Ledger, scope: str) -> Silence | None:
    ended = {(row.scope, row.silent_from) for row in ledger.store.by(Recovery, "scope", [scope])}
    rows = ledger.store.by(Silence, "scope", [scope])
    found = [row for row in rows if (row.scope, row.silent_from) not in ended]
    return min(found, key=lambda row: row.silent_from, default=None)


def span(length: timedelta) -> int:
    """In microseconds."""
    return length // timedelta(microseconds=1)


def _microseconds(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
