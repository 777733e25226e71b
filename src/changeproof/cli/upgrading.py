"""Bring an instance's own tables up to this program, and refuse those of a newer one.

Evidence tables are not meant here: they are rebuilt from the log when their schema changes
(`Ledger.prepare`). Opening pays for two words in the database and for looking into the
applications' folders; the framework's graph of migrations is loaded only when something differs.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from changeproof import __version__
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

VERSION = "version"
MIGRATIONS = "migrations"
_NUMBER = re.compile(r"[0-9]{1,9}")


def bring_up_to_date(opened: "Ledger") -> None:
    """Apply the migrations that this instance has not seen.

    Raises Refusal where its database was made by a newer program: that one may have written
    what this one would misread.
    """
    from django.db import connection

    tables = set(connection.introspection.table_names())
    here = migrations_digest()
    if "ledger_state" in tables:
        version = opened.state(VERSION)
        if version is not None and _numbers(version) > _numbers(__version__):
            raise _newer(f"it was last opened by version {version}, and this is {__version__}")
        if version == __version__ and opened.state(MIGRATIONS) == here:
            return
    if "django_migrations" in tables:
        unknown = _unknown()
        if unknown:
            raise _newer(f"its tables are another program's: {unknown} is not known here")
    migrate()
    with opened.database.transaction():
        opened.set_state(VERSION, __version__)
        opened.set_state(MIGRATIONS, here)


def migrate() -> None:
    """Bring the log's and the private tables up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def migrations_digest() -> str:
    """One word for all migrations that this program has.

    Their names alone: one that was released is never edited (CONTRIBUTING.md), so that a changed
    table always shows as another name.
    """
    from django.apps import apps

    names = [
        f"{application.label}.{file.stem}"
        for application in apps.get_app_configs()
        for file in Path(application.path).glob("migrations/[0-9]*.py")
    ]
    return sha256_hex("\n".join(sorted(names)).encode())


def _unknown() -> str | None:
    """The first migration that was applied and that no application here has, in words."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    held = set(loader.disk_migrations or ()) | set(loader.replacements)
    # What a library that we no longer use once applied does no harm.
    strange = sorted(
        f"{label} {name}"
        for label, name in loader.applied_migrations
        if (label, name) not in held and label in loader.migrated_apps
    )
    return strange[0] if strange else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in _NUMBER.findall(version))


def _newer(why: str) -> Refusal:
    return Refusal(
        "The instance was not opened.",
        where="its database",
        why=why,
        cure="Run the newer Changeproof again, or restore a backup from before the upgrade"
        " into a new directory: changeproof restore FILE --data DIRECTORY",
    )
