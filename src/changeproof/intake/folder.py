"""A watched folder: files are taken once complete, and laid aside with what became of them.

What was read goes to `taken/`, the rest to `refused/` with a file beside it that says why. Names
that begin with a dot or end like a file that is still written are left alone, as is whatever is
no plain file.
"""

import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.intake.files import File, FileTaken, take_files
from changeproof.ledger.service import Ledger
from changeproof.sources.guards import LARGEST_PAYLOAD
from changeproof.sources.translate import KINDS, kind_named

logger = logging.getLogger(__name__)

TAKEN, REFUSED = "taken", "refused"
REASON = ".reason.txt"
COLLECTOR = "folder"
_STILL_WRITTEN = (".part", ".partial", ".tmp", ".crdownload", ".filepart")

_Shape = tuple[int, int]  # size and time of the last change, nanoseconds


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    shape: _Shape


class WatchedFolder:
    """One folder. A file counts as complete when two looks in a row find it the same."""

    def __init__(self, folder: Path, kind: str | None = None) -> None:
        """Makes what is missing. Raises WrongUsage for a folder or kind that is none."""
        if kind is not None and kind_named(kind) is None:
            raise _refused(
                kind, "it is no kind of payload that we read", f"Name one of: {', '.join(KINDS)}."
            )
        self._folder = folder
        self._kind = kind
        self._seen: dict[str, _Shape] = {}
        self._stuck: dict[str, _Shape] = {}
        try:
            for each in (folder, folder / TAKEN, folder / REFUSED):
                each.mkdir(exist_ok=True)
        except OSError as error:
            why = f"it cannot be written to: {error.strerror}"
            raise _refused(str(folder), why, "Name a folder of your own.") from error

    def look(self, ledger: Ledger, *, complete: bool = False) -> list[FileTaken]:
        """Take what is complete, oldest first; all that is there if the caller says that it is.

        A file that fails stays where it is, and those behind it are taken.
        """
        found = sorted(self._found(), key=lambda each: (each.shape[1], each.name))
        before, self._seen = self._seen, {each.name: each.shape for each in found}
        done = []
        for each in found:
            if self._stuck.get(each.name) == each.shape:
                continue
            if complete or before.get(each.name) == each.shape:
                taken = self._taken(ledger, each)
                if taken is not None:
                    done.append(taken)
        return done

    def _found(self) -> Iterator[_Found]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.endswith(_STILL_WRITTEN):
                    continue
                try:
                    told = entry.stat(follow_symlinks=False)
                except OSError:
                    continue  # it went away
                if stat.S_ISREG(told.st_mode):
                    yield _Found(entry.name, (told.st_size, told.st_mtime_ns))

    def _taken(self, ledger: Ledger, found: _Found) -> FileTaken | None:
        try:
            taken = self._read(ledger, found)
            self._lay_aside(found.name, taken)
        except OSError as error:
            # Tried again when it changes; the log holds a delivery once, however often it comes.
            self._stuck[found.name] = found.shape
            logger.warning("a file of the watched folder was left there: %s", error.strerror)
            return None
        except Exception:
            logger.exception("a file of the watched folder was not taken; it is tried again")
            return None
        return taken

    def _read(self, ledger: Ledger, found: _Found) -> FileTaken:
        if found.shape[0] > LARGEST_PAYLOAD:
            why = f"it has {found.shape[0]:,} bytes; a payload may have {LARGEST_PAYLOAD:,}"
            return FileTaken(found.name, self._kind, "refused", 0, why)
        opened = os.open(self._folder / found.name, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(opened, "rb") as file:
            body = file.read(LARGEST_PAYLOAD + 1)
        [taken] = take_files(ledger, [File(found.name, body)], self._kind, COLLECTOR)
        return taken

    def _lay_aside(self, name: str, taken: FileTaken) -> None:
        """Move it; a name that is used already gets the file's own digest in front."""
        folder = self._folder / (TAKEN if taken.was_read else REFUSED)
        target = folder / name
        if target.exists():
            target = folder / f"{sha256_hex((self._folder / name).read_bytes())[:12]}-{name}"
        (self._folder / name).replace(target)
        if not taken.was_read:
            kept = " It stands in quarantine." if taken.outcome == "quarantined" else ""
            said = f"{taken.outcome}: {taken.reason}.{kept}\n"
            target.with_name(target.name + REASON).write_text(said, encoding="utf-8")


def _refused(where: str, why: str, cure: str) -> Refusal:
    return WrongUsage("The folder is not watched.", where=where[:200], why=why, cure=cure)
