"""An instance of an older program is brought up to this one; a newer one's is refused."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.cli.test_contract import OPENED
from tests.support.typed import typed

SOURCES = Path(__file__).resolve().parents[2] / "src" / "changeproof"
FROZEN = {
    "ledger/migrations/0006_in_turn.py": "e380f0c06c95dcba",
    "ledger/migrations/0005_subjects_ahead.py": "49ac8d68bc580dda",
    "accounts/migrations/0001_initial.py": "4e4abfc9a7a42028",
    "accounts/migrations/0002_directory.py": "c8a75bfb04164ddb",
    "accounts/migrations/0003_calendar_address.py": "43bead0e658d0de4",
    "accounts/migrations/0004_sealed_factors.py": "c9236814e2e7f61b",
    "alerts/migrations/0004_sealed_addresses.py": "4909776ea84476c8",
    "intake/migrations/0007_sealed_secrets.py": "ce091d7f53e83230",
    "intake/migrations/0008_handshakes.py": "f1b0e4624685ffa0",
    "api/migrations/0001_initial.py": "403b4bac20b729b3",
    "alerts/migrations/0001_initial.py": "40767ee787e00d5f",
    "alerts/migrations/0002_routes.py": "5b60d6c5e2b1a72b",
    "alerts/migrations/0003_acknowledged.py": "ef3d300a2d6b6bd1",
    "audits/migrations/0001_initial.py": "86fcb7e8d9d4db2c",
    "intake/migrations/0001_initial.py": "4d1ff49c4442301e",
    "ledger/migrations/0001_initial.py": "981b2514f2fd7812",
    "log/migrations/0001_initial.py": "9b8b23dd36ed9a83",
    "workflow/migrations/0001_initial.py": "ada5761fbfab0c6d",
    "intake/migrations/0002_no_heartbeat.py": "2913e0f75ba79322",
    "intake/migrations/0003_asked_source.py": "f3aeb81146eb2806",
    "intake/migrations/0004_connection_options.py": "726cf5ba273437ea",
    "intake/migrations/0005_list_cursor.py": "e410ed21e228e1b6",
    "intake/migrations/0006_kept_reply.py": "bc8941dc5b1b72b5",
    "ledger/migrations/0002_failures_where_missing.py": "798a5601fc6740eb",
    "ledger/migrations/0003_since_when.py": "da96b51e71adb91b",
    "workflow/migrations/0002_saved_view.py": "a98bea7e81b3cfd3",
    "ledger/migrations/0004_search.py": "69aaa65fe6be1dc2",
}
"""Migrations that instances have applied, with their digests: add to these, never edit one."""
AS_AT_FIRST = (
    "DROP INDEX unjudged_in_turn",
    "ALTER TABLE unjudged DROP COLUMN failures",
    "ALTER TABLE unjudged DROP COLUMN since",
    *(f"DROP TABLE search_{name}" for name in ("words", "text", "person", "waiting")),
    "DROP TABLE subject_ahead",
    "DROP TABLE workflow_saved_view",
    "DROP TABLE intake_asked_source",
    "DROP TABLE intake_kept_reply",
    "DROP TABLE intake_list_cursor",
    "CREATE TABLE intake_heartbeat (source text NOT NULL PRIMARY KEY)",
    *(
        f"DROP TABLE alerts_{name}"
        for name in ("awaited", "outgoing", "route", "choice", "channel")
    ),
    "CREATE TABLE alerts_channel (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, kind text NOT"
    " NULL, address text NOT NULL, CONSTRAINT alerts_one_channel UNIQUE (kind, address))",
    "CREATE TABLE alerts_outgoing (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, case_id text NOT"
    " NULL, subject text NOT NULL, attempts integer NOT NULL, next_at bigint NOT NULL, channel_id"
    " bigint NOT NULL REFERENCES alerts_channel (id) DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO alerts_channel VALUES (7, 'mail', 'ops@example.com')",
    "INSERT INTO alerts_outgoing VALUES (1, 'quarantine:3', 'One could not be read.', 0, 5, 7)",
    "DELETE FROM django_migrations WHERE app IN ('ledger', 'intake', 'alerts', 'workflow')"
    " AND name NOT LIKE '0001%'",
    "DELETE FROM ledger_state WHERE name = 'migrations'",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    (tmp_path / "opened.json").write_text(OPENED)
    return tmp_path


def edit(place: Path, statements: Iterable[str]) -> None:
    with closing(sqlite3.connect(place / "own" / "changeproof.sqlite3")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_an_older_instance_is_brought_up_to_date(place: Path) -> None:
    edit(place, AS_AT_FIRST)
    taken = typed(place, "ingest", "events", "opened.json", "--json", "--data", "own")
    assert (taken.returncode, taken.stderr) == (0, "")
    assert json.loads(taken.stdout)["outcome"] == "translated"
    assert typed(place, "verify", "--data", "own").returncode == 0
    told = typed(place, "alerts", "list", "--json", "--data", "own")
    channel, route = map(json.loads, told.stdout.splitlines())
    assert (channel["name"], channel["to"]) == ("mail 7", "ops@example.com")
    assert (route["channel"], route["default"], route["rhythm"]) == ("mail 7", True, "at_once")


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            (
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('ledger', '0099_later', '2030-01-01')",
                "UPDATE ledger_state SET value = 'another' WHERE name = 'migrations'",
            ),
            "ledger 0099_later",
        ),
        (("UPDATE ledger_state SET value = '99.1.0' WHERE name = 'version'",), "99.1.0"),
    ],
)
def test_a_newer_programs_instance_is_refused(
    place: Path, statements: tuple[str, ...], named: str
) -> None:
    edit(place, statements)
    file = place / "own" / "changeproof.sqlite3"
    before = file.read_bytes()
    done = typed(place, "changes", "--data", "own")
    assert (done.returncode, done.stdout) == (3, "")
    assert "newer Changeproof" in done.stderr
    assert named in done.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", FROZEN)
def test_a_migration_is_never_edited(name: str) -> None:
    digest = hashlib.sha256((SOURCES / name).read_bytes()).hexdigest()
    assert digest[:16] == FROZEN[name], "instances applied it as it was: add another migration"


def test_every_migration_is_frozen() -> None:
    made = {str(file.relative_to(SOURCES)) for file in SOURCES.glob("*/migrations/[0-9]*.py")}
    assert made == set(FROZEN)


def test_the_models_have_no_change_without_a_migration(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
