"""The evidence pack of a period: one sealed file that verifies and re-performs offline.

Everything in it is read from one unchanging view of the database. What follows from the evidence
is computed by the same code with which the verifier computes it again (`verifier.composition`).
"""

import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

import polars

from changeproof import __version__
from changeproof.checks.loader import CheckSet, load_checks
from changeproof.events.acts import PackIssued
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import Instance
from changeproof.ledger.reading import reading
from changeproof.ledger.schema import schema_digest
from changeproof.ledger.snapshot import SnapshotFile, SnapshotManifest, table_parquet
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES
from changeproof.log.database import Database
from changeproof.log.keys import load_key
from changeproof.log.sealed_archive import SealedWriter
from changeproof.log.storage import Log
from changeproof.log.tiles import Tile, tiles_of
from changeproof.verifier.checks_as_run import files_of
from changeproof.verifier.composition import Progress, compose
from changeproof.verifier.pack_format import (
    CHECKPOINT,
    COVER,
    DEMONSTRATION,
    FORMAT,
    INTERIM,
    KIND,
    LOG,
    MANIFEST,
    POPULATION_QUERY,
    REPORT,
    SNAPSHOT,
    STATEMENT,
    TITLE,
    VKEY,
    Cover,
    Manifest,
    as_json,
)
from changeproof.verifier.population import population_query

