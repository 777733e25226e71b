"""The four tables of the log, as SQL for either database.

They are read and written through `storage` alone. Natural keys, nothing NULL; text keys sort
by byte on PostgreSQL as they do on SQLite.
"""

from changeproof.log.database import Dialect

LOG_TABLES = ("log_entry", "log_tile", "log_checkpoint", "log_content")


def log_ddl(dialect: Dialect) -> list[str]:
    """The CREATE statements."""
    whole, text, raw = (
        ("INTEGER", "TEXT", "BLOB")
        if dialect == "sqlite"
        else ("BIGINT", 'TEXT COLLATE "C"', "BYTEA")
    )
    return [
        f"CREATE TABLE log_entry (position {whole} NOT NULL PRIMARY KEY, "
        f"event_id {text} NOT NULL UNIQUE, entry {raw} NOT NULL)",
        f"CREATE TABLE log_tile (level {whole} NOT NULL, number {whole} NOT NULL, "
        f"hashes {raw} NOT NULL, PRIMARY KEY (level, number))",
        f"CREATE TABLE log_checkpoint (size {whole} NOT NULL PRIMARY KEY, "
        f"root {raw} NOT NULL, note {text} NOT NULL)",
        f"CREATE TABLE log_content (digest {text} NOT NULL PRIMARY KEY, body {raw} NOT NULL)",
    ]
