"""Real commits with real trees and parents, written in one breath by `git fast-import`."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.hard_cases.forge import ANNA, GITHUB, Commit, Somebody, at

Files = dict[str, str]


@dataclass(frozen=True)
class Planned:
    """A commit before git has it."""

    files: Files
    parents: tuple[str, ...]
    author: Somebody
    committer: Somebody
    message: str
    minute: float
    authored: int | None = None  # seconds, where the author's clock tells another time


@dataclass
class History:
    """Plan commits by name, write them, and get them as pushes list them."""

    place: Path
    planned: dict[str, Planned] = field(default_factory=dict)
    written: dict[str, Commit] = field(default_factory=dict)

    def commit(
        self,
        name: str,
        changed: Files,
        *parents: str,
        by: Somebody = ANNA,
        committer: Somebody | None = None,
        message: str = "",
        minute: float = 0,
        authored: int | None = None,
    ) -> str:
        """Plan a commit: its first parent's files and what it changed."""
        before = self.planned[parents[0]].files if parents else {}
        self.planned[name] = Planned(
            {**before, **changed}, parents, by, committer or by, message or name, minute, authored
        )
        return name

    def merge(
        self,
        name: str,
        ours: str,
        theirs: str,
        by: Somebody = ANNA,
        edits: Files | None = None,
        message: str = "",
        minute: float = 0,
    ) -> str:
        """Plan a merge of two that changed different files; `edits` go beyond both."""
        base = self.planned[self._common(ours, theirs)].files
        there = self.planned[theirs].files
        brought = {path: text for path, text in there.items() if base.get(path) != text}
        return self.commit(
            name,
            {**brought, **(edits or {})},
            ours,
            theirs,
            by=by,
            committer=GITHUB if edits is None else by,
            message=message,
            minute=minute,
        )

    def write(
        self,
        main: str,
        tags: dict[str, str] | None = None,
        pulls: dict[int, str] | None = None,
    ) -> dict[str, Commit]:
        """Make the repository, with `main` as its only branch, and with the heads of `pulls` by
        number, as a mirror of a forge holds them."""
        git(self.place.parent, "init", "-q", "--bare", "-b", "main", str(self.place))
        marks = self.place / "marks"
        git(self.place, "fast-import", "--quiet", f"--export-marks={marks}", given=self._stream())
        hashes = dict(line.split() for line in marks.read_text().splitlines())
        git(self.place, "update-ref", "refs/heads/main", hashes[f":{self._mark(main)}"])
        for tag, name in (tags or {}).items():
            git(self.place, "update-ref", f"refs/tags/{tag}", hashes[f":{self._mark(name)}"])
        for number, name in (pulls or {}).items():
            head = hashes[f":{self._mark(name)}"]
            git(self.place, "update-ref", f"refs/pull/{number}/head", head)
        listed = git(self.place, "log", "--all", "--format=%H %T")
        trees = dict(line.split() for line in listed.split("\n") if line)
        for name, plan in self.planned.items():
            revision = hashes[f":{self._mark(name)}"]
            self.written[name] = Commit(
                revision, plan.author, plan.message, trees[revision], plan.committer
            )
        for name in self.planned:  # what was squashed away is nowhere in a real clone
            git(self.place, "update-ref", "-d", f"refs/imported/{self._mark(name)}")
        return self.written

    def _common(self, ours: str, theirs: str) -> str:
        above = {ours, *self._above(ours)}
        return next(name for name in (theirs, *self._above(theirs)) if name in above)

    def _above(self, name: str) -> list[str]:
        found: list[str] = []
        for parent in self.planned[name].parents:
            found += [parent, *self._above(parent)]
        return found

    def _mark(self, name: str) -> int:
        return list(self.planned).index(name) + 1

    def _stream(self) -> bytes:
        parts: list[str] = []
        for name, plan in self.planned.items():
            parts.append(f"commit refs/imported/{self._mark(name)}\nmark :{self._mark(name)}\n")
            when = at(plan.minute) // 1_000_000
            for part, who in (("author", plan.author), ("committer", plan.committer)):
                own = plan.authored if part == "author" and plan.authored is not None else when
                parts.append(f"{part} {who.person['name']} <{who.person['email']}> {own} +0000\n")
            parts.append(f"data {len(plan.message.encode())}\n{plan.message}\n")
            for word, parent in zip(("from", *["merge"] * 9), plan.parents, strict=False):
                parts.append(f"{word} :{self._mark(parent)}\n")
            parts.append("deleteall\n")
            for path, text in plan.files.items():
                parts.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")
        return "".join(parts).encode()


def git(place: Path, *words: str, given: bytes = b"") -> str:
    """Run git without anybody's settings."""
    nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *words],
        cwd=place,
        input=given,
        capture_output=True,
        check=True,
        env={**os.environ, **nowhere},
    )
    return done.stdout.decode()
