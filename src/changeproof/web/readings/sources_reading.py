"""The sources: what each gave and when, what could not be seen, what could not be read."""

from collections.abc import Sequence

from django.utils.translation import gettext

from changeproof.alerts.health import read_health
from changeproof.events.forges import FORGES
from changeproof.intake.models import Connection
from changeproof.ledger.activity import STATE, SourceActivity, read_activity
from changeproof.ledger.receipts import QuarantinedDelivery, Recovery, Silence
from changeproof.ledger.service import Ledger
from changeproof.ledger.silences import lasting_silences
from changeproof.web.counting import count
from changeproof.web.pages.source_row import SourceRow
from changeproof.web.pages.sources_page import CoverageGap, Quarantined, SourcesPage
from changeproof.web.readings.connecting_reading import read_asked
from changeproof.web.readings.connections_reading import read_connection_acts
from changeproof.web.readings.entries import linked, read_links, source_name
from changeproof.web.readings.hidden_lists_reading import read_hidden_lists
from changeproof.web.readings.log_reading import data_words
from changeproof.web.times import DAY, day, duration, minute

_OUR_OWN = frozenset(
    {"accounts", "alerts", "audits", "controls", "desk", "gate", "intake", "monitor", "policy"}
)
"""What the product and its people did: no source that could fall silent."""
_FEEDS = {
    **dict.fromkeys(FORGES, "2, 5, 7, 8, 9, protection"),
    "git": "5, 9",
    "jira": "2, 5",
    "junit": "7",
    "cdevents": "7, 9, S8",
}
_SHOWN = 50
QUIET = 7 * DAY
"""After that nobody should read "live": nothing came, and nobody said that it should have."""


def read_source_rows(held: Ledger, moment: int) -> tuple[SourceRow, ...]:
    """Every source that gave something, or is connected and has not yet."""
    known = {
        name: said
        for name, said in read_activity(held.state(STATE)).items()
        if name.partition(":")[0] not in _OUR_OWN
    }
    for connection in Connection.objects.all():
        known.setdefault(connection.source.partition("/")[0], SourceActivity())
    gaps = lasting_silences(held.store)
    scopes = _scopes(held)
    return tuple(
        SourceRow(
            name=source_name(name),
            scope=scopes.get(name, ""),
            last_event_at=said.last_at or None,
            events=said.events,
            gap=_gap_words(name, gaps, moment),
            quiet=gettext("Quiet since %(heard_at)s") % {"heard_at": day(said.heard_at)}
            if moment - said.heard_at > QUIET
            else "",
            remark=_remark(said),
            feeds=_FEEDS.get(name.partition(":")[0], ""),
            last_day=said.day_before(moment) if moment - said.heard_at < DAY else (),
        )
        for name, said in sorted(known.items())
    )


def read_sources_page(
    held: Ledger, moment: int, server: str, *, may_connect: bool, may_replay: bool
) -> SourcesPage:
    """The page: sources, gaps, quarantine, and what to connect."""
    quarantine, total = _quarantine(held)
    acts, acts_total = read_connection_acts(held)
    return SourcesPage(
        sources=read_source_rows(held, moment),
        quarantine=quarantine,
        quarantine_total=total,
        gaps=read_gaps(held),
        server=server,
        data=data_words(held),
        may_connect=may_connect,
        may_replay=may_replay,
        asked=read_asked(),
        hidden=read_hidden_lists(held),
        acts=acts,
        acts_total=acts_total,
        alerts=read_health(),
    )


def read_gaps(held: Ledger) -> tuple[CoverageGap, ...]:
    """Every silence on record, newest first; those read afterwards are closed for good."""
    ended = {(row.scope, row.silent_from): row for row in held.store.all(Recovery)}
    names = dict(held.database.execute("SELECT repository, name FROM repository"))
    gaps = []
    for silence in sorted(held.store.all(Silence), key=lambda row: -row.silent_from):
        recovery = ended.get((silence.scope, silence.silent_from))
        gaps.append(
            CoverageGap(
                source=names.get(silence.scope, source_name(silence.scope)),
                since=silence.silent_from,
                until=recovery.silent_until if recovery is not None else None,
                why=silence.reason or gettext("No reason was stated."),
                changes=_deployed_within(held, silence, recovery),
                is_filled=recovery is not None and bool(recovery.filled),
            )
        )
    return tuple(gaps)


def _deployed_within(held: Ledger, silence: Silence, recovery: Recovery | None) -> int:
    """Changes that went live while we could not see, and that show it."""
    until = recovery.silent_until if recovery is not None else 2**53
    rows = held.database.execute(
        "SELECT COUNT(*) FROM subject_judged WHERE listed_at >= ? AND listed_at < ?"
        " AND verdict = 'not_verifiable'",
        (silence.silent_from, until),
    )
    return int(rows[0][0])


def _gap_words(name: str, gaps: Sequence[Silence], moment: int) -> str:
    """`Silent since 15:02`, with the day where it was not today."""
    own = [gap for gap in gaps if gap.scope == name or gap.scope.startswith(f"{name}:")]
    if not own:
        return ""
    since = min(gap.silent_from for gap in own)
    text = minute(since)
    shown = text.split(", ")[1] if moment - since < DAY else text
    return gettext("Silent since %(time)s") % {"time": shown}


def _remark(said: SourceActivity) -> str:
    if said.events == 0:
        return gettext("connected; nothing came yet")
    if said.heard_at - said.last_at > DAY and said.last_at:
        return gettext("read %(heard_at)s") % {"heard_at": day(said.heard_at)}
    behind = said.heard_at - said.last_at
    return (
        gettext("heard %(behind)s after it happened") % {"behind": duration(behind)}
        if said.last_at and behind > 0
        else ""
    )


def _scopes(held: Ledger) -> dict[str, str]:
    """How many repositories stand behind forge and git."""
    rows = held.database.execute("SELECT repository FROM repository")
    kinds: dict[str, int] = {}
    for (repository,) in rows:
        kind = str(repository).partition(":")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    return {
        kind: f"{number} {'repository' if number == 1 else 'repositories'}"
        for kind, number in kinds.items()
    }


def _quarantine(held: Ledger) -> tuple[tuple[Quarantined, ...], int]:
    waiting = (
        "FROM quarantined_delivery AS q WHERE NOT EXISTS (SELECT 1 FROM replayed_delivery AS r"
        " WHERE r.kind = q.kind AND r.delivery = q.delivery)"
    )
    execute = held.database.execute
    total = int(execute(f"SELECT COUNT(*) {waiting}")[0][0])
    names = ", ".join(f"q.{name}" for name in QuarantinedDelivery.table.column_names)
    rows = [
        QuarantinedDelivery(*cells)
        for cells in execute(
            f"SELECT {names} {waiting} ORDER BY q.stated_at DESC, q.event LIMIT ?", (_SHOWN,)
        )
    ]
    links = read_links(held, {row.event for row in rows})
    found = []
    for row in rows:
        entries = linked(links, [row.event])
        entry = entries[0] if entries else None
        found.append(
            Quarantined(
                received_at=entry.received_at if entry is not None else None,
                source=source_name(row.kind),
                kind=row.name or row.kind,
                digest=f"sha256:{row.payload}" if row.payload else "",
                reason=f"{row.reason} {count(row.size, 'byte')}.",
                where=row.repository or "",
                entry=entry,
                delivery=row.delivery,
                source_kind=row.kind,
                kept=row.payload is not None and held.log.holds_content(row.payload),
            )
        )
    return tuple(found), total
