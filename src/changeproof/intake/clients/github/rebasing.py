"""Commits that GitHub made anew when it merged a pull request by rebasing it.

Only the last of them is named by the pull request. Each keeps the message, the author and the time
at which it was written; a commit that GitHub squashed together bears its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_REBASED = 100
"""GitHub rebases no more."""


def written(row: Any) -> tuple[Any, ...]:
    """Of a commit what rebasing leaves as it was."""
    commit = row["commit"]
    author: Mapping[str, Any] = commit.get("author") or {}
    return (commit.get("message"), author.get("name"), author.get("email"), author.get("date"))


def rebased(proposed: Sequence[tuple[Any, ...]], merge: str, rows: Sequence[Any]) -> list[Any]:
    """Those of `rows`, from the merged commit down, that are the proposed ones (oldest first) made
    anew, without a gap; a proposed one may have been left out, because it changes nothing any more.
    """
    known = {row["sha"]: row for row in rows}
    left = list(proposed)
    found: list[Any] = []
    row = known.get(merge)
    while row is not None and len(row["parents"]) == 1 and written(row) in left:
        del left[len(left) - 1 - left[::-1].index(written(row)) :]
        found.append(row)
        row = known.get(row["parents"][0]["sha"])
    return found
