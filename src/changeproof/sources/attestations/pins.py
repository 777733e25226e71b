"""Whom a company trusts to say what was built: a folder with `builders.yaml`, keys and roots.

A builder is pinned by a public key of its own (PEM), or by its identity under a Sigstore root
(`TrustedRoot` JSON, https://github.com/sigstore/protobuf-specs). Nothing is fetched: what is not
in the folder is not trusted, and without the folder nothing is verified.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from sigstore.models import TrustedRoot

BUILDERS = "builders.yaml"
LARGEST = 1_000_000
"""Bytes of one file; Sigstore's own root has 7,000."""
MOST_BUILDERS = 64
SMALLEST_RSA = 2048

PublicKey = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey

_folder: Path | None = None


class _Stated(BaseModel):
    """One builder as the file states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=80)
    key: str | None = None
    key_id: str | None = Field(default=None, min_length=1, max_length=200)
    root: str | None = None
    issuer: str | None = Field(default=None, min_length=1, max_length=200)
    subject: str | None = Field(default=None, min_length=1, max_length=400)
    builder: str | None = Field(default=None, min_length=1, max_length=400)

    @model_validator(mode="after")
    def _one_of_two(self) -> "_Stated":
        by_root = (self.root, self.issuer, self.subject)
        if self.key is not None and not any(by_root):
            return self
        if self.key is None and self.key_id is None and all(by_root):
            return self
        raise ValueError("a builder has a `key`, or else `root`, `issuer` and `subject`")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    builders: tuple[_Stated, ...] = Field(min_length=1, max_length=MOST_BUILDERS)


@dataclass(frozen=True)
class KeyBuilder:
    """A builder that signs with a key of its own. `names` are the key ids that mean this key."""

    name: str
    builder: str | None
    key: PublicKey
    digest: str
    names: frozenset[str]


@dataclass(frozen=True)
class RootBuilder:
    """A builder with an identity under a pinned Sigstore root. A `subject` that ends with `*`
    is how the identity begins; `digest` is the SHA-256 of the root's file."""

    name: str
    builder: str | None
    issuer: str
    subject: str
    root: "TrustedRoot"
    digest: str


@dataclass(frozen=True)
class Pins:
    """All that is trusted; empty by default."""

    keys: tuple[KeyBuilder, ...] = ()
    roots: tuple[RootBuilder, ...] = ()


def use_pins(folder: Path | None) -> None:
    """From now on signatures are checked against this folder: what the settings name."""
    global _folder
    _folder = folder
    _loaded.cache_clear()


def pins_in_use() -> Pins:
    """What the settings' folder pins; nothing where there is none. Raises Refusal."""
    return Pins() if _folder is None or not (_folder / BUILDERS).is_file() else _loaded(_folder)


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> Pins:
    return read_pins(folder)


def read_pins(folder: Path) -> Pins:
    """The folder's pins, whole. Raises Refusal naming file, reason and cure."""
    try:
        stated = _File.model_validate(yaml.safe_load(_read(folder, BUILDERS)))
    except yaml.YAMLError as error:
        raise _refused(BUILDERS, "it is no YAML", "Begin from docs/attestations.md.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        why = f"{place}: {first['msg'].removeprefix('Value error, ')}"
        raise _refused(BUILDERS, why, "Mend that entry.") from error
    keys, roots = [], []
    for one in stated.builders:
        if one.key is not None:
            keys.append(_key_builder(folder, one, one.key))
        else:
            roots.append(_root_builder(folder, one))
    return Pins(tuple(keys), tuple(roots))


def _key_builder(folder: Path, one: _Stated, file: str) -> KeyBuilder:
    try:
        key = load_pem_public_key(_read(folder, file))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused(file, "it is no public key in PEM", "Export the public key.") from error
    if isinstance(key, EllipticCurvePublicKey):
        fits = isinstance(key.curve, SECP256R1)
    elif isinstance(key, RSAPublicKey):
        fits = key.key_size >= SMALLEST_RSA
    else:
        fits = isinstance(key, Ed25519PublicKey)
    if not fits or not isinstance(key, PublicKey):
        why = f"it is none of ECDSA P-256, Ed25519, RSA of {SMALLEST_RSA} bits or more"
        raise _refused(file, why, "Pin a key of one of these.")
    told = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    hexadecimal, short = told.hexdigest(), base64.b64encode(told.digest()).decode()
    names = {hexadecimal, f"sha256:{hexadecimal}", f"SHA256:{short}", short, one.key_id}
    return KeyBuilder(one.name, one.builder, key, hexadecimal, frozenset(filter(None, names)))


def _root_builder(folder: Path, one: _Stated) -> RootBuilder:
    from changeproof.sources.attestations import bundles

    file = one.root or ""
    digest = hashlib.sha256(_read(folder, file)).hexdigest()
    try:
        root = bundles.read_root(folder / file)
    except bundles.BadRoot as error:
        cure = "Take trusted_root.json from the repository of roots that you trust."
        raise _refused(file, str(error), cure) from error
    return RootBuilder(one.name, one.builder, one.issuer or "", one.subject or "", root, digest)


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.parent != folder:
        raise _refused(
            name[:80], "it lies outside the folder", "Put the file beside builders.yaml."
        )
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused(name[:80], "it cannot be read", "Put the file there.") from error
    if len(body) > LARGEST:
        raise _refused(name[:80], f"it has more than {LARGEST:,} bytes", "Name the right file.")
    return body


def _refused(file: str, why: str, cure: str) -> Refusal:
    return Refusal("The pinned builders were not loaded.", where=file, why=why, cure=cure)
