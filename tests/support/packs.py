"""Packs to try things on, and packs that somebody with the key made anew."""

import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from changeproof.audits.pack import Pack, write_pack
from changeproof.ledger.instance import Instance, create_instance
from changeproof.log.keys import load_key
from changeproof.log.sealed_archive import SealedWriter
from changeproof.verifier.pack_format import FORMAT, KIND, MANIFEST, Manifest, as_json
from tests.support.small_company import BEGIN, DAY, History, MemoryInstance, small_history

UNTIL = BEGIN + 30 * DAY
AS_OF = BEGIN + 40 * DAY


def small_company_instance(
    directory: Path, *, demonstration: bool = False, history: History | None = None
) -> Instance:
    """The small company's instance in files, without a web framework."""
    instance = create_instance(directory, demonstration=demonstration)
    opened = MemoryInstance(instance.database_file, load_key(instance.log_key_file))
    opened.take(history or small_history())
    opened.database.connection.close()
    return instance


def small_pack(instance: Instance, file: Path, until: int = UNTIL, as_of: int = AS_OF) -> Pack:
    return write_pack(instance, BEGIN, until, file, as_of)


def members_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def resealed(
    instance: Instance,
    file: Path,
    changed: Mapping[str, bytes | None] | Callable[[dict[str, bytes]], None],
    kind: str = KIND,
) -> Path:
    """The pack with other members, its manifest and seal made anew by whoever holds the key."""
    members = members_of(file)
    members.pop(MANIFEST)
    if callable(changed):
        changed(members)
    else:
        for name, data in changed.items():
            if data is None:
                del members[name]
            else:
                members[name] = data
    made = file.with_name("resealed.pack")
    with SealedWriter(made, kind, load_key(instance.log_key_file)) as archive:
        for name, data in members.items():
            archive.add(name, data)
        if MANIFEST not in members:
            listed = {n: (len(d), sha256(d).hexdigest()) for n, d in members.items()}
            archive.add(MANIFEST, as_json(Manifest(FORMAT, listed)))
    return made
