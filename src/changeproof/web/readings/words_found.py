"""Which changes a text finds, and where in them: index, identifiers, revisions, people's names."""

import re
from collections.abc import Sequence

from changeproof.accounts.names import names_of
from changeproof.ledger.search_words import FIELDS, folded, words_of
from changeproof.ledger.service import Ledger
from changeproof.web.pages.found import Found
from changeproof.workflow.searching import accounts_of_words

_REVISION = re.compile(r"(?:git:)?([0-9a-f]{7,64})")
_WORD = re.compile(r"[^\W_]+")
_BEFORE, _AFTER = 50, 90
_MOST = 2
"""Places that a result tells of."""


def where_found(held: Ledger, text: str, subjects: Sequence[str]) -> dict[str, tuple[Found, ...]]:
    """For each of these changes, the first places in which a word of the text stands."""
    words = tuple(folded(word) for word in words_of(text))
    found: dict[str, list[Found]] = {}
    where, value = held.store.among("subject", subjects)
    if words and subjects:
        rows = held.database.execute(
            f"SELECT subject, field, body FROM search_text WHERE {where}", (value,)
        )
        for subject, field, body in sorted(rows, key=lambda row: FIELDS.index(row[1])):
            line = _line(body, words)
            if line is not None:
                found.setdefault(subject, []).append(Found(field, line))
        accounts = accounts_of_words(held, words_of(text))
        if accounts:
            names = names_of(accounts)
            marks = ", ".join("?" for _ in accounts)
            for subject, account in held.database.execute(
                f"SELECT subject, account FROM search_person WHERE {where}"
                f" AND account IN ({marks}) ORDER BY subject, account",
                (value, *accounts),
            ):
                found.setdefault(subject, []).insert(0, Found("person", ((names[account], True),)))
    if _REVISION.fullmatch(text.lower()):
        for subject in subjects:
            found.setdefault(subject, [Found("revision", ((text, True),))])
    return {subject: tuple(places[:_MOST]) for subject, places in found.items()}


def _line(body: str, words: tuple[str, ...]) -> tuple[tuple[str, bool], ...] | None:
    """The surroundings of the first word that begins with one of `words`, those marked."""
    hits = [each for each in _WORD.finditer(body) if folded(each[0]).startswith(words)]
    if not hits:
        return None
    begin, end = max(0, hits[0].start() - _BEFORE), min(len(body), hits[0].end() + _AFTER)
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = begin
    for hit in hits:
        if hit.end() > end:
            break
        parts += [(body[at : hit.start()], False), (hit[0], True)]
        at = hit.end()
    parts.append((body[at:end] + ("…" if end < len(body) else ""), False))
    return tuple(part for part in parts if part[0])
