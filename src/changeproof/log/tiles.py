"""The layout of C2SP tlog-tiles: which tile holds which hashes, and what it is called.

A tile is up to 256 consecutive hashes of one level; level L+1 holds the roots of the full tiles
of level L. An entry bundle is the entries under one tile of level 0, each behind its length.
Arithmetic, encoder and strict parser; no storage.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from changeproof.log.tree import HASH_SIZE, HashReader, perfect_root

TILE_WIDTH = 256
TILE_HEIGHT = 8  # levels of the tree in one tile
MAX_ENTRY_SIZE = 0xFFFF
_TILE_SIZE = TILE_WIDTH * HASH_SIZE
_MAX_LEVEL = 63

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class BadTile(ValueError):
    """A tile, entry bundle or tile path that is not as C2SP tlog-tiles has it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The coordinates of a tile, or of an entry bundle (level "entries")."""

    level: int | Literal["entries"]
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level != "entries" and not 0 <= self.level <= _MAX_LEVEL:
            raise BadTile(f"a tile has no level {self.level}")
        if self.number < 0:
            raise BadTile(f"a tile has no number {self.number}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise BadTile(f"a tile is not {self.width} wide")

    @property
    def path(self) -> str:
        """`tile/<L>/<N>[.p/<W>]`, as clients ask for it."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """The tile that `path` names. Raises BadTile for any spelling but the one of `Tile.path`."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise BadTile(f"{path!r} is no tile path")
    level, groups, width = match.groups()
    tile = Tile(
        level="entries" if level == "entries" else int(level),
        number=int(groups.replace("x", "").replace("/", "")),
        width=TILE_WIDTH if width is None else int(width),
    )
    if tile.path != path:
        raise BadTile(f"{path!r} is not written as {tile.path!r}")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Every hash tile of a tree of `size` entries, level by level, the partial one last."""
    level = 0
    while size:
        full, partial = divmod(size, TILE_WIDTH)
        for number in range(full):
            yield Tile(level, number)
        if partial:
            yield Tile(level, full, partial)
        size, level = full, level + 1


def width_at(level: int, number: int, size: int) -> int:
    """How many hashes the tile has in a tree of `size` entries; 0 if it does not exist."""
    if level < 0 or number < 0:
        return 0
    hashes = size >> TILE_HEIGHT * level
    return max(0, min(TILE_WIDTH, hashes - number * TILE_WIDTH))


def grown_tiles(
    edges: dict[int, bytes], leaves: Sequence[bytes], size: int
) -> list[tuple[int, int, bytes]]:
    """The (level, number, hashes) that `leaves` add to or change in a tree of `size` entries.

    `edges` holds the partial tile of each level that has one, and is brought up to date.
    """
    rows = []
    hashes, level = leaves, 0
    while hashes:
        data = edges.pop(level, b"") + b"".join(hashes)
        number = (size >> TILE_HEIGHT * level) // TILE_WIDTH
        hashes = []
        for at in range(0, len(data), _TILE_SIZE):
            tile = data[at : at + _TILE_SIZE]
            rows.append((level, number + at // _TILE_SIZE, tile))
            if len(tile) == _TILE_SIZE:
                hashes.append(perfect_root(parse_tile(tile)))
            else:
                edges[level] = tile
        level += 1
    return rows


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """The bytes of a tile."""
    if not 1 <= len(hashes) <= TILE_WIDTH or any(len(h) != HASH_SIZE for h in hashes):
        raise BadTile(f"a tile is 1 to {TILE_WIDTH} hashes of {HASH_SIZE} bytes")
    return b"".join(hashes)


def parse_tile(data: bytes, width: int = TILE_WIDTH) -> list[bytes]:
    """The hashes of a tile of exactly that width. Raises BadTile."""
    if not 1 <= width <= TILE_WIDTH or len(data) != width * HASH_SIZE:
        raise BadTile(f"expected {width} hashes, got {len(data)} bytes")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length as a big-endian uint16."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise BadTile(f"a bundle holds 1 to {TILE_WIDTH} entries, not {len(entries)}")
    if any(len(entry) > MAX_ENTRY_SIZE for entry in entries):
        raise BadTile(f"an entry is longer than {MAX_ENTRY_SIZE} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int = TILE_WIDTH) -> list[bytes]:
    """The entries of a bundle of exactly that width. Raises BadTile."""
    entries = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise BadTile("the bundle ends inside an entry")
        entries.append(data[start:at])
    if not 1 <= width <= TILE_WIDTH or len(entries) != width:
        raise BadTile(f"expected {width} entries, got {len(entries)}")
    return entries


def tile_reader(hashes: Callable[[int, int], bytes]) -> HashReader:
    """A HashReader over tiles; `hashes(level, number)` gives a tile's bytes, partial or full.

    Raises BadTile where a tile is too short for what is asked of it. Each tile is read once.
    """
    seen: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, first = divmod(index << height, TILE_WIDTH)
        key = (tile_level, number)
        if key not in seen:
            seen[key] = hashes(*key)
        start, stop = first * HASH_SIZE, (first + (1 << height)) * HASH_SIZE
        data = seen[key][start:stop]
        if len(data) != stop - start:
            raise BadTile(f"tile {tile_level}/{number} holds {len(seen[key])} bytes, not {stop}")
        return perfect_root([data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)])

    return read
