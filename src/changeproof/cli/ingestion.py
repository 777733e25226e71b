"""Files as deliveries: into this instance, or to a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import KINDS, detect, kind_named

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

GROUP = 200
OF_THE_FILE = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
"""What a server answers about one file; any other refusal ends the command."""
SPOOLED = "spooled"
"""The outcome of a file that waits for its server."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file."""

    file: str
    kind: str | None
    outcome: str
    events: int
    reason: str | None

    def described(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "file": self.file,
            "kind": self.kind,
            "outcome": self.outcome,
            "events": self.events,
            "reason": self.reason,
        }


def ingest_here(
    ledger: "Ledger",
    kind: str | None,
    files: Sequence[Path],
    event: str | None,
    options: dict[str, str],
) -> list[Ingested]:
    """Take files in by groups; what cannot be opened is refused, the rest is taken.

    Without a `kind`, each file's shape decides. Raises Refusal for a kind that nobody reads.
    """
    from changeproof.intake.deliveries import take
    from changeproof.intake.file_trust import require_files_accepted
    from changeproof.ledger.service import now

    if kind is not None:
        kind = _known(kind)
    results: list[Ingested] = []
    for start in range(0, len(files), GROUP):
        read = [_read(file, kind) for file in files[start : start + GROUP]]
        for told in dict.fromkeys(each.kind for each in read if isinstance(each, _File)):
            require_files_accepted(ledger, told)
        deliveries = [
            Delivery(
                kind=each.kind,
                id=sha256_hex(each.body),
                body=each.body,
                received_at=now(),
                name=event,
                options=tuple(sorted(options.items())),
                trust_claimed_times=ledger.instance.demonstration,
            )
            for each in read
            if isinstance(each, _File)
        ]
        taken = iter(take(ledger, deliveries))
        for each in read:
            if isinstance(each, _File):
                outcome = next(taken)
                each = Ingested(
                    each.name, each.kind, outcome.outcome, outcome.events, outcome.reason
                )
            results.append(each)
    return results


def ingest_there(
    server: str,
    kind: str | None,
    files: Sequence[Path],
    event: str | None,
    options: dict[str, str],
) -> list[Ingested]:
    """Send files to a server, one a request, with CHANGEPROOF_TOKEN; what waited goes first.

    Where the server is away they wait on this disk, which is said.
    """
    from changeproof.cli.remote import Declined
    from changeproof.cli.reporting import Reporting

    if kind is not None:
        kind = _known(kind)
    reporting = Reporting(server)
    reporting.send_waiting()
    results = []
    for file in files:
        read = _read(file, kind)
        if isinstance(read, Ingested):
            results.append(read)
            continue
        query = {"kind": read.kind, **({"event": event} if event else {}), **options}
        try:
            reply = reporting.report(read.name, query, read.body)
        except Declined as error:
            if error.status not in OF_THE_FILE:
                raise
            results.append(_refused(file, read.kind, error.why))
            continue
        results.append(_answered(read, reply))
    reporting.say_what_waits([each.file for each in results if each.outcome == SPOOLED])
    return results


def _answered(file: "_File", reply: Mapping[str, Any] | None) -> Ingested:
    if reply is None:
        return Ingested(file.name, file.kind, SPOOLED, 0, "the server is away")
    return Ingested(
        file.name, file.kind, reply["outcome"], int(reply["events"]), reply.get("reason")
    )


def _known(name: str) -> str:
    """The name that a kind or alias is recorded under."""
    found = kind_named(name)
    if found is None:
        near = get_close_matches(name, KINDS, n=3, cutoff=0.5)
        raise WrongUsage(
            "Nothing was taken in.",
            where=name or "KIND",
            why=f'"{name}" is no kind of payload that we read',
            cure=(f"Did you mean {' or '.join(near)}? " if near else "")
            + f"Name one of: {', '.join(KINDS)}; or let the shape decide, with --detect.",
        )
    return found.name


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    kind: str
    body: bytes


def _read(file: Path, kind: str | None) -> _File | Ingested:
    """The file's bytes and kind, or why it was not taken."""
    try:
        body = file.read_bytes()
        told = kind or detect(body)
    except OSError as error:
        return _refused(file, kind, f"it cannot be read: {error.strerror}")
    except Refusal as refusal:
        return _refused(file, kind, refusal.why)
    if told is None:
        return _refused(file, None, "its shape is none that we know: name its KIND")
    return _File(str(file), told, body)


def _refused(file: Path, kind: str | None, why: str) -> Ingested:
    return Ingested(str(file), kind, "refused", 0, why)
