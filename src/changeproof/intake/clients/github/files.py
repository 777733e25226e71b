"""The files of a repository of GitHub's that say how it is built and deployed."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.configuration_files import FilesOfTree
from changeproof.intake.clients.listing import Delivered, Listing, Lists, nothing_told
from changeproof.intake.clients.paging import Paging
from changeproof.sources.configuration_files import LARGEST, NAME

_NOT_HERE = frozenset({0, 404, 409})
"""An empty repository has no tree; 0: one that is too long is not given whole."""


class ConfigurationFiles:
    """The tree of a commit, of which each file that counts is read where it is another than at the
    last look: first who touched it last, then what it says. `stated` says which count."""

    def __init__(self, lists: Lists, shown: Mapping[str, Any], stated: str | None) -> None:
        def told(file: dict[str, Any]) -> Delivered:
            return Delivered("github", {NAME: file, "repository": shown}, NAME)

        self._lists, self._files, self._tip = lists, FilesOfTree(lists, stated, told), ""

    def at(self, tip: str) -> Listing:
        """The tree, once for each tip of the branch, and below it the files."""
        self._tip = tip
        return self._lists.list(
            "configuration files",
            f"git/trees/{quote(tip, safe='')}",
            {"recursive": "1"},
            paging=Paging("link", rows="tree", size=("", 0), cut="truncated"),
            deliver=nothing_told,
            standing=self._files.key,
            below=self._touched,
            optional=_NOT_HERE,
            copied=False,
            once=self._files.once(tip),
        )

    def _touched(self, entry: Any) -> Iterable[Listing]:
        if entry.get("size", 0) > LARGEST or (key := self._files.next_key(entry)) is None:
            return
        yield self._lists.list(
            "commits of a file",
            "commits",
            {"sha": self._tip, "path": entry["path"], "per_page": 1},
            paging=Paging("one"),
            deliver=nothing_told,
            below=lambda commits: self._blob(entry, commits),
            once=(key, entry["sha"]),
        )

    def _blob(self, entry: Any, commits: Any) -> Iterable[Listing]:
        last = commits[0]["sha"] if commits else None
        yield self._lists.list(
            "file",
            f"git/blobs/{quote(entry['sha'])}",
            paging=Paging("one"),
            deliver=lambda blob: self._files.stands(entry, blob["content"], entry["sha"], last),
            copied=False,
        )
