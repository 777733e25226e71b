"""The log's pages: entries, one entry, and the proof of either."""

import base64
import os
from pathlib import Path

from django.utils.translation import gettext

from changeproof.events.entry import parse_entry
from changeproof.events.event import Event
from changeproof.ledger.joined import Change, ChangeAlias
from changeproof.ledger.service import Ledger
from changeproof.log.keys import load_key
from changeproof.log.storage import LogEntry
from changeproof.log.tree import leaf_hash
from changeproof.web.counting import thousands
from changeproof.web.pages.change_page import InclusionProof
from changeproof.web.pages.log_page import PER_PAGE, EntryPage, EntryRow, LogPage
from changeproof.web.readings.frame_reading import signed_at
from changeproof.web.visibility import Systems, sees

_SHOWN = 5  # changes that one entry is evidence for


def data_words(held: Ledger) -> str:
    """What stands after `--data` in a command; empty for the default directory."""
    shown = os.path.relpath(held.instance.directory)
    if shown == str(Path("var", "own")):
        return ""
    return str(held.instance.directory) if shown.startswith("..") else f"./{shown}"


def read_log_page(held: Ledger, before: int | None = None) -> LogPage:
    """The newest entries, or those below `before`."""
    head = held.log.head()
    stop = head.size if before is None else max(0, min(before, head.size))
    start = max(0, stop - PER_PAGE)
    rows = tuple(_row(entry) for entry in held.log.entries(start, stop))[::-1]
    return LogPage(
        size=head.size,
        root=base64.b64encode(head.root).decode(),
        checkpoint=held.log.checkpoint(),
        verifier_key=load_key(held.instance.log_key_file).verifier.vkey,
        signed_at=signed_at(held),
        entries=rows,
        older=start if start else None,
        newer=min(stop + PER_PAGE, head.size) if stop < head.size else None,
        data=data_words(held),
    )


def read_entry_page(held: Ledger, position: int, systems: Systems = None) -> EntryPage | None:
    """One entry with its proof to the latest checkpoint; None if the log is not that long."""
    found = held.log.entry(position)
    if found is None:
        return None
    entry = parse_entry(found.entry)
    event = entry.event
    kept = None if event.payload_digest is None else held.log.content(event.payload_digest)
    return EntryPage(
        index=position,
        event=entry.id,
        type=event.type,
        source=event.source,
        actor=event.actor or "",
        occurred_at=event.occurred_at,
        time_basis=event.time_basis,
        received_at=entry.received_at,
        canonical=found.entry.decode(),
        proof=read_inclusion(held, found),
        payload_digest=f"sha256:{event.payload_digest}" if event.payload_digest else "",
        changes=_changes_of(held, event, systems),
        payload=gettext("kept, %(kept)s bytes") % {"kept": thousands(len(kept))}
        if kept is not None
        else gettext("not kept"),
        data=data_words(held),
    )


def _changes_of(held: Ledger, event: Event, systems: Systems) -> tuple[tuple[str, str], ...]:
    """The changes that the event names, by themselves or by an alias, with their titles."""
    said = event.model_dump(include={"change", "pull", "revision", "subject", "implementation"})
    names = {str(name) for name in said.values() if name}
    names |= {f"git:{said['revision']}"} if said.get("revision") else set()
    store = held.store
    aliases = store.by(ChangeAlias, "alias", names)
    found = store.by(Change, "change_id", names | {row.change_id for row in aliases})
    rows = [row for row in found if sees(systems, row.system)]
    texts = held.texts({row.title for row in rows if row.title})
    return tuple(
        (row.change_id, (texts.get(row.title or "") or "").split("\n", 1)[0])
        for row in sorted(rows, key=lambda row: row.change_id)[:_SHOWN]
    )


def read_inclusion(held: Ledger, entry: LogEntry) -> InclusionProof:
    """What proves that the entry is in the tree of the latest checkpoint."""
    head = held.log.head()
    return InclusionProof(
        entry=entry.position,
        leaf=leaf_hash(entry.entry).hex(),
        hashes=tuple(each.hex() for each in held.log.inclusion_proof(entry.position, head.size)),
        size=head.size,
        root=base64.b64encode(head.root).decode(),
        signed_at=signed_at(held),
    )


def _row(found: LogEntry) -> EntryRow:
    entry = parse_entry(found.entry)
    return EntryRow(
        index=found.position,
        event=entry.id,
        type=entry.event.type,
        source=entry.event.source,
        actor=entry.event.actor or "",
        occurred_at=entry.event.occurred_at,
        received_at=entry.received_at,
    )
