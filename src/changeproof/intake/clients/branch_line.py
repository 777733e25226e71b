"""Which of a branch's commits it passed through itself, told while its list is read.

A forge lists every commit that a branch reaches. What a merge brought in from elsewhere its pull
request answers for; what stands on the line of first parents was pushed, or merged, to the branch.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from changeproof.intake.clients.listing import Delivered, Lists

Shown = Callable[[Any], tuple[str, Sequence[str]]]
"""A row's commit and its parents, first one first."""


class BranchLine:
    """Reads one list of commits, from the branch's tip on, the newest first.

    Each commit is delivered as it came, and once more as `landed_revision` where it stands on the
    line. Clocks differ, so that a forge may list a commit before the one that was made upon it.
    """

    def __init__(self, lists: Lists, branch: str, shown: Shown) -> None:
        self._lists, self._branch, self._shown = lists, branch, shown
        self._first_parents: dict[str, str | None] = {}
        """Of commits that were listed and not reached yet."""
        self._next: str | None = None
        self._begun = False

    def deliver(self, row: Any) -> Sequence[Delivered]:
        """What a row of the list tells."""
        revision, parents = self._shown(row)
        self._first_parents[revision] = parents[0] if parents else None
        if not self._begun:
            self._begun, self._next = True, revision
        told = [*self._lists.as_it_came(row)]
        while self._next is not None and self._next in self._first_parents:
            told.append(self._landed(self._next))
            self._next = self._first_parents.pop(self._next)
        return told

    def _landed(self, revision: str) -> Delivered:
        body: Mapping[str, str] = {"branch": self._branch, "landed_revision": revision}
        return Delivered(self._lists.kind, body, options=self._lists.options)
