"""Two texts, line by line."""

import difflib
from collections.abc import Iterable

from changeproof.web.pages.policy_page import Line

AROUND = 2
"""Unchanged lines that stand around a changed one."""


def difference(before: str, after: str) -> Iterable[Line]:
    """What was added and removed, with a few lines around each."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if number:
            yield Line("gap", "…")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from (Line("same", text) for text in old[old_from:old_to])
                continue
            yield from (Line("removed", text) for text in old[old_from:old_to])
            yield from (Line("added", text) for text in new[new_from:new_to])
