"""A whole instance in one sealed file, taken while events arrive; and back again.

The file holds the database, the keys and the description of the instance: whoever has it has
everything, so it is readable by its owner alone. SQLite's own backup copies one moment of the
database, whatever is written meanwhile; PostgreSQL's rows are read in one repeatable-read
transaction. The seal bears the log's signature over every byte.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from changeproof.events.refusal import Refusal
from changeproof.ledger import postgresql_rows
from changeproof.ledger.instance import DESCRIPTION, Instance, read_instance
from changeproof.ledger.reading import SqliteReading
from changeproof.log.archive_members import Limits, Members
from changeproof.log.checkpoints import parse_checkpoint
from changeproof.log.database import Database
from changeproof.log.keys import load_key
from changeproof.log.notes import BadNote, parse_note
from changeproof.log.sealed_archive import (
    BadSeal,
    SealedWriter,
    read_seal,
    require_digest,
    require_signature,
)

KIND = "backup"
MANIFEST = "manifest.json"
PART = 256 * 1024**2
SECRETS = ("log.key", "pseudonym.key", "django.key")
_DATABASE = "database/sqlite"
_CONTROLS = "controls.yaml"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the log's size and checkpoint at its moment, and the file's digest."""

    file: Path
    origin: str
    engine: str
    log_size: int
    checkpoint: str | None
    digest: str


def backup(instance: Instance, file: Path, *, overwrite: bool = False) -> Backup:
    """Write the instance to `file`, which appears once it is complete (mode 0600).

    Raises Refusal where the instance cannot be read, the file not be written, or one stands there
    that nobody said to `overwrite`: it may be the only backup of a better day.
    """
    if file.exists() and not overwrite:
        raise Refusal(
            "The backup was not made.",
            where=str(file),
            why="something stands there already",
            cure="Name another file, or replace this one: --overwrite",
        )
    signer = load_key(instance.log_key_file)
    engine = "sqlite" if instance.database_url is None else "postgresql"
    try:
        with SealedWriter(file, KIND, signer) as archive:
            described = json.loads((instance.directory / DESCRIPTION).read_text())
            if engine == "sqlite":
                checkpoint = _add_sqlite(archive, instance)
            else:
                checkpoint = postgresql_rows.add_rows(archive, str(instance.database_url))
            described["database_url"] = None  # an address is no part of the state, and a secret
            archive.add(DESCRIPTION, _json(described))
            for name in SECRETS:
                archive.add(f"secrets/{name}", (instance.log_key_file.parent / name).read_bytes())
            if instance.controls_file.is_file():
                archive.add(_CONTROLS, instance.controls_file.read_bytes())
            size = 0 if checkpoint is None else parse_checkpoint(parse_note(checkpoint).text).size
            members = {name: list(each) for name, each in sorted(archive.digests.items())}
            manifest = {"engine": engine, "checkpoint": checkpoint, "members": members}
            archive.add(MANIFEST, _json(manifest))
    except (OSError, sqlite3.Error, BadNote) as error:
        raise Refusal(
            "The backup was not made.",
            where=str(file),
            why=str(error),
            cure="Name a file in a directory that you may write to and that has room;"
            " if the instance itself cannot be read, run: changeproof doctor",
        ) from error
    return Backup(file, signer.name, engine, size, checkpoint, archive.digest)


def restore(file: Path, directory: Path, database_url: str | None = None) -> Instance:
    """Make the instance of a backup in `directory`, which must be new or empty.

    A backup of a PostgreSQL instance needs `database_url`, an empty database. Raises Refusal,
    and leaves nothing behind, where the file is damaged or there is something already.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise _not_restored(
            directory, "something stands there already", "Name a new or empty directory."
        )
    if not file.is_file():
        raise _not_restored(
            file, "there is no such file", "Name a file that `changeproof backup` wrote."
        )
    try:
        with file.open("rb") as stream:
            seal, note = read_seal(stream, KIND)
            require_digest(stream, seal)
            members = Members(stream, Limits())
            manifest = json.loads(members.read(MANIFEST))
            directory.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".restore-") as place:
                made = Path(place) / "instance"
                _unpack(members, made)
                require_signature(note, load_key(made / "secrets" / "log.key").verifier.vkey)
                if manifest["engine"] == "postgresql":
                    if database_url is None:
                        raise _not_restored(
                            file,
                            "the backup is of an instance on PostgreSQL",
                            "Name an empty database with --database URL.",
                        )
                    _describe(made, database_url)
                    postgresql_rows.restore_rows(members, made, database_url)
                if directory.exists():
                    directory.rmdir()
                made.rename(directory)
    except BadSeal as error:
        raise _not_restored(
            file, str(error), "Take another copy of the backup; this one is damaged."
        ) from error
    except OSError as error:
        raise _not_restored(
            directory, error.strerror or str(error), "Name a directory that has room."
        ) from error
    return read_instance(directory)


def _add_sqlite(archive: SealedWriter, instance: Instance) -> str | None:
    """One moment of the database, in parts; the latest checkpoint of that moment."""
    with tempfile.TemporaryDirectory(dir=instance.directory, prefix=".backup-") as place:
        copy = Path(place) / "changeproof.sqlite3"
        address = f"{instance.database_file.absolute().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=60)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # all pages in one step: one reading transaction
            target.execute("PRAGMA journal_mode = DELETE")
            checkpoint = latest_checkpoint(SqliteReading(target))
        with copy.open("rb") as stream:
            number = 0
            while stream.tell() < copy.stat().st_size:
                archive.add_chunks(f"{_DATABASE}-{number:05}", _part(stream))
                number += 1
    return checkpoint


def latest_checkpoint(database: Database) -> str | None:
    """The latest signed checkpoint's note; None of an empty log."""
    rows = database.execute("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
    return str(rows[0][0]) if rows else None


def _part(stream: IO[bytes]) -> Iterator[bytes]:
    left = PART
    while left:
        chunk = stream.read(min(1 << 20, left))
        if not chunk:
            return
        left -= len(chunk)
        yield chunk


def _unpack(members: Members, place: Path) -> None:
    """Description, keys and SQLite file, each readable by its owner alone."""
    secrets = place / "secrets"
    secrets.mkdir(parents=True)
    secrets.chmod(0o700)
    _write(place / DESCRIPTION, [members.read(DESCRIPTION)])
    for name in SECRETS:
        _write(secrets / name, [members.read(f"secrets/{name}")])
    if members.names(_CONTROLS):
        _write(place / _CONTROLS, [members.read(_CONTROLS)])
    parts = members.names(_DATABASE)
    if parts:
        chunks = (chunk for name in parts for chunk in members.chunks(name))
        _write(place / "changeproof.sqlite3", chunks)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())


def _describe(place: Path, database_url: str) -> None:
    path = place / DESCRIPTION
    described = json.loads(path.read_text()) | {"database_url": database_url}
    path.write_text(json.dumps(described, indent=2) + "\n")


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def _not_restored(where: Path, why: str, cure: str) -> Refusal:
    return Refusal("The backup was not restored.", where=str(where), why=why, cure=cure)
