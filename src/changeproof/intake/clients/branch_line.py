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
    line. Clocks differ, so that a forge may list a commit before the one that was made upon it; and
    a date is what whoever committed claims, so that none says how far the unknown reaches: it ends
    where the line has come to the tip of the last whole reading.
    """

    def __init__(self, lists: Lists, branch: str, shown: Shown) -> None:
        self._lists, self._branch, self._shown = lists, branch, shown
        self._first_parents: dict[str, str | None] = {}
        """Of commits that were listed and not reached yet."""
        self._next: str | None = None
        self._listed: set[str] = set()
        self._below: dict[str, None] = {}
        """Parents of listed commits, in the order in which they were named."""
        self._is_met = False
        self.last: str | None = None
        """Where the last whole reading found the branch; None if there was none."""
        self.tip: str | None = None
        """Where the branch stands now; None before the first row."""

    def deliver(self, row: Any) -> Sequence[Delivered]:
        """What a row of the list tells."""
        revision, parents = self._shown(row)
        self._listed.add(revision)
        self._below |= dict.fromkeys(parents)
        self._first_parents[revision] = parents[0] if parents else None
        if self.tip is None:
            self.tip = self._next = revision
        told = [*self._lists.as_it_came(row)]
        while self._next is not None and self._next in self._first_parents:
            self._is_met |= self._next == self.last
            told.append(self._told(landed_revision=self._next))
            self._next = self._first_parents.pop(self._next)
        return told

    @property
    def unlisted(self) -> Sequence[str] | None:
        """What is named as a parent and was not listed so far; None while the line has not come to
        where the branch stood, and the list has to be read on."""
        if not self._is_met:
            return None
        return [each for each in self._below if each not in self._listed]

    def rewritten(self) -> Sequence[Delivered]:
        """What to tell after a list that was read to its end: the branch no longer holds where it
        stood, so somebody took that off by force."""
        if self.last is None or self.tip is None or self.last in self._listed:
            return ()
        return [self._told(landed_revision=self.tip, replaced_revision=self.last)]

    def _told(self, **said: str) -> Delivered:
        body: Mapping[str, str] = {"branch": self._branch, **said}
        return Delivered(self._lists.kind, body, options=self._lists.options)
