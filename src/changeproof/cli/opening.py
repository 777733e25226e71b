"""Open an instance for a command: settings, tables, the ledger."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from changeproof import __version__
from changeproof.cli.output import progress
from changeproof.ledger.instance import read_instance

if TYPE_CHECKING:  # the web framework is loaded when an instance is opened, never for --help
    from changeproof.ledger.service import Ledger

VERSION = "version"


def open_ledger(data: Path, *, as_it_stands: bool = False) -> "Ledger":
    """The ledger of the instance in `data`, its evidence tables up to date unless it is to be
    looked at `as_it_stands` (a rebuild would mend what `verify` is to find).

    Raises Refusal where there is no instance.
    """
    read_instance(data)
    set_up(data)
    from changeproof.ledger.service import ledger

    opened = ledger()
    if not _tables_exist() or opened.state(VERSION) != __version__:
        migrate()
        with opened.database.transaction():
            opened.set_state(VERSION, __version__)
    if not as_it_stands:
        with progress("Projecting the log") as advance:
            opened.prepare(advance)
    return opened


def set_up(data: Path) -> None:
    """Load the settings for this instance."""
    os.environ["CHANGEPROOF_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changeproof.site.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the log's and the private tables up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _tables_exist() -> bool:
    from django.db import connection

    return "ledger_state" in connection.introspection.table_names()
