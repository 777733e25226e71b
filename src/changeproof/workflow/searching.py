"""Which changes a text finds: by index, identifier, revision and people's names.

The same for pages, API and command line.
"""

import re
from collections.abc import Iterator
from typing import Any

from changeproof.accounts.names import accounts_called
from changeproof.ledger.search_words import matching, words_of
from changeproof.ledger.service import Ledger

LONGEST_TEXT = 200

_REVISION = re.compile(r"(?:git:)?([0-9a-f]{7,64})")
_NUMBER = re.compile(r"#?([0-9]{1,9})")


def accounts_meant(person: str) -> list[str]:
    """The accounts that a filter's person stands for: an identifier, or words of a name."""
    return [person] if ":" in person else accounts_called(words_of(person))


def matching_changes(held: Ledger, text: str) -> tuple[str, list[Any]]:
    """SQL for the subjects that a text finds, and its parameters."""
    words = [] if _NUMBER.fullmatch(text) and text.startswith("#") else words_of(text)
    parts, parameters = list(_identified(text)), []
    if words:
        sql, said = matching(held.database, words)
        parts.append((f"SELECT subject FROM ({sql}) AS matched", said))
        accounts = accounts_called(words)
        if accounts:
            marks = ", ".join("?" for _ in accounts)
            parts.append(
                (f"SELECT subject FROM search_person WHERE account IN ({marks})", accounts)
            )
    for _, values in parts:
        parameters += values
    return " UNION ".join(sql for sql, _ in parts), parameters


def _identified(text: str) -> Iterator[tuple[str, list[Any]]]:
    """By what a change is called: whole names, the beginning of a revision, a number."""
    spelled = sorted({text, text.upper()})
    marks = ", ".join("?" for _ in spelled)
    yield f"SELECT change_id FROM change WHERE change_id IN ({marks})", list(spelled)
    yield f"SELECT change_id FROM change_alias WHERE alias IN ({marks})", list(spelled)
    yield f"SELECT change_name FROM emergency WHERE emergency IN ({marks})", list(spelled)
    revision = _REVISION.fullmatch(text.lower())
    if revision:
        span = [f"git:{revision[1]}", f"git:{revision[1]}g"]
        yield "SELECT change_id FROM change WHERE change_id >= ? AND change_id < ?", span
        yield "SELECT change_id FROM change_alias WHERE alias >= ? AND alias < ?", span
        yield (
            "SELECT i.change_id FROM revision_implementation AS r"
            " JOIN implementation AS i ON i.implementation = r.implementation"
            " WHERE r.revision >= ? AND r.revision < ?",
            span,
        )
    number = _NUMBER.fullmatch(text)
    if number:
        yield (
            "SELECT i.change_id FROM pull_opened AS p"
            " JOIN implementation AS i ON i.implementation = p.pull WHERE p.number = ?",
            [int(number[1])],
        )
