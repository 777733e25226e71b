"""Sources that are data: one YAML file a system, and its cases beside it."""

from pathlib import Path

from changeproof.sources.kinds import Kind
from changeproof.sources.mappings.loader import load_folder
from changeproof.sources.mappings.translate import kind_of

KINDS: tuple[Kind, ...] = tuple(kind_of(one) for one in load_folder(Path(__file__).parent))
