"""The verifier's steps on the log: the checkpoint, and every entry up to its root."""

from collections.abc import Iterator
from itertools import pairwise

from changeproof.events.controls import ControlsAdopted
from changeproof.events.entry import parse_entry
from changeproof.events.receipts import PolicyAdopted
from changeproof.log.archive_members import Members
from changeproof.log.checkpoints import verify_checkpoint
from changeproof.log.notes import BadNote, Verifier
from changeproof.log.sealed_archive import BadSeal
from changeproof.log.tiles import (
    TILE_WIDTH,
    BadTile,
    Tile,
    grown_tiles,
    parse_bundle,
    tiles_of,
)
from changeproof.log.tree import Frontier, leaf_hash
from changeproof.verifier.opened_pack import Found, OpenedPack, need, shortened
from changeproof.verifier.pack_format import CHECKPOINT, COVER, LOG, VKEY

LARGEST_LOG = 50_000_000
"""Entries."""


def verify_checkpoint_signature(pack: OpenedPack) -> Found:
    """The checkpoint is signed by the key that signed the file, and says what the cover says."""
    members, cover = need(pack.members, "the archive"), need(pack.cover, COVER)
    seal = need(pack.seal, "the seal")
    vkey = pack.vkey or need(pack.own_vkey, VKEY)
    try:
        verifier = Verifier.parse(vkey)
        checkpoint = verify_checkpoint(members.read(CHECKPOINT), verifier)
    except BadNote as error:
        raise BadSeal(CHECKPOINT, str(error)) from error
    problems = []
    if pack.own_vkey is not None and pack.own_vkey != verifier.vkey:
        problems.append(f"{VKEY}: it is not the key that you gave")
    if checkpoint.origin != seal.origin or cover.origin != seal.origin:
        problems.append(f"{COVER}: the file is sealed by {seal.origin}, not by {cover.origin}")
    if (checkpoint.size, checkpoint.root.hex()) != (cover.log_size, cover.log_root):
        problems.append(f"{COVER}: it names another size or root than {CHECKPOINT}")
    if checkpoint.size > LARGEST_LOG:
        raise BadSeal(CHECKPOINT, f"{checkpoint.size} entries; LARGEST_LOG is {LARGEST_LOG}")
    pack.checkpoint = checkpoint
    says = f"{checkpoint.origin} signed a log of {checkpoint.size:,} entries."
    return Found(says, problems)


def entries(members: Members, size: int) -> Iterator[tuple[int, bytes]]:
    """Every entry with its position. Raises BadSeal naming the bundle."""
    for first in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - first)
        name = f"{LOG}{Tile('entries', first // TILE_WIDTH, width).path}"
        try:
            bundle = parse_bundle(members.read(name), width)
        except BadTile as error:
            raise BadSeal(name, str(error)) from error
        yield from enumerate(bundle, first)


def verify_entries(pack: OpenedPack) -> Found:
    """Every entry hashes, with its neighbours, up to the signed root; so do the tiles."""
    members = need(pack.members, "the archive")
    checkpoint = need(pack.checkpoint, "the checkpoint")
    frontier = Frontier()
    edges: dict[int, bytes] = {}
    made: dict[str, bytes] = {}
    problems: list[str] = []
    leaves: list[bytes] = []

    def grow() -> None:
        for level, number, hashes in grown_tiles(edges, leaves, frontier.size):
            made[f"{level}/{number}"] = hashes
        frontier.extend(leaves)
        leaves.clear()

    for position, entry in entries(members, checkpoint.size):
        leaves.append(leaf_hash(entry))
        if len(leaves) == TILE_WIDTH:
            grow()
            pack.tell("Entries", position + 1, checkpoint.size)
    grow()
    for tile in tiles_of(checkpoint.size):
        name, due = f"{LOG}{tile.path}", made.get(f"{tile.level}/{tile.number}", b"")
        if name not in members:
            problems.append(f"{name}: it is missing")
        elif members.read(name) != due:
            problems.append(f"{name}: its hashes are not those of the entries")
    wanted = {f"{LOG}{tile.path}" for tile in tiles_of(checkpoint.size)}
    bundles = {
        f"{LOG}{Tile('entries', tile.number, tile.width).path}"
        for tile in tiles_of(checkpoint.size)
        if tile.level == 0
    }
    extra = set(members.names(LOG)) - wanted - bundles - {CHECKPOINT, VKEY}
    problems += [f"{name}: nothing calls for it" for name in sorted(extra)]
    if frontier.root() != checkpoint.root:
        problems.insert(0, f"{LOG}tile/entries: the entries lead to another root than the signed")
    return Found(f"{checkpoint.size:,} entries lead to the signed root.", shortened(problems))


def verify_policies(pack: OpenedPack) -> Found:
    """Each policy, and each control matrix, adopted has a higher version than the one before (an
    older signed one, appended again, must not come back into force)."""
    members = need(pack.members, "the archive")
    checkpoint = need(pack.checkpoint, "the checkpoint")
    policies: list[tuple[int, int]] = []
    matrices: list[tuple[int, int]] = []
    for position, entry in entries(members, checkpoint.size):
        if b'"type":"PolicyAdopted"' in entry or b'"type":"ControlsAdopted"' in entry:
            event = parse_entry(entry).event
            if isinstance(event, PolicyAdopted):
                policies.append((position, event.policy_version))
            elif isinstance(event, ControlsAdopted):
                matrices.append((position, event.controls_version))
    problems = [
        f"entry {position}: {what} version {version} after version {before}"
        for what, adopted in (("policy", policies), ("control matrix", matrices))
        for (_, before), (position, version) in pairwise(adopted)
        if version <= before
    ]
    says = f"Policies adopted: {len(policies):,}; control matrices: {len(matrices):,}"
    return Found(f"{says}. Each has a higher version than the one before.", shortened(problems))
