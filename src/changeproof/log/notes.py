"""Signed notes (C2SP signed-note): a text, a blank line, one line for each signature.

Only Ed25519 (signature type 0x01) is signed and verified here; other signatures, such as those
of witnesses, are carried along unread. Parsing is strict: each note has one spelling.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_KEY_SIZE = 32
_KEY_ID_SIZE = 4
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
MAX_SIGNATURES = 100
MAX_NOTE_SIZE = 1_000_000


class BadNote(ValueError):
    """A note or key that is malformed, or whose signature does not hold."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, verified or not."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {_encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signatures. Trust neither before `verify_note`."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name it signs under."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _require_name(self.name)
        if len(self.public_key) != _KEY_SIZE:
            raise BadNote(f"an Ed25519 key has {_KEY_SIZE} bytes, not {len(self.public_key)}")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """From the text form `name+hex8+base64`. Raises BadNote."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _decode_base64(encoded, "verifier key")
        if data[:1] != _ED25519:
            raise BadNote("the verifier key is of a kind other than Ed25519")
        verifier = cls(name, data[1:])
        if verifier.key_id.hex() != key_id:
            raise BadNote(f"the verifier key says {key_id!r} where {verifier.key_id.hex()} is due")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ 0x0a ‖ 0x01 ‖ public key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form that others keep to check us."""
        key = _encode_base64(_ED25519 + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A private key and the name it signs under. Its text form is a secret."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != _KEY_SIZE:
            raise BadNote(f"an Ed25519 key has {_KEY_SIZE} bytes, not {len(seed)}")
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())
        self._key_id = self.verifier.key_id

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """From the text form `PRIVATE+KEY+name+hex8+base64`. Raises BadNote, quoting no key."""
        if not text.startswith(_PRIVATE):
            raise BadNote(f"a signing key begins with {_PRIVATE}")
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _decode_base64(encoded, "signing key")
        if data[:1] != _ED25519:
            raise BadNote("the signing key is of a kind other than Ed25519")
        signer = cls(name, data[1:])
        if signer.verifier.key_id.hex() != key_id:
            raise BadNote("the signing key's id does not fit its name and key")
        return signer

    @property
    def name(self) -> str:
        return self.verifier.name

    @property
    def private_text(self) -> str:
        """The secret text form."""
        key = _encode_base64(_ED25519 + self._seed)
        return f"{_PRIVATE}{self.name}+{self._key_id.hex()}+{key}"

    def sign(self, text: str) -> Signature:
        """This key's signature over a note's text."""
        return Signature(self.name, self._key_id, self._key.sign(text.encode()))


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """The note over `text`, signed by each. Raises BadNote for a text that no note can have."""
    note = str(Note(text, tuple(signer.sign(text) for signer in signers)))
    parse_note(note)
    return note


def parse_note(note: str | bytes) -> Note:
    """Text and signatures, none of them verified. Raises BadNote."""
    decoded = _decode(note)
    split = decoded.rfind("\n\n")
    if split < 0 or not decoded.endswith("\n"):
        raise BadNote("a note is a text, a blank line and signature lines")
    text, lines = decoded[: split + 1], decoded[split + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise BadNote(f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(lines)}")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def verify_note(note: str | bytes, verifiers: Iterable[Verifier]) -> Note:
    """The note with the signatures that these keys made.

    Others' signatures are left out; so is a key's second one. Raises BadNote if the note is
    malformed, if a known key's signature does not hold, or if no known key signed.
    """
    parsed = parse_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    message = parsed.text.encode()
    verified: dict[tuple[str, bytes], Signature] = {}
    for signature in parsed.signatures:
        key = (signature.name, signature.key_id)
        if key not in known or key in verified:
            continue
        if not known[key].holds(message, signature.signature):
            raise BadNote(f"the signature of {signature.name} does not hold")
        verified[key] = signature
    if not verified:
        raise BadNote("no known key signed the note")
    return Note(parsed.text, tuple(verified.values()))


def _decode(note: str | bytes) -> str:
    try:
        data = note.encode() if isinstance(note, str) else note
        text = data.decode()
    except UnicodeError as error:
        raise BadNote("a note is UTF-8") from error
    if len(data) > MAX_NOTE_SIZE:
        raise BadNote(f"a note is at most {MAX_NOTE_SIZE} bytes long")
    if any(character < " " and character != "\n" for character in text):
        raise BadNote("a note has no control character but newline")
    return text


def _parse_signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise BadNote("a signature line begins with an em dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    _require_name(name)
    data = _decode_base64(encoded, "signature")
    if len(data) <= _KEY_ID_SIZE:
        raise BadNote("a signature is a key id of four bytes and more")
    return Signature(name, data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def _require_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise BadNote(f"{name!r} is no key name: it is empty or has a space or plus")


def _encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode_base64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeError, binascii.Error) as error:
        raise BadNote(f"the {what} is not base64") from error
    if _encode_base64(data) != text:  # unused bits, line breaks: one spelling only
        raise BadNote(f"the {what} is not canonical base64")
    return data
