"""Logs to try things on: small sealed entries, in SQLite in memory or PostgreSQL."""

import hashlib

import msgspec
import psycopg

from changeproof.log.database import MemoryDatabase
from changeproof.log.notes import Signer
from changeproof.log.storage import Log
from changeproof.log.tables import log_ddl

ORIGIN = "example.com/log"
SIGNER = Signer(ORIGIN, bytes(range(32)))
VKEY = SIGNER.verifier.vkey


def sealed(number):
    """The (event id, entry) of an invented event."""
    encoder = msgspec.json.Encoder(order="sorted")
    event = {"type": "DeploymentFinished", "source": "test", "delivery": str(number)}
    entry = {"collector": "test", "event": event, "received_at": 1_700_000_000_000_000 + number}
    event_id = hashlib.sha256(encoder.encode(event)).hexdigest()
    return event_id, encoder.encode(entry)


def log_in(database):
    for statement in log_ddl(database.dialect):
        database.execute(statement)
    return Log(database, SIGNER, ORIGIN)


def memory_log(*batches):
    """A log in memory after batches of so many entries."""
    log = log_in(MemoryDatabase())
    for batch in batches:
        log.append([sealed(number) for number in range(log.size(), log.size() + batch)])
    return log


class PostgresqlDatabase:
    """The protocol on a psycopg connection, without a web framework."""

    dialect = "postgresql"
    memory = None

    def __init__(self, url):
        self.connection = psycopg.connect(url)
        self.written = set()

    def execute(self, sql, parameters=()):
        cursor = self.connection.execute(sql.replace("?", "%s"), parameters)
        return cursor.fetchall() if cursor.description else []

    def executemany(self, sql, rows):
        self.connection.cursor().executemany(sql.replace("?", "%s"), rows)

    def ask_together(self, questions):
        """It remembers no answers."""
