"""An instance's directory: what it is, its keys, where its database stands."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TextIO

from changeproof.events.refusal import Refusal
from changeproof.log.keys import create_key, load_key

Profile = Literal["standard", "small_team", "regulated"]
DESCRIPTION = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """One organisation's instance. `demonstration` is for life: invented data never mixes."""

    directory: Path
    profile: Profile
    demonstration: bool
    origin: str
    database_url: str | None

    @property
    def database_file(self) -> Path:
        return self.directory / "changeproof.sqlite3"

    @property
    def log_key_file(self) -> Path:
        return self.directory / "secrets" / "log.key"

    @property
    def controls_file(self) -> Path:
        """A matrix that an earlier version read; now one is adopted by event. Kept in backups
        until somebody has put it forward and moved it away."""
        return self.directory / "controls.yaml"

    @property
    def pseudonym_key(self) -> bytes:
        """32 bytes; raises Refusal when the file is gone."""
        return bytes.fromhex(self._secret("pseudonym.key"))

    @property
    def django_key(self) -> str:
        return self._secret("django.key")

    def _secret(self, name: str) -> str:
        path = self.directory / "secrets" / name
        try:
            return path.read_text().strip()
        except OSError as error:
            raise Refusal(
                "The instance cannot be opened.",
                where=str(path),
                why=f"the key cannot be read ({error.strerror})",
                cure="Restore it from a backup: changeproof restore FILE",
            ) from error


def create_instance(
    directory: Path,
    *,
    profile: Profile = "standard",
    demonstration: bool = False,
    pseudonym_key: str | None = None,
    database_url: str | None = None,
) -> Instance:
    """Make the directory and its keys; twice is harmless, and the second changes nothing.

    Raises Refusal when the directory belongs to a different kind of instance, or the key is none.
    """
    if (directory / DESCRIPTION).exists():
        held = read_instance(directory)
        if held.demonstration != demonstration:
            kind = "a demonstration" if held.demonstration else "an ordinary"
            raise Refusal(
                "The instance was not made.",
                where=str(directory),
                why=f"{kind} instance stands there, and stays one for life",
                cure="Name another directory with --data.",
            )
        return held
    if pseudonym_key is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", pseudonym_key.strip()):
        raise Refusal(
            "The instance was not made.",
            where="pseudonym key",
            why="it is not 64 hexadecimal digits",
            cure="Make one: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    keys = directory / "secrets"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.mkdir(exist_ok=True)
        keys.chmod(0o700)
    except OSError as error:
        raise Refusal(
            "The instance was not made.",
            where=str(directory),
            why=f"it cannot be written: {error.strerror}",
            cure="Name a directory that you may write to with --data.",
        ) from error
    _write_secret(keys / "pseudonym.key", (pseudonym_key or secrets.token_hex(32)).strip().lower())
    _write_secret(keys / "django.key", secrets.token_urlsafe(48))
    if (keys / "log.key").exists():
        origin = load_key(keys / "log.key").name
    else:
        origin = f"changeproof.local/{secrets.token_hex(6)}"
        create_key(keys / "log.key", origin)
    instance = Instance(directory, profile, demonstration, origin, database_url)
    described = {key: value for key, value in asdict(instance).items() if key != "directory"}
    temporary = directory / f"{DESCRIPTION}.new"
    temporary.unlink(missing_ok=True)
    with _open_private(temporary) as file:  # an address of a database holds its password
        file.write(json.dumps(described, indent=2) + "\n")
    if database_url is None and not instance.database_file.exists():
        _open_private(instance.database_file).close()
    temporary.replace(directory / DESCRIPTION)
    return instance


def read_instance(directory: Path) -> Instance:
    """The instance in `directory`. Raises Refusal where there is none."""
    path = directory / DESCRIPTION
    try:
        described = json.loads(path.read_text())
        return Instance(
            directory=directory,
            profile=described["profile"],
            demonstration=described["demonstration"],
            origin=described["origin"],
            database_url=described["database_url"],
        )
    except FileNotFoundError as error:
        raise Refusal(
            "There is no instance here.",
            where=str(directory),
            why=f"it has no {DESCRIPTION}",
            cure=f"Make one: changeproof init --data {directory}",
        ) from error
    except (ValueError, KeyError, OSError) as error:
        raise Refusal(
            "The instance cannot be opened.",
            where=str(path),
            why=f"it cannot be read: {error}",
            cure="Restore it from a backup: changeproof restore FILE",
        ) from error


def _write_secret(path: Path, text: str) -> None:
    """Write a key once: what an interrupted `init` left is kept."""
    if path.exists() and path.stat().st_size:
        return
    path.unlink(missing_ok=True)
    with _open_private(path) as file:
        file.write(text + "\n")


def _open_private(path: Path) -> TextIO:
    """A new file that its owner alone may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w")
