"""The files of a project of GitLab's that say how it is built and deployed."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.configuration_files import FilesOfTree
from changeproof.intake.clients.listing import Delivered, Listing, Lists, nothing_told
from changeproof.intake.clients.paging import Paging
from changeproof.sources.configuration_files import LARGEST, NAME

_NOT_HERE = frozenset({404})
"""An empty project has neither branch nor tree."""


class ConfigurationFiles:
    """The tree of a branch, once for each tip of it; of the files that count each is read where it
    is another than at the last look. `stated` says which count."""

    def __init__(self, lists: Lists, stated: str | None) -> None:
        def told(file: dict[str, Any]) -> Delivered:
            return Delivered("gitlab", {NAME: file}, options=lists.options)

        self._lists, self._files, self._tip = lists, FilesOfTree(lists, stated, told), ""

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
            standing=self._files.key,
            below=self._file,
            optional=_NOT_HERE,
            copied=False,
            once=self._files.once(self._tip),
        )

    def _file(self, entry: Any) -> Iterable[Listing]:
        key = self._files.next_key(entry)
        if key is None:
            return

        def told(file: Any) -> Sequence[Delivered]:
            if file["size"] > LARGEST:
                return ()
            last = file.get("last_commit_id")
            return self._files.stands(entry, file["content"], entry["id"], last)

        yield self._lists.list(
            "file",
            f"repository/files/{quote(entry['path'], safe='')}",
            {"ref": self._tip},
            paging=Paging("one"),
            deliver=told,
            copied=False,
            once=(key, entry["id"]),
        )
