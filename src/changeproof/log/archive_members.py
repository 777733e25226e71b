"""Reading a sealed archive that somebody else may have made: strict, and within named limits.

Nothing is unpacked to disk, no archive inside an archive is opened, and each byte of the file
belongs to a member, the directory or the end record.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from changeproof.log.sealed_archive import BadSeal

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,9}")
_LOCAL_HEADER = 30
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most. A file beyond one is refused with the limit's name."""

    members: int = 65_534
    member_bytes: int = 2 * 1024**3
    total_bytes: int = 64 * 1024**3
    whole_bytes: int = 512 * 1024**2
    """A member that must be held in memory."""
    name_characters: int = 200


class Members:
    """An archive's members by name. Raises BadSeal where the archive is not as we write it."""

    def __init__(self, stream: IO[bytes], limits: Limits | None = None) -> None:
        self._limits = limits if limits is not None else Limits()
        try:
            stream.seek(0)
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadSeal("archive", f"it cannot be read as ZIP: {error}") from error
        self._by_name: dict[str, zipfile.ZipInfo] = {}
        self._examine()

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def names(self, prefix: str = "") -> list[str]:
        """Every member whose name begins so, sorted."""
        return sorted(name for name in self._by_name if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises BadSeal if there is none, or it is too long or damaged."""
        size = self._info(name).file_size
        if size > self._limits.whole_bytes:
            raise BadSeal(name, f"it has {size} bytes; whole_bytes is {self._limits.whole_bytes}")
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member piece by piece."""
        info = self._info(name)
        left = info.file_size
        try:
            with self._archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    left -= len(chunk)
                    yield chunk
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            raise BadSeal(name, f"it cannot be unpacked: {error}") from error
        except Exception as error:  # zlib's own error has no public base class
            raise BadSeal(name, f"it cannot be unpacked: {error}") from error
        if left:
            raise BadSeal(name, "it is shorter or longer than the archive's directory says")

    def digest(self, name: str) -> str:
        """SHA-256 of a member."""
        digest = sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()

    def size(self, name: str) -> int:
        """A member's length when unpacked."""
        return self._info(name).file_size

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self._by_name:
            raise BadSeal(name, "there is no such member")
        return self._by_name[name]

    def _examine(self) -> None:
        infos = self._archive.infolist()
        limits = self._limits
        if len(infos) > limits.members:
            raise BadSeal("archive", f"{len(infos)} members; members is {limits.members}")
        total = sum(info.file_size for info in infos)
        if total > limits.total_bytes:
            why = f"{total} bytes when unpacked; total_bytes is {limits.total_bytes}"
            raise BadSeal("archive", why)
        expected = 0
        for info in infos:
            name = info.filename
            if len(name) > limits.name_characters:
                raise BadSeal("archive", f"a name of {len(name)} characters (name_characters)")
            if not _NAME.fullmatch(name) or name in self._by_name:
                raise BadSeal("archive", f"{name!r} is no name of a member, or stands twice")
            if info.flag_bits or info.comment or not _is_plain(info.extra):
                raise BadSeal(name, "its header holds what we never write")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise BadSeal(name, "it is compressed in a way that we do not read")
            if info.file_size > limits.member_bytes:
                why = f"it has {info.file_size} bytes; member_bytes is {limits.member_bytes}"
                raise BadSeal(name, why)
            if info.header_offset != expected:
                raise BadSeal(name, "bytes that belong to no member stand before it")
            expected += _LOCAL_HEADER + len(name) + info.compress_size
            self._by_name[name] = info
        if self._archive.start_dir != expected:
            raise BadSeal("archive", "bytes that belong to no member stand before its directory")


def _is_plain(extra: bytes) -> bool:
    """Nothing, or the one field in which the directory of a long archive keeps an offset."""
    return not extra or (extra[:4] == b"\x01\x00\x08\x00" and len(extra) == 12)
