"""Secrets that stand in the database cannot be read from the database alone."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from changeproof.accounts.sealing import SealedFactors, sealed, unsealed
from changeproof.alerts.models import Channel
from changeproof.events.refusal import Refusal
from changeproof.intake.models import AskedSource, Connection
from changeproof.ledger.instance import create_instance

SECRET = "hook-secret-0123456789"


@given(st.text())
def test_what_is_sealed_comes_back(secret: str) -> None:
    assert unsealed(sealed(secret)) == secret
    assert sealed(secret) == sealed(secret)
    assert len(secret) < 4 or secret not in sealed(secret)


def test_the_database_shows_no_secret(db: None) -> None:
    Connection.objects.create(source="github", secret=SECRET)
    AskedSource.objects.create(name="forge", kind="github", address="https://x", secret=SECRET)
    Channel.objects.create(name="ops", kind="service", address=f"slack://{SECRET}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret FROM intake_connection UNION ALL SELECT secret FROM intake_asked_source"
            " UNION ALL SELECT address FROM alerts_channel"
        )
        kept = [row[0] for row in cursor.fetchall()]
    assert len(kept) == 3
    assert not any(SECRET in each for each in kept)
    assert Connection.objects.get().secret == AskedSource.objects.get().secret == SECRET
    assert Channel.objects.get(address=f"slack://{SECRET}").name == "ops"


def test_what_was_kept_before_is_read_as_it_stands(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_connection (source, secret, options, connected_at, handshakes)"
            " VALUES ('gitlab', %s, '{}', '2026-01-01 00:00:00', '')",
            [SECRET],
        )
    assert Connection.objects.get().secret == SECRET


def test_another_key_reads_nothing_and_says_what_to_restore() -> None:
    kept = SealedFactors().encrypt(SECRET)
    assert SECRET not in kept
    elsewhere = override_settings(SECRET_KEY="of another instance")
    with elsewhere, pytest.raises(Refusal, match=r"secrets/django\.key"):
        SealedFactors().decrypt(kept)


def test_nobody_else_reads_what_an_instance_is_made_of(tmp_path: Path) -> None:
    made = create_instance(tmp_path / "own", database_url=None)
    held = [made.directory, *made.directory.rglob("*")]
    assert made.database_file in held
    assert [each.name for each in held if each.stat().st_mode & 0o077] == []
