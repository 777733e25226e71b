"""Whether a merge holds edits of its own: git makes it afresh and shows what differs.

A merge without any brings nothing that its parents do not hold (hard cases 2, 13 and 30).
Git 2.35 or later can tell; where it cannot, the answer is that nobody looked.
"""

from collections.abc import Iterator
from pathlib import Path

from changeproof.events.refusal import Refusal
from changeproof.sources.git.command import Fields, Scratch, ask

_MOST = 150
"""Merges that are made afresh in one import, the newest: each costs git some milliseconds, and
what a history holds from before its forge was connected turns on it hardly ever."""

_LOG = (
    "--no-pager",
    "log",
    "-z",
    "--topo-order",
    "--reverse",
    "--no-show-signature",
    "--min-parents=2",
    "--max-parents=2",
    f"--max-count={_MOST}",
    "--remerge-diff",
    "--name-only",
    "--no-ext-diff",
    "--no-textconv",
    "--format=%x00%H",
    "--stdin",
)
_DRIVERS = ("config", "--name-only", "--get-regexp", r"^merge\..*\.driver$")


class Merges:
    """Answers in the order of the history, so that git works beside its reader."""

    def __init__(self, directory: Path, given: bytes) -> None:
        # A merge driver is a program, and a repository's settings name none that we would run.
        status, _, _ = ask(directory, *_DRIVERS)
        self._git: Fields | None = None
        self._scratch: Scratch | None = None
        if status == 1:
            self._scratch = Scratch(directory)
            self._git = Fields(directory, _LOG, given, self._scratch.environment)
        self._answers = _read(self._git if self._git is not None else iter(()))
        self._ahead: dict[str, bool] = {}

    def edited(self, revision: str) -> bool | None:
        """Whether that merge was edited; None where it cannot be told."""
        if revision in self._ahead:
            return self._ahead.pop(revision)
        for made, edited in self._answers:
            if made == revision:
                return edited
            self._ahead[made] = edited
        return None

    def close(self) -> None:
        """Stop git, if it still works."""
        if self._git is not None:
            self._git.close()
        if self._scratch is not None:
            self._scratch.close()


def _read(stream: Iterator[bytes]) -> Iterator[tuple[str, bool]]:
    try:
        begun = next(stream, None)
        while begun is not None:
            revision = next(stream).decode("ascii")
            edited = False
            while begun := next(stream, None):
                edited = True
            yield revision, edited
    except (Refusal, StopIteration, UnicodeDecodeError):
        return  # an older git, or objects that are not here: nobody looked
