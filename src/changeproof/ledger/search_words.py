"""The tables of the search index: what stands in them, and which subjects wait for theirs.

Private state, made of the evidence and of texts (`ledger.search_index`): never evidence itself.
SQLite keeps the words in FTS5, PostgreSQL in a GIN index over `tsvector`; both split a text where
no letter and no digit stands, and both find a word by its beginning.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from changeproof.log.database import Database

Field = Literal["name", "title", "request", "comment", "document", "finding", "system"]
FIELDS: tuple[Field, ...] = (
    "name",
    "title",
    "request",
    "comment",
    "document",
    "finding",
    "system",
)
"""Where a word can stand, in the order in which a result tells of it."""

LONGEST = 20_000
"""Characters of a text that are indexed: longer ones are found by their beginning."""
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class SearchText:
    """All that one field of one change says."""

    subject: str
    field: Field
    body: str


@dataclass(frozen=True, slots=True)
class SearchPerson:
    """An account that had a part in a change. Names stand in the directory alone."""

    subject: str
    account: str


def folded(text: str) -> str:
    """Without capitals and accents, as words are compared."""
    if text.isascii():  # most words, and this is asked of each on a page
        return text.lower()
    spread = unicodedata.normalize("NFKD", text)
    return "".join(each for each in spread if not unicodedata.combining(each)).lower()


def words_of(text: str, most: int | None = MOST_WORDS) -> list[str]:
    """The words that somebody typed, each once, at most `most`."""
    return list(dict.fromkeys(_WORD.findall(text.lower())))[:most]


COMMON = 5_000
"""Places from which a word is looked for in each change, newest first, and not the other way: to
gather every change that says it would take longer than anybody waits."""

_PLACES = "SELECT rowid FROM search_words WHERE search_words MATCH ?"


def matching(database: Database, words: Sequence[str]) -> tuple[str, list[str]]:
    """SQL for the subjects in which each of `words` begins some word, and its parameters."""
    if database.dialect == "sqlite":
        common = common_words(database, words)
        rare = [word for word in words if word not in common] or list(words)
        each = (
            "SELECT t.subject FROM search_words AS w JOIN search_text AS t ON t.number = w.rowid"
            " WHERE w.body MATCH ?"
        )
        sql, said = " INTERSECT ".join(each for _ in rare), _begun(rare)
        if len(rare) == len(words):
            return sql, said
        says, also = said_by("f.subject", sorted(common))
        return f"SELECT f.subject FROM ({sql}) AS f WHERE {says}", [*said, *also]
    each = f"SELECT subject FROM search_text WHERE {POSTGRESQL_WORDS} @@ to_tsquery('simple', ?)"
    return " INTERSECT ".join(f"({each})" for _ in words), [f"'{word}':*" for word in words]


def common_words(database: Database, words: Sequence[str]) -> frozenset[str]:
    """Those that stand in more than `COMMON` places. PostgreSQL knows by itself what is common."""
    if database.dialect != "sqlite" or not words:
        return frozenset()
    counted = ", ".join(f"(SELECT COUNT(*) FROM ({_PLACES} LIMIT {COMMON + 1}))" for _ in words)
    numbers = database.execute(f"SELECT {counted}", _begun(words))[0]
    found = zip(words, numbers, strict=True)
    return frozenset(word for word, number in found if number > COMMON)


def said_by(subject: str, words: Sequence[str]) -> tuple[str, list[str]]:
    """The condition that the change in the column `subject` says each of `words`, as SQLite looks
    for it from the change's side, and its parameters."""
    one = (
        f"EXISTS (SELECT 1 FROM search_text AS t WHERE t.subject = {subject}"
        f" AND t.number IN ({_PLACES}))"
    )
    return " AND ".join(one for _ in words), _begun(words)


def _begun(words: Sequence[str]) -> list[str]:
    return [f'"{word}" *' for word in words]


POSTGRESQL_WORDS = (
    "to_tsvector('simple'::regconfig, regexp_replace(lower(body), '[^[:alnum:]]+', ' ', 'g'))"
)


def ask_for_indexing(database: Database, subjects: Iterable[str]) -> None:
    """What is said of these subjects may be another; asking again asks once."""
    database.executemany(
        "INSERT INTO search_waiting (subject) VALUES (?) ON CONFLICT DO NOTHING",
        [(subject,) for subject in subjects],
    )


def doubt_everything(database: Database) -> None:
    """Ask for all that is indexed and for all that was judged: the evidence was made anew."""
    for table in ("search_text", "search_person", "subject_judged"):
        database.execute(
            f"INSERT INTO search_waiting (subject) SELECT DISTINCT subject FROM {table}"
            " WHERE 1 = 1 ON CONFLICT DO NOTHING"
        )


def replace_words(
    database: Database,
    condition: tuple[str, Any],
    texts: Collection[SearchText],
    people: Collection[SearchPerson],
) -> None:
    """Make these all that is said of the subjects that meet `condition`; write the difference."""
    held = {SearchText(*row) for row in _held(database, "subject, field, body", "text", condition)}
    gone, come = held - set(texts), set(texts) - held
    database.executemany(
        "DELETE FROM search_text WHERE subject = ? AND field = ?",
        [(row.subject, row.field) for row in gone],
    )
    database.executemany(
        "INSERT INTO search_text (subject, field, body) VALUES (?, ?, ?)",
        [(row.subject, row.field, row.body) for row in _sorted(come)],
    )
    known = {SearchPerson(*row) for row in _held(database, "subject, account", "person", condition)}
    database.executemany(
        "DELETE FROM search_person WHERE subject = ? AND account = ?",
        [(row.subject, row.account) for row in known - set(people)],
    )
    database.executemany(
        "INSERT INTO search_person (subject, account) VALUES (?, ?)",
        [(row.subject, row.account) for row in set(people) - known],
    )


def _sorted(rows: Iterable[SearchText]) -> list[SearchText]:
    return sorted(rows, key=lambda row: (row.subject, row.field))


def _held(
    database: Database, columns: str, table: str, condition: tuple[str, Any]
) -> list[tuple[Any, ...]]:
    where, value = condition
    return database.execute(f"SELECT {columns} FROM search_{table} WHERE {where}", (value,))
