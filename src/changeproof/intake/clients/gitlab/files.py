"""The files of a project of GitLab's that say how it is built and deployed."""

from collections.abc import Iterable, Sequence
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

_NOT_HERE = frozenset({404})
"""An empty project has neither branch nor tree."""


class ConfigurationFiles:
    """The tree of a branch, once for each tip of it; of the files that count each is read where it
    is another than at the last look. `stated` says which count."""

    def __init__(self, lists: Lists, stated: str | None) -> None:
        self._lists, self._stated = lists, stated or DEFAULT
        self._wanted = wanted_files(stated)
        self._tip, self._looked_at = "", 0

    def of(self, branch: str) -> Listing:
        """The branch's tip, below which its tree stands."""
        return self._lists.list(
            "branch",
            f"repository/branches/{quote(branch, safe='')}",
            paging=Paging("one"),
            deliver=nothing_told,
            below=self._tree,
            optional=_NOT_HERE,
        )

    def _tree(self, shown: Any) -> Iterable[Listing]:
        self._tip = shown["commit"]["id"]
        yield self._lists.list(
            "configuration files",
            "repository/tree",
            {"ref": self._tip, "recursive": "true"},
            deliver=nothing_told,
            standing=self._key,
            below=self._file,
            optional=_NOT_HERE,
            copied=False,
            once=(f"{self._lists.scope}/tree", f"{self._tip} {self._stated}"),
        )

    def _key(self, entry: Any) -> str | None:
        if entry["type"] != "blob" or not self._wanted(entry["path"]):
            return None
        return f"{self._lists.scope}/file/{entry['path']}"

    def _file(self, entry: Any) -> Iterable[Listing]:
        key = self._key(entry)
        if key is None or self._looked_at >= MOST_FILES:
            return
        self._looked_at += 1

        def told(file: Any) -> Sequence[Delivered]:
            if file["size"] > LARGEST:
                return ()
            last = file.get("last_commit_id")
            stands = self._told(entry["path"], content=file["content"], revision=last)
            gone = self._told(entry["path"], was=f"{entry['id']} of {last}")
            return [replace(stands, stands=key, ended=gone)]

        yield self._lists.list(
            "file",
            f"repository/files/{quote(entry['path'], safe='')}",
            {"ref": self._tip},
            paging=Paging("one"),
            deliver=told,
            copied=False,
            once=(key, entry["id"]),
        )

    def _told(self, path: str, **said: Any) -> Delivered:
        body = {NAME: {"path": path, **said}}
        return Delivered("gitlab", body, options=self._lists.options)
