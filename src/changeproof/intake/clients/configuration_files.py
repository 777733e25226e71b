"""Which files of a repository's tree a client reads, and what it delivers of each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from changeproof.intake.clients.listing import Delivered, Lists
from changeproof.sources.configuration_files import DEFAULT, MOST_FILES, wanted_files


class FilesOfTree:
    """Files that say how a repository is built and deployed, each read where it is another than at
    the last look. `stated` says which count; `told` makes a forge's payload of what is said of one.
    """

    def __init__(
        self, lists: Lists, stated: str | None, told: Callable[[dict[str, Any]], Delivered]
    ) -> None:
        self._scope, self._stated, self._told = lists.scope, stated or DEFAULT, told
        self._wanted = wanted_files(stated)
        self._looked_at = 0

    def once(self, tip: str) -> tuple[str, str]:
        """By what a tree is known that was read: once for each tip, and for what counts."""
        return f"{self._scope}/tree", f"{tip} {self._stated}"

    def key(self, entry: Any) -> str | None:
        """The name of what stands, for an entry of the tree that counts."""
        path = entry["path"]
        if entry["type"] != "blob" or not self._wanted(path):
            return None
        return f"{self._scope}/file/{path}"

    def next_key(self, entry: Any) -> str | None:
        """The same of one that is to be looked at, as long as they are not too many."""
        key = self.key(entry)
        if key is None or self._looked_at >= MOST_FILES:
            return None
        self._looked_at += 1
        return key

    def stands(
        self, entry: Any, content: str, blob: str, revision: str | None
    ) -> Sequence[Delivered]:
        """What a file says now, until it is gone: `content` in base64, `blob` its own name."""
        path = entry["path"]
        here = self._told({"path": path, "content": content, "revision": revision})
        gone = self._told({"path": path, "was": f"{blob} of {revision}"})
        return [replace(here, stands=self.key(entry) or "", ended=gone)]
