"""PostgreSQL's log (csvlog, jsonlog; log_statement, pgaudit) → acts on production.

https://www.postgresql.org/docs/current/runtime-config-logging.html, https://github.com/pgaudit/pgaudit
The log tells of a statement before it runs: one that failed is taken out where its error stands in
the same file; that a transaction was rolled back is not seen.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.event import sha256_hex
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.databases.place import (
    OPTIONS,
    database_identity,
    instant,
    place,
    reason_named,
)
from changeproof.sources.databases.statements import altered
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading

_COLUMNS = 23
"""Up to application_name; later versions have more."""
_LOGGED = re.compile(r"(?:statement|execute [^:]{0,200}): (.*)", re.DOTALL)
_FAILED = frozenset({"ERROR", "FATAL", "PANIC"})


@dataclass(frozen=True, slots=True)
class _Line:
    at: str
    user: str
    database: str
    session: str
    number: str
    severity: str
    message: str
    query: str
    application: str


def translate_postgresql(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming line and field."""
    reading = Reading("postgresql-log", delivery, pseudonyms)
    gathered = Gathered(reading, "postgresql-log")
    where = place(reading)
    acts: dict[tuple[str, str], ProductionActed] = {}
    for line in _lines(delivery.body):
        if line.severity in _FAILED:
            if acts.pop((line.session, sha256_hex(line.query.encode())), None):
                gathered.passed_over("a statement that failed")
            continue
        statement = _statement(line.message)
        kind = altered(statement) if statement else None
        if statement is None or kind is None:
            gathered.passed_over("a line that alters nothing lasting")
            continue
        digest = sha256_hex(statement.encode())
        if (line.session, digest) in acts and line.message.startswith("AUDIT:"):
            gathered.passed_over("told by log_statement and by pgaudit")
            continue
        if told := acts.pop((line.session, digest), None):
            gathered.add([told])  # the same words again are another act
        who = database_identity(line.user, reading, pseudonyms)
        acts[line.session, digest] = ProductionActed(
            **reading.header(instant(line.at, "log_time"), actor=who),
            **where,
            act=f"postgresql:{where['system']}/{where['environment']}/{line.session}/{line.number}"[
                :500
            ],
            kind=kind,
            item=f"database/{line.database}"[:500] if line.database else None,
            executed_digest=digest,
            change=reason_named(reading, line.application),
        )
    gathered.add(acts.values())
    return gathered.translation()


def _statement(message: str) -> str | None:
    """What was executed, if the line says that something was."""
    if message.startswith("AUDIT: "):
        try:
            cells = next(csv.reader(io.StringIO(message[7:], newline="")))
        except (csv.Error, StopIteration):
            return None
        return cells[7].strip() if len(cells) > 7 else None
    found = _LOGGED.fullmatch(message)
    return found[1].strip() if found else None


def _lines(body: bytes) -> Iterator[_Line]:
    if body.lstrip().startswith(b"{"):
        for value in documents(body):
            said = [
                str(inside(value, name) or "")
                for name in (
                    "timestamp", "user", "dbname", "session_id", "line_num", "error_severity",
                    "message", "statement", "application_name",
                )
            ]  # fmt: skip
            if not said[0] or not said[3]:
                raise MalformedPayload("it is no line of jsonlog", where="timestamp, session_id")
            yield _Line(*said)
        return
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    if "\0" in text:
        raise MalformedPayload("it holds a NUL")
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if len(cells) < _COLUMNS:
                raise MalformedPayload(
                    f"it has {len(cells)} fields; csvlog has {_COLUMNS} or more",
                    where=f"row {number}",
                )
            chosen = (cells[i] for i in (0, 1, 2, 5, 6, 11, 13, 19, 22))
            yield _Line(*chosen)
    except csv.Error as error:
        raise MalformedPayload(f"it is no CSV: {error}") from error


def _fits(glimpse: Glimpse) -> bool:
    first = glimpse.text.partition("\n")[0]
    if first.startswith("{"):
        return Glimpse(first.encode()).holds("timestamp", "session_id", "error_severity")
    return bool(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z+-]", first)) and (
        first.count(",") >= 12
    )


POSTGRESQL = Kind(
    "postgresql-log",
    "PostgreSQL's log (csvlog, jsonlog, pgaudit)",
    translate_postgresql,
    _fits,
    aliases=("pgaudit",),
    json=False,
    options=OPTIONS,
    confidential=always,
)
