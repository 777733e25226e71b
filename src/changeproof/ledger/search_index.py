"""What each change can be found by, out of the evidence and the texts that it addresses.

The index is a projection: what stands in it is a function of the ledger's tables and contents, and
`texts_of` and `people_of` are that function. Whoever judges a change asks for it to be indexed
anew. The worker does so when nothing waits to be judged, in transactions of its own: no verdict
and no import waits for it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from changeproof.ledger.assessments import Attachment, ChangeDocument
from changeproof.ledger.decisions import ChangeComment, Decline
from changeproof.ledger.joined import Change, ChangeAlias, Finding, SubjectJudged
from changeproof.ledger.requests import ChangeRequest, Emergency
from changeproof.ledger.search_words import (
    LONGEST,
    Field,
    SearchPerson,
    SearchText,
    doubt_everything,
    replace_words,
)
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store

BATCH = 500
_VERSION = "1"
"""Raise it when a change is to be found by something else: everything is then indexed anew."""
_LOUD = frozenset({"deviation", "not_verifiable", "pending"})
_STATE = "search index"
_ACCOUNT = re.compile(r"\{[a-z][a-z0-9_-]*:[^{}\s]+\}")
_PULL = re.compile(r".*/pull/([0-9]+)")

Texts = Callable[[Iterable[str]], dict[str, str]]

_NAMED_BY_CHANGE = (
    ("change", "change_id", "requested_by"),
    ("shared_request", "change_id", "requested_by"),
    ("change_authorization", "change_name", "account"),
    ("approval", "change_name", "account"),
    ("decline", "change_name", "account"),
    ("change_comment", "change_name", "account"),
    ("assessment", "change_name", "account"),
    ("post_review", "change_name", "account"),
    ("emergency", "change_name", "declared_by"),
    ("emergency", "change_name", "authorized_by"),
)
_REVISIONS = "JOIN revision_implementation AS r ON r.implementation = i.implementation "
_BY_WORK = (
    ("a.author", "JOIN pull_opened AS a ON a.pull = i.implementation"),
    ("a.merged_by", "JOIN pull_merge AS a ON a.pull = i.implementation"),
    ("a.account", "JOIN review AS a ON a.pull = i.implementation"),
    ("a.account", _REVISIONS + "JOIN revision_author AS a ON a.revision = r.revision"),
    (
        "a.account",
        _REVISIONS + "JOIN deployment_revision AS d ON d.revision = r.revision AND d.direction = 1"
        " JOIN deployment AS a ON a.deployment = d.deployment",
    ),
)


def index_waiting(ledger: Ledger) -> int:
    """Index until nothing waits; how many subjects that were."""
    done = 0
    while count := index_some(ledger):
        done += count
    return done


def index_some(ledger: Ledger, batch: int = BATCH) -> int:
    """Index up to `batch` of the subjects that wait, in one transaction; how many."""
    if not _waits(ledger):
        return 0
    with ledger.database.transaction():
        ledger.log.lock()
        if ledger.state(_STATE) != _VERSION:
            doubt_everything(ledger.database)
            ledger.set_state(_STATE, _VERSION)
        rows = ledger.database.execute(
            "SELECT subject FROM search_waiting ORDER BY subject LIMIT ?", (batch,)
        )
        subjects = [str(row[0]) for row in rows]
        index_subjects(ledger.store, ledger.texts, subjects)
        where, value = ledger.store.among("subject", subjects)
        ledger.database.execute(f"DELETE FROM search_waiting WHERE {where}", (value,))
    return len(subjects)


def index_again(ledger: Ledger) -> int:
    """Throw the index away and make it once more; how many subjects were looked at."""
    with ledger.database.transaction():
        doubt_everything(ledger.database)
        for table in ("search_text", "search_person"):
            ledger.database.execute(f"DELETE FROM {table}")
        if ledger.database.dialect == "sqlite":  # whatever became of the words
            ledger.database.execute("INSERT INTO search_words (search_words) VALUES ('rebuild')")
    return index_waiting(ledger)


def waiting_to_be_indexed(ledger: Ledger) -> int:
    """How many changes the search may not yet know as they are."""
    return int(ledger.database.execute("SELECT COUNT(*) FROM search_waiting")[0][0])


def index_subjects(store: Store, texts: Texts, subjects: Collection[str]) -> None:
    """Say of these subjects what the evidence says now; of one that stands no more, nothing."""
    judged = store.by(SubjectJudged, "subject", subjects)
    changes = {row.subject: row.verdict for row in judged if row.verdict is not None}
    replace_words(
        store.database,
        store.among("subject", subjects),
        set(texts_of(store, texts, changes)),
        set(people_of(store, changes)),
    )


def texts_of(store: Store, texts: Texts, changes: Mapping[str, str]) -> Iterator[SearchText]:
    """What these changes, each with its verdict, can be found by, field by field.

    Of the findings, what was found by those that gave a change its verdict: the rest would make
    the index larger than the evidence.
    """
    found: dict[tuple[str, Field], list[str]] = {}

    def say(change: str, field: Field, words: str | None) -> None:
        if words and words.strip():
            found.setdefault((change, field), []).append(words.strip())

    names = list(changes)
    addressed: list[tuple[str, Field, str]] = []
    for row in store.by(Change, "change_id", names):
        say(row.change_id, "system", row.system)
        say(row.change_id, "name", _short_name(row.change_id))
        addressed += [(row.change_id, "title", row.title)] if row.title else []
    for alias in store.by(ChangeAlias, "change_id", names):
        say(alias.change_id, "name", _short_name(alias.alias))
    for emergency in store.by(Emergency, "change_name", names):
        say(emergency.change_name, "name", emergency.emergency)
    for request in store.by(ChangeRequest, "change_name", names):
        say(request.change_name, "name", request.ticket_key)
        said = (request.title, request.reason, request.back_out)
        addressed += [(request.change_name, "request", digest) for digest in said if digest]
    for comment in store.by(ChangeComment, "change_name", names):
        addressed.append((comment.change_name, "comment", comment.text))
    for no in store.by(Decline, "change_name", names):
        addressed += [(no.change_name, "comment", no.reason)] if no.reason else []
    for file in store.by(Attachment, "change_name", names):
        say(file.change_name, "document", file.name)
    for part in store.by(ChangeDocument, "change_name", names):
        addressed.append((part.change_name, "document", part.digest))
    loud = [name for name, verdict in changes.items() if verdict in _LOUD]
    for finding in store.by(Finding, "subject", loud):
        if finding.verdict == changes[finding.subject]:
            what = finding.reason.partition(" Why: ")[0]
            say(finding.subject, "finding", _ACCOUNT.sub(" ", what))
    known = texts({digest for _, _, digest in addressed})
    for change, field, digest in addressed:
        say(change, field, known.get(digest))
    for (change, field), parts in found.items():
        body = "\n".join(sorted(set(parts))).replace("\x00", " ")
        yield SearchText(change, field, body[:LONGEST])


def people_of(store: Store, changes: Collection[str]) -> Iterator[SearchPerson]:
    """Who asked for them, wrote, reviewed, merged, decided on, commented or deployed them."""
    if not changes:
        return
    parts: list[str] = []
    values: list[object] = []
    for table, name, account in _NAMED_BY_CHANGE:
        where, value = store.among(name, changes)
        parts.append(f"SELECT {name}, {account} FROM {table} WHERE {where}")
        values.append(value)
    for account, join in _BY_WORK:
        where, value = store.among("i.change_id", changes)
        parts.append(f"SELECT i.change_id, {account} FROM implementation AS i {join} WHERE {where}")
        values.append(value)
    for change, account in store.database.execute(" UNION ".join(parts), values):
        if account is not None:
            yield SearchPerson(str(change), str(account))


def _waits(ledger: Ledger) -> bool:
    return ledger.state(_STATE) != _VERSION or bool(
        ledger.database.execute("SELECT 1 FROM search_waiting LIMIT 1")
    )


def _short_name(name: str) -> str | None:
    """What people call it: `CHG-2026-0142`, `TAR-318`, `7`; identifiers are looked up as such."""
    pull = _PULL.fullmatch(name)
    return pull[1] if pull else (None if ":" in name else name)
