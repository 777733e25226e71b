"""The files of a repository of GitHub's that say how it is built and deployed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.listing import Delivered, Listing, Lists, nothing_told
from changeproof.intake.clients.paging import Paging
from changeproof.sources.configuration_files import (
    DEFAULT,
    LARGEST,
    MOST_FILES,
    NAME,
    wanted_files,
)

_NOT_HERE = frozenset({0, 404, 409})
"""An empty repository has no tree; 0: one that is too long is not given whole."""


class ConfigurationFiles:
    """The tree of a commit, of which each file that counts is read where it is another than at the
    last look: first who touched it last, then what it says. `stated` says which count."""

    def __init__(self, lists: Lists, shown: Mapping[str, Any], stated: str | None) -> None:
        self._lists, self._shown, self._stated = lists, shown, stated or DEFAULT
        self._wanted = wanted_files(stated)
        self._tip, self._looked_at = "", 0

    def at(self, tip: str) -> Listing:
        """The tree, once for each tip of the branch, and below it the files."""
        self._tip = tip
        return self._lists.list(
            "configuration files",
            f"git/trees/{quote(tip, safe='')}",
            {"recursive": "1"},
            paging=Paging("link", rows="tree", size=("", 0), cut="truncated"),
            deliver=nothing_told,
            standing=self._key,
            below=self._touched,
            optional=_NOT_HERE,
            copied=False,
            once=(f"{self._lists.scope}/tree", f"{tip} {self._stated}"),
        )

    def _key(self, entry: Any) -> str | None:
        path = entry["path"]
        if entry["type"] != "blob" or not self._wanted(path):
            return None
        return f"{self._lists.scope}/file/{path}"

    def _touched(self, entry: Any) -> Iterable[Listing]:
        key = self._key(entry)
        if key is None or entry.get("size", 0) > LARGEST or self._looked_at >= MOST_FILES:
            return
        self._looked_at += 1
        yield self._lists.list(
            "commits of a file",
            "commits",
            {"sha": self._tip, "path": entry["path"], "per_page": 1},
            paging=Paging("one"),
            deliver=nothing_told,
            below=lambda commits: self._blob(entry, key, commits),
            once=(key, entry["sha"]),
        )

    def _blob(self, entry: Any, key: str, commits: Any) -> Iterable[Listing]:
        last = commits[0]["sha"] if commits else None

        def told(blob: Any) -> Sequence[Delivered]:
            stands = self._told(entry["path"], content=blob["content"], revision=last)
            gone = self._told(entry["path"], was=f"{entry['sha']} of {last}")
            return [replace(stands, stands=key, ended=gone)]

        yield self._lists.list(
            "file",
            f"git/blobs/{quote(entry['sha'])}",
            paging=Paging("one"),
            deliver=told,
            copied=False,
        )

    def _told(self, path: str, **said: Any) -> Delivered:
        return Delivered("github", {NAME: {"path": path, **said}, "repository": self._shown}, NAME)
