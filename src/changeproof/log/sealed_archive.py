"""One file of which every byte is covered by one signature: evidence packs and backups.

It is a ZIP archive whose comment is a signed note (C2SP signed-note) over the length and the
SHA-256 of all bytes before the comment: members, headers, directory and end record alike. The
note's own bytes have one spelling, so no byte of the file can change unseen. Any ZIP tool opens
it. Members have fixed times and come in the writer's order: the same members, the same bytes.
"""

import os
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO

from changeproof.log.notes import BadNote, Note, Signer, Verifier, parse_note, verify_note

CHUNK = 1 << 20
END_RECORD = 22  # bytes of ZIP's end record before its comment
_END = b"PK\x05\x06"
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP can say
_LENGTH_DIGITS = 20


class BadSeal(ValueError):
    """A file that is no sealed archive, or whose seal does not hold. `part` names where."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: {why}")
        self.part = part
        self.why = why


@dataclass(frozen=True, slots=True)
class Seal:
    """What the note at the end of a file says of the bytes before it."""

    kind: str
    origin: str
    length: int
    sha256: str

    @property
    def text(self) -> str:
        """The note's text: four lines. A checkpoint's second line is a size, so it is no seal."""
        length = f"{self.length:0{_LENGTH_DIGITS}}"
        return f"changeproof {self.kind} 1\n{self.origin}\n{length}\n{self.sha256}\n"

    @classmethod
    def parse(cls, text: str) -> "Seal":
        """Raises BadSeal for any other spelling."""
        lines = text.split("\n")
        head = lines[0].split(" ")
        if len(lines) != 5 or len(head) != 3 or not lines[2].isdecimal():
            raise BadSeal("seal", "it is not the four lines of a seal")
        seal = cls(head[1], lines[1], int(lines[2]), lines[3])
        if seal.text != text:
            raise BadSeal("seal", "it is not the four lines of a seal")
        return seal


class SealedWriter:
    """Writes members one after the other, then the seal; the file appears when all is done."""

    def __init__(self, file: Path, kind: str, signer: Signer) -> None:
        self._file = file
        self._kind = kind
        self._signer = signer
        self._unfinished = file.with_name(f".{file.name}.{os.getpid()}.unfinished")
        descriptor = os.open(self._unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._stream: IO[bytes] = os.fdopen(descriptor, "w+b")
        self._archive = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)
        self.digests: dict[str, tuple[int, str]] = {}
        self.digest = ""

    def __enter__(self) -> "SealedWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._finish()
            else:
                with suppress(ValueError, OSError):
                    self._archive.close()
        finally:
            self._stream.close()
            self._unfinished.unlink(missing_ok=True)

    def add(self, name: str, data: bytes, *, compressed: bool = True) -> None:
        """Add a member; its length and SHA-256 stand in `digests` afterwards."""
        self.add_chunks(name, [data], compressed=compressed)

    def add_chunks(self, name: str, chunks: Iterable[bytes], *, compressed: bool = True) -> None:
        """Add a member of up to 2 GiB piece by piece, so that memory stays flat."""
        if name in self.digests:
            raise ValueError(f"{name} is in the archive already")
        member = zipfile.ZipInfo(name, _TIME)
        member.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        member.create_system = 3
        member.external_attr = 0o100600 << 16
        digest, length = sha256(), 0
        with self._archive.open(member, "w") as stream:
            for chunk in chunks:
                digest.update(chunk)
                length += len(chunk)
                stream.write(chunk)
        self.digests[name] = (length, digest.hexdigest())

    def _finish(self) -> None:
        placeholder = self._note(Seal(self._kind, self._signer.name, 0, "0" * 64))
        self._archive.comment = placeholder
        self._archive.close()
        length = self._stream.seek(0, os.SEEK_END) - len(placeholder)
        self._stream.seek(0)
        self.digest = digest_of(self._stream, length)
        note = self._note(Seal(self._kind, self._signer.name, length, self.digest))
        if len(note) != len(placeholder):
            raise AssertionError("a seal has a fixed length")
        self._stream.seek(length)
        self._stream.write(note)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._unfinished.replace(self._file)

    def _note(self, seal: Seal) -> bytes:
        return str(Note(seal.text, (self._signer.sign(seal.text),))).encode()


def digest_of(stream: IO[bytes], length: int) -> str:
    """SHA-256 of the next `length` bytes."""
    digest, left = sha256(), length
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            break
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def split(stream: IO[bytes]) -> tuple[int, bytes]:
    """Where the seal begins, and its bytes. Raises BadSeal where the file has no end record."""
    size = stream.seek(0, os.SEEK_END)
    start = max(0, size - END_RECORD - 0xFFFF)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < END_RECORD:
        raise BadSeal("end record", "the file does not end as a ZIP archive does")
    comment = tail[at + END_RECORD :]
    if int.from_bytes(tail[at + END_RECORD - 2 : at + END_RECORD], "little") != len(comment):
        raise BadSeal("end record", "it does not reach to the end of the file")
    return start + at + END_RECORD, comment


def read_seal(stream: IO[bytes], kind: str) -> tuple[Seal, bytes]:
    """The seal at the end of a file, its note yet unverified. Raises BadSeal."""
    begins, note = split(stream)
    try:
        parsed = parse_note(note)
    except BadNote as error:
        raise BadSeal("seal", str(error)) from error
    seal = Seal.parse(parsed.text)
    if len(parsed.signatures) != 1 or parsed.signatures[0].name != seal.origin:
        raise BadSeal("seal", f"it does not bear the one signature of {seal.origin}")
    if seal.kind != kind:
        raise BadSeal("seal", f"this is a {seal.kind}, no {kind}")
    if seal.length != begins:
        raise BadSeal("seal", f"it covers {seal.length} bytes; {begins} stand before it")
    return seal, note


def require_digest(stream: IO[bytes], seal: Seal) -> None:
    """That the bytes before the seal are those that it covers. Raises BadSeal."""
    stream.seek(0)
    found = digest_of(stream, seal.length)
    if found != seal.sha256:
        why = f"the seal says {seal.sha256}, the bytes before it have {found}"
        raise BadSeal("SHA-256 of the file", why)


def require_signature(note: bytes, vkey: str) -> None:
    """That the key signed the seal. Raises BadSeal."""
    try:
        verify_note(note, [Verifier.parse(vkey)])
    except BadNote as error:
        raise BadSeal("signature of the seal", str(error)) from error
