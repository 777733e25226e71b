"""The instance that Django is set up with in this test run, made before its settings are read."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

from changeproof.ledger.instance import create_instance
from changeproof.ledger.table import TABLES
from changeproof.log.database import Database
from changeproof.log.tables import LOG_TABLES

PSEUDONYM_KEY = "5a" * 32


def begin_instance() -> Path:
    """Make it in a temporary directory, name it in the environment, remove it at the end."""
    place = Path(tempfile.mkdtemp(prefix="changeproof-tests-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    create_instance(place / "instance", pseudonym_key=PSEUDONYM_KEY)
    os.environ["CHANGEPROOF_DATA"] = str(place / "instance")
    os.environ["DJANGO_SETTINGS_MODULE"] = "changeproof.site.settings"
    for name in ("CHANGEPROOF_URL", "CHANGEPROOF_HOSTS", "CHANGEPROOF_SMTP"):
        os.environ.pop(name, None)
    django.setup()
    return place


def empty(database: Database) -> None:
    """Remove what Django's own flush does not know: the log and the evidence."""
    for name in (*LOG_TABLES, *TABLES):
        database.execute(f"DELETE FROM {name}")
