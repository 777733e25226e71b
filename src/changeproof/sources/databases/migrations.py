"""Tables of migrations (Django, Alembic, Flyway), as CSV or JSON → acts, or the version seen.

https://docs.djangoproject.com/en/stable/topics/migrations/, https://alembic.sqlalchemy.org,
https://documentation.red-gate.com/flyway (schema history table). Whoever exports the table states
by `revision` which commit the run deployed; without, it stands for itself.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.databases.place import (
    OPTIONS,
    database_identity,
    instant,
    place,
    reason_named,
)
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, option
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading

_DJANGO = frozenset({"app", "name", "applied"})
_ALEMBIC = frozenset({"version_num"})
_FLYWAY = frozenset({"installed_rank", "script", "installed_on", "success"})
_DONE = frozenset({"true", "t", "1"})


def translate_migrations(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming row and column."""
    reading = Reading("migrations", delivery, pseudonyms)
    gathered = Gathered(reading, "migrations")
    rows = list(_rows(delivery.body))
    if not rows:
        gathered.passed_over("a table without rows")
        return gathered.translation()
    where = place(reading)
    if rows[0].keys() >= _ALEMBIC:
        gathered.add([_version(reading, where, rows)])
        return gathered.translation()
    for number, row in enumerate(rows, 1):
        if not row.keys() >= _DJANGO and not row.keys() >= _FLYWAY:
            raise MalformedPayload(
                "it is no table of migrations that we know", where=f"row {number}"
            )
        made = _act(reading, where, row, number)
        if isinstance(made, str):
            gathered.passed_over(made)
        else:
            gathered.add([made])
    return gathered.translation()


def _act(reading: Reading, where: dict[str, Any], row: dict[str, str], number: int) -> Event | str:
    """The act, or why there is none."""
    if row.keys() >= _DJANGO:
        tool, name, written, user = "django", f"{row['app']}/{row['name']}", row["applied"], None
    else:
        if row["success"].lower() not in _DONE:
            return "a migration that failed"
        tool, name, written = "flyway", row["script"], row["installed_on"]
        user = row.get("installed_by")
    at = instant(written, f"row {number}")
    since = option(reading.delivery, "since")
    if since and at < instant(since if len(since) > 10 else f"{since}T00:00:00Z", "option since"):
        return "a migration from before what is asked about"
    return ProductionActed(
        **reading.header(at, actor=database_identity(user, reading, reading.pseudonyms)),
        **where,
        act=f"{tool}:{where['system']}/{where['environment']}/{name}"[:500],
        kind="software",
        item=f"migrations/{name}"[:500],
        change=reason_named(reading),
    )


def _version(reading: Reading, where: dict[str, Any], rows: list[dict[str, str]]) -> Event:
    """Alembic keeps where the schema stands, and neither when nor by whom."""
    return StateObserved(
        **reading.header(reading.delivery.received_at, bound=True),
        **where,
        item="alembic_version",
        digest=content_digest(sorted(row["version_num"] for row in rows)),
    )


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    if body.lstrip()[:1] in (b"{", b"["):
        for value in documents(body):
            for each in value if isinstance(value, list) else [value]:
                if not isinstance(each, dict):
                    raise MalformedPayload("it is no list of rows")
                yield {str(name): _cell(cell) for name, cell in each.items()}
        return
    try:
        text = body.decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            yield {name: _cell(cell) for name, cell in row.items() if isinstance(name, str)}
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    except csv.Error as error:
        raise MalformedPayload(f"it is no CSV: {error}") from error


def _cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell).replace("\0", "")


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    if value is None:
        heading = glimpse.text.partition("\n")[0].strip().replace('"', "")
        keys = frozenset(heading.split(","))
    else:
        first = value[0] if isinstance(value, list) and value else value
        keys = frozenset(first) if isinstance(first, dict) else frozenset()
    return keys >= _FLYWAY or keys == _ALEMBIC or (keys >= _DJANGO and keys <= _DJANGO | {"id"})


MIGRATIONS = Kind(
    "migrations",
    "Tables of migrations (Django, Alembic, Flyway)",
    translate_migrations,
    _fits,
    aliases=("django-migrations", "alembic", "flyway"),
    json=False,
    options=OPTIONS,
)
