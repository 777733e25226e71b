"""Which changes a text finds: by index, identifier, revision and people's names.

The same for pages, API and command line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from changeproof.accounts.names import accounts_called
from changeproof.ledger.search_words import common_words, matching, said_by, words_of
from changeproof.ledger.service import Ledger

LONGEST_TEXT = 200

_REVISION = re.compile(r"(?:git:)?([0-9a-f]{7,64})")
_NUMBER = re.compile(r"#?([0-9]{1,9})")


def accounts_meant(person: str) -> list[str]:
    """The accounts that a filter's person stands for: an identifier, or words of a name."""
    return [person] if ":" in person else accounts_called(words_of(person))


def accounts_of_words(held: Ledger, words: Sequence[str]) -> list[str]:
    """The accounts whose names hold all of these words; within a view they are asked for once."""
    memory = held.database.memory
    if memory is None:
        return accounts_called(words)
    asked = ("accounts of words", *words)
    if asked not in memory:
        memory[asked] = accounts_called(words)
    found: list[str] = memory[asked]
    return found


def matching_changes(held: Ledger, text: str) -> tuple[str, list[Any]]:
    """SQL for the subjects that a text finds, and its parameters."""
    words = _words_of(text)
    parts = list(_beside_words(held, text, words))
    if words:
        sql, said = matching(held.database, words)
        parts.append((f"SELECT subject FROM ({sql}) AS matched", said))
    return _united(parts)


def found_by(held: Ledger, text: str, subject: str) -> tuple[str, list[Any]]:
    """The condition that a text finds the change in the column `subject`, and its parameters: for
    lists that show the first of many, in an order of their own."""
    words = _words_of(text)
    if not words or common_words(held.database, words) != frozenset(words):
        sql, parameters = matching_changes(held, text)
        return f"{subject} IN ({sql})", parameters
    says, said = said_by(subject, words)
    sql, parameters = _united(_beside_words(held, text, words))
    return f"(({says}) OR {subject} IN ({sql}))", [*said, *parameters]


def _words_of(text: str) -> list[str]:
    return [] if _NUMBER.fullmatch(text) and text.startswith("#") else words_of(text)


def _beside_words(held: Ledger, text: str, words: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    """What a text finds that the index does not know: by names of changes and of people."""
    yield from _identified(text)
    accounts = accounts_of_words(held, words)
    if accounts:
        marks = ", ".join("?" for _ in accounts)
        yield f"SELECT subject FROM search_person WHERE account IN ({marks})", accounts


def _united(parts: Iterable[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    listed = list(parts)
    return " UNION ".join(sql for sql, _ in listed), [
        each for _, values in listed for each in values
    ]


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