SOURCE = "audits"
Part = TypeVar("Part", str, bytes)
_LIBRARIES = ("duckdb", "sqlglot")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written: what to tell, and what to log."""

    file: Path
    digest: str
    period_from: int
    period_until: int
    as_of: int
    interim: bool
    demonstration: bool
    log_size: int
    changes: int
    without_a_time: int
    findings: int
    deviations: int

    def event(self, actor: str | None, occurred_at: int) -> PackIssued:
        """What the caller records: `ledger.record_events([pack.event(...)], collector=...)`."""
        return PackIssued(
            source=SOURCE,
            delivery=self.digest,
            occurred_at=occurred_at,
            actor=actor,
            period_from=self.period_from,
            period_until=self.period_until,
            digest=self.digest,
            interim=self.interim,
        )


def write_pack(
    instance: Instance,
    period_from: int,
    period_until: int,
    file: Path,
    as_of: int,
    *,
    database: Database | None = None,
    checks: CheckSet | None = None,
    on_progress: Progress | None = None,
) -> Pack:
    """Write the pack of [period_from, period_until) to `file`, judged as of `as_of`.

    Times are UTC microseconds. `database` is a view that does not change meanwhile; without it
    one is opened. The file appears once it is complete. Raises Refusal where the period is none,
    the log has a hole, or the file cannot be written.
    """
    if period_from >= period_until:
        raise _refused(str(file), "the period ends before it begins", "Give --from before --to.")
    opened = nullcontext(database) if database is not None else reading(instance)
    try:
        with opened as view:
            return _write(
                instance,
                view,
                checks if checks is not None else load_checks(),
                (period_from, period_until, as_of),
                file,
                on_progress,
            )
    except OSError as error:
        cure = "Name a file in a directory that you may write to and that has room."
        raise _refused(str(file), error.strerror or str(error), cure) from error


def _write(
    instance: Instance,
    database: Database,
    checks: CheckSet,
    times: tuple[int, int, int],
    file: Path,
    on_progress: Progress | None,
) -> Pack:
    period_from, period_until, as_of = times
    signer = load_key(instance.log_key_file)
    store, log = Store(database), Log(database, signer, instance.origin)
    head = log.head()
    interim = period_until > as_of
    notices = (DEMONSTRATION,) * instance.demonstration + (INTERIM,) * interim
    cover = Cover(
        title=TITLE,
        statement=STATEMENT,
        origin=instance.origin,
        profile=instance.profile,
        demonstration=instance.demonstration,
        period_from=period_from,
        period_until=period_until,
        as_of=as_of,
        interim=interim,
        log_size=head.size,
        log_root=head.root.hex(),
        checks_digest=checks.digest,
        schema_digest=schema_digest(),
        versions=_versions(),
        notices=notices,
    )
    query = population_query(period_from, period_until)

    def text_of(digest: str) -> str | None:
        body = log.content(digest)
        try:
            return None if body is None else body.decode()
        except UnicodeDecodeError:
            return None

    composed = compose(store, cover, checks, query, text_of, on_progress)
    with SealedWriter(file, KIND, signer) as archive:
        # The page first: whoever opens the file with an ordinary tool sees it on top.
        for name, data in _page_first(composed.members):
            archive.add(name, data)
        archive.add(COVER, as_json(cover))
        archive.add(POPULATION_QUERY, query.encode())
        for name, sql in sorted(files_of(checks).items()):
            archive.add(name, sql.encode())
        for name, data in _log_members(log, head.size):
            archive.add(name, data)
        archive.add(VKEY, f"{signer.verifier.vkey}\n".encode())
        for name, data in _snapshot_members(store, on_progress):
            archive.add(name, data, compressed=not name.endswith(".parquet"))
        archive.add(MANIFEST, as_json(Manifest(FORMAT, dict(archive.digests))))
    dated = sum(member.deployed_at is not None for member in composed.population)
    return Pack(
        file=file,
        digest=archive.digest,
        period_from=period_from,
        period_until=period_until,
        as_of=as_of,
        interim=interim,
        demonstration=instance.demonstration,
        log_size=head.size,
        changes=dated,
        without_a_time=len(composed.population) - dated,
        findings=len(composed.findings),
        deviations=sum(row.verdict == "deviation" for row in composed.findings),
    )


def _page_first(members: dict[str, bytes]) -> list[tuple[str, bytes]]:
    return sorted(members.items(), key=lambda each: (each[0] != REPORT, each[0]))


def _log_members(log: Log, size: int) -> Iterator[tuple[str, bytes]]:
    """Tiles, entry bundles and the checkpoint, named as C2SP tlog-tiles names them."""
    for tile in tiles_of(size):
        assert tile.level != "entries"  # noqa: S101 - tiles_of gives hash tiles
        hashes = log.tile_bytes(tile.level, tile.number, tile.width)
        yield f"{LOG}{tile.path}", _there(hashes, tile)
        if tile.level == 0:
            bundle = Tile("entries", tile.number, tile.width)
            entries = log.entry_bundle_bytes(tile.number, tile.width)
            yield f"{LOG}{bundle.path}", _there(entries, bundle)
    yield CHECKPOINT, _there(log.checkpoint_at(size), Tile("entries", 0)).encode()


def _there(part: Part | None, tile: Tile) -> Part:
    if part is None:
        cure = "Run: changeproof verify. It names what was edited; restore it from a backup."
        raise _refused(tile.path, "a row that the log's checkpoint needs is missing", cure)
    return part


def _snapshot_members(
    store: Store, on_progress: Callable[[str, int, int], None] | None
) -> Iterator[tuple[str, bytes]]:
    """Facts and joins. Results are in findings/: the stored ones are of other moments."""
    stated = sorted(name for name, table in TABLES.items() if table.layer != "result")
    files = []
    for done, name in enumerate(stated, 1):
        rows, data = table_parquet(store, TABLES[name])
        file = SnapshotFile(name, rows, sha256_hex(data))
        files.append(file)
        yield f"{SNAPSHOT}{file.name}", data
        if on_progress is not None:
            on_progress("Snapshot", done, len(stated))
    yield f"{SNAPSHOT}manifest.json", SnapshotManifest(schema_digest(), tuple(files)).text.encode()


def _versions() -> dict[str, str]:
    found = {
        "changeproof": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "polars": polars.__version__,
    }
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The pack was not written.", where=where, why=why, cure=cure)
