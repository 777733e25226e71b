"""Files as deliveries: into this instance, or to a server."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import WrongUsage
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import KINDS

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

GROUP = 200
OF_THE_FILE = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
"""What a server answers about one file; any other refusal ends the command."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file."""

    file: str
    outcome: str
    events: int
    reason: str | None

    def described(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "file": self.file,
            "outcome": self.outcome,
            "events": self.events,
            "reason": self.reason,
        }


def ingest_here(
    ledger: "Ledger",
    kind: str,
    files: Sequence[Path],
    event: str | None,
    options: dict[str, str],
) -> list[Ingested]:
    """Take files in by groups; what cannot be opened is refused, the rest is taken.

    Raises Refusal for a kind that nobody reads.
    """
    from changeproof.intake.deliveries import take
    from changeproof.intake.file_trust import require_files_accepted
    from changeproof.ledger.service import now

    _known(kind)
    require_files_accepted(ledger, kind)
    results: list[Ingested] = []
    for start in range(0, len(files), GROUP):
        group = files[start : start + GROUP]
        read = [(file, _read(file)) for file in group]
        deliveries = [
            Delivery(
                kind=kind,
                id=sha256_hex(body),
                body=body,
                received_at=now(),
                name=event,
                options=tuple(sorted(options.items())),
                trust_claimed_times=ledger.instance.demonstration,
            )
            for _, body in read
            if isinstance(body, bytes)
        ]
        taken = iter(take(ledger, deliveries))
        for file, body in read:
            if isinstance(body, str):
                results.append(Ingested(str(file), "refused", 0, body))
            else:
                each = next(taken)
                results.append(Ingested(str(file), each.outcome, each.events, each.reason))
    return results


def ingest_there(
    server: str,
    kind: str,
    files: Sequence[Path],
    event: str | None,
    options: dict[str, str],
) -> list[Ingested]:
    """Send files to a server, one a request, with CHANGEPROOF_TOKEN."""
    from changeproof.cli.remote import Declined, Remote

    _known(kind)
    remote = Remote(server, os.environ.get("CHANGEPROOF_TOKEN"))
    results = []
    for file in files:
        body = _read(file)
        if isinstance(body, str):
            results.append(Ingested(str(file), "refused", 0, body))
            continue
        query = {"kind": kind, **({"event": event} if event else {}), **options}
        try:
            reply = remote.post("/api/deliveries", content=body, query=query)
        except Declined as error:
            if error.status not in OF_THE_FILE:
                raise
            results.append(Ingested(str(file), "refused", 0, error.why))
            continue
        results.append(
            Ingested(str(file), reply["outcome"], int(reply["events"]), reply.get("reason"))
        )
    return results


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise WrongUsage(
            "Nothing was taken in.",
            where=kind or "KIND",
            why=f'"{kind}" is no kind of payload that we read',
            cure=f"Name one of: {', '.join(KINDS)}.",
        )


def _read(file: Path) -> bytes | str:
    """The file's bytes, or why it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
