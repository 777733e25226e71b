"""tools/mutation_survivors.yaml: survivors that somebody has read, each with why nothing tells.

A list of entries: `file` (one, or several), `place`, `what` as the harness prints them, and `why`.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from tools.mutate_checks.run import Outcome, Survivor

FILE = Path(__file__).parents[1] / "mutation_survivors.yaml"
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Explained:
    """Why each is no gap in the cases, by file, place and what was changed."""

    why: dict[Key, str]

    @classmethod
    def read(cls, file: Path = FILE) -> "Explained":
        """Raises ValueError for an entry that lacks a part or stands there twice."""
        why: dict[Key, str] = {}
        for number, entry in enumerate(yaml.safe_load(file.read_text("utf-8")) or [], 1):
            if set(entry) != {"file", "place", "what", "why"} or not all(entry.values()):
                raise ValueError(f"{file.name}, entry {number}: give file, place, what and why")
            files = [entry["file"]] if isinstance(entry["file"], str) else entry["file"]
            for key in ((name, entry["place"], entry["what"]) for name in files):
                if key in why:
                    raise ValueError(f"{file.name}, entry {number}: {' '.join(key)} stands twice")
                why[key] = entry["why"]
        return cls(why)

    def of(self, survivor: Survivor) -> str | None:
        return self.why.get((survivor.file, survivor.place, survivor.what))

    def stale(self, done: list[Outcome]) -> list[Key]:
        """Entries on files that ran, of which no such mutant survived."""
        ran = {outcome.file for outcome in done}
        left = {(s.file, s.place, s.what) for outcome in done for s in outcome.survivors}
        return [key for key in self.why if key[0] in ran and key not in left]
