"""When a source could not be asked: silent from its last whole retrieval on, until it is again."""

import secrets
from datetime import UTC, datetime, timedelta

from changeproof.events.event import Event
from changeproof.events.receipts import SourceRecovered, SourceSilent
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.cursors import read_whole
from changeproof.intake.clients.listing import Settings
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.service import Ledger, Submission, now

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fall_silent(ledger: Ledger, settings: Settings, scope: str, trouble: Refusal) -> None:
    """Once: from the last whole retrieval on, or from now where there was none."""
    if _open_silence(ledger, scope) is not None:
        return
    since = read_whole(ledger, settings.name)
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


def recover(ledger: Ledger, settings: Settings, scope: str, until: int) -> None:
    """What was missed has been read: the lists go back to before the silence."""
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
        filled=True,
    )
    _say(ledger, settings, event)


def _say(ledger: Ledger, settings: Settings, event: Event) -> None:
    ledger.record([Submission((event,), (), f"client:{settings.name}")])


def _open_silence(ledger: Ledger, scope: str) -> Silence | None:
    ended = {(row.scope, row.silent_from) for row in ledger.store.by(Recovery, "scope", [scope])}
    rows = ledger.store.by(Silence, "scope", [scope])
    found = [row for row in rows if (row.scope, row.silent_from) not in ended]
    return min(found, key=lambda row: row.silent_from, default=None)


def _microseconds(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
