"""The verifier's first steps: the file as bytes, its seal, its archive, its members."""

from changeproof.log.archive_members import Members
from changeproof.log.notes import BadNote, Verifier
from changeproof.log.sealed_archive import (
    BadSeal,
    read_seal,
    require_digest,
    require_signature,
)
from changeproof.verifier.opened_pack import Found, NotChecked, OpenedPack, need, shortened
from changeproof.verifier.pack_format import (
    COVER,
    FORMAT,
    KIND,
    MANIFEST,
    VKEY,
    Cover,
    Manifest,
    read_json,
)


def read_file(pack: OpenedPack) -> Found:
    """The file ends in a seal that covers all bytes before it."""
    pack.seal, pack.note = read_seal(pack.stream, KIND)
    pack.facts["origin"] = pack.seal.origin
    pack.facts["file"] = pack.seal.sha256
    return Found(f"The file is sealed by {pack.seal.origin}: {pack.seal.length:,} bytes.")


def verify_seal_digest(pack: OpenedPack) -> Found:
    """Those bytes are the ones that were sealed."""
    seal = need(pack.seal, "the seal")
    require_digest(pack.stream, seal)
    return Found(f"Their SHA-256 is {seal.sha256}.")


def verify_seal_signature(pack: OpenedPack) -> Found:
    """The seal's signature holds: under the key from elsewhere, else under the pack's own."""
    seal = need(pack.seal, "the seal")
    pack.own_vkey = _own_vkey(pack)
    if pack.vkey is not None:
        try:
            given = Verifier.parse(pack.vkey)
        except BadNote as error:
            raise BadSeal("--key", str(error)) from error
        require_signature(pack.note, pack.vkey)
        return Found(f"Signed with the key that you gave, of {given.name}.")
    vkey = need(pack.own_vkey, f"{VKEY} (and no --key was given)")
    require_signature(pack.note, vkey)
    says = (
        f"Signed with the key in the pack itself, which says that it is {seal.origin}'s."
        " Whose key it is was not checked: give --key VKEY, taken from elsewhere."
    )
    pack.notices += (f"Not checked: that the signature is {seal.origin}'s. Give --key VKEY.",)
    return Found(says)


def read_archive(pack: OpenedPack) -> Found:
    """The archive holds members and nothing else, within the limits."""
    need(pack.seal, "the end of the file")
    pack.members = _members(pack)
    return Found(f"{len(pack.members.names()):,} members, and no byte outside them.")


def read_manifest(pack: OpenedPack) -> Found:
    """Every member is listed, with its length and SHA-256; what is listed is there."""
    members = need(pack.members, "the archive")
    manifest = read_json(members.read(MANIFEST), Manifest, MANIFEST)
    if manifest.format != FORMAT:
        raise BadSeal(MANIFEST, f"its format is {manifest.format!r}; this version reads {FORMAT!r}")
    problems = []
    names = members.names()
    for done, name in enumerate(names, 1):
        listed = manifest.members.get(name)
        if listed is None:
            if name != MANIFEST:
                problems.append(f"{name}: it is not in {MANIFEST}")
            continue
        length, digest = listed
        try:
            if members.size(name) != length or members.digest(name) != digest:
                problems.append(f"{name}: length or SHA-256 is not the one in {MANIFEST}")
        except BadSeal as error:
            problems.append(str(error))
        pack.tell("Members", done, len(names))
    problems += [f"{name}: it is missing" for name in manifest.members if name not in members]
    pack.cover = _read_cover(pack, members)
    return Found(
        f"{len(manifest.members):,} members as {MANIFEST} lists them.", shortened(problems)
    )


def _read_cover(pack: OpenedPack, members: Members) -> Cover:
    cover = read_json(members.read(COVER), Cover, COVER)
    pack.notices += cover.notices
    if cover.demonstration and not cover.notices:
        raise BadSeal(COVER, "a demonstration's pack does not say that it is one")
    pack.facts |= {
        "log size": str(cover.log_size),
        "root": cover.log_root,
        "written by version": cover.versions.get("changeproof", "not stated"),
    }
    return cover


def _own_vkey(pack: OpenedPack) -> str | None:
    """The key that the pack carries; None where it cannot be read. Nothing is trusted by it."""
    try:
        return _members(pack).read(VKEY).decode().removesuffix("\n")
    except (BadSeal, UnicodeDecodeError):
        return None


def _members(pack: OpenedPack) -> Members:
    try:
        return Members(pack.stream, pack.limits)
    except RecursionError as error:
        raise NotChecked("Not checked: the archive nests too deeply.") from error
