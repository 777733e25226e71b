"""What a text of SQL alters: definitions (software), rows (data), or nothing that lasts."""

import re
from typing import Literal

_NO_CODE = re.compile(
    r"(?P<comment>--[^\n]*+|/\*.*?(?:\*/|\Z))"
    r"|\b[eE]'(?:[^'\\]|''|\\.)*+(?:'|\Z)|'(?:[^']|'')*+(?:'|\Z)"
    r'|"[^"]*+(?:"|\Z)|(?P<quote>\$[A-Za-z_]*+\$).*?(?:(?P=quote)|\Z)',
    re.DOTALL,
)
"""What never ends reaches to the end, so that the search stays linear."""
_TEMPORARY = re.compile(r"CREATE\s+(?:GLOBAL\s+|LOCAL\s+)?TEMP", re.IGNORECASE)
_DEFINES = frozenset(
    {"CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "SECURITY", "REASSIGN", "IMPORT"}
)
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "DO", "CALL"})
_COPIED_IN = re.compile(r"COPY\b.*\bFROM\b", re.IGNORECASE | re.DOTALL)
_WITHIN = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)


def altered(statement: str) -> Literal["software", "data"] | None:
    """The kind of change; None where it alters nothing that lasts.

    A block or a procedure (DO, CALL) may write, so it counts as a change of data.
    """
    found: set[str] = set()
    for piece in _NO_CODE.sub(_without, statement).split(";"):
        words = piece.split(None, 1)
        if not words or _TEMPORARY.match(piece.strip()):
            continue
        first = words[0].upper()
        if first in _DEFINES:
            found.add("software")
        elif (
            first in _WRITES
            or (first == "COPY" and _COPIED_IN.match(piece.strip()))
            or (first == "WITH" and _WITHIN.search(piece))
        ):
            found.add("data")
    if "software" in found:
        return "software"
    return "data" if found else None


def _without(found: re.Match[str]) -> str:
    return " " if found["comment"] else " x "
