"""SQL for reading: keywords bold, comments grey. No tokens are changed."""

import re
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_KEYWORDS = frozenset(
    (
        *("ALL", "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "COALESCE", "COUNT"),
        *("CROSS", "DESC", "DISTINCT", "ELSE", "END", "EXCEPT", "EXISTS", "FROM", "FULL"),
        *("GROUP", "HAVING", "IN", "INNER", "INTERSECT", "IS", "JOIN", "LEFT", "LIKE", "LIMIT"),
        *("MAX", "MIN", "NOT", "NULL", "ON", "OR", "ORDER", "OUTER", "OVER", "PARTITION"),
        *("SELECT", "SUM", "THEN", "UNION", "USING", "VALUES", "WHEN", "WHERE", "WITH"),
    )
)
_TOKEN = re.compile(
    r"(?P<comment>/\*.*?\*/|--[^\n]*)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_]+)|(?P<rest>.)",
    re.DOTALL,
)


@lru_cache(maxsize=128)  # the queries of the checks, the same on each page
def marked_sql(sql: str) -> SafeString:
    """The same text as HTML: copying it gives the query back."""
    pieces: list[str] = []
    for token in _TOKEN.finditer(sql.strip("\n")):
        text = escape(token[0])
        if token["comment"]:
            pieces.append(f"<i>{text}</i>")
        elif token["word"] and token[0] in _KEYWORDS:
            pieces.append(f"<b>{text}</b>")
        else:
            pieces.append(text)
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
