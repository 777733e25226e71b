"""Open an instance for a command: settings, tables, the ledger."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from changeproof.cli.output import progress
from changeproof.cli.upgrading import bring_up_to_date
from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import Instance, read_instance

if TYPE_CHECKING:  # the web framework is loaded when an instance is opened, never for --help
    from changeproof.ledger.service import Ledger


def open_ledger(data: Path, *, as_it_stands: bool = False, begins: bool = False) -> "Ledger":
    """The ledger of the instance in `data`, its tables brought up to this program; its evidence
    tables too, unless it is to be looked at `as_it_stands` (a rebuild would mend what `verify` is
    to find).

    Raises Refusal where there is no instance, or its database is lost (one that `begins` has none
    yet), cannot be opened or is a newer program's.
    """
    instance = read_instance(data)
    if not begins and instance.database_url is None and not instance.database_file.is_file():
        raise _unopened(instance, "there is no such file")
    set_up(data)
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise _unopened(instance, str(error).strip().split("\n")[0]) from error
    from changeproof.ledger.service import ledger

    opened = ledger()
    bring_up_to_date(opened)
    if not as_it_stands:
        with progress("Projecting the log") as advance:
            opened.prepare(advance)
        from changeproof.monitor.judging import queue_under_other_checks

        queue_under_other_checks(opened)
    return opened


def _unopened(instance: Instance, why: str) -> Refusal:
    if instance.database_url is None:
        where, cure = str(instance.database_file), "Restore a backup: changeproof restore FILE"
    else:
        where, cure = "PostgreSQL", "See that the server runs and the address is as it was"
    return Refusal("The instance's database was not opened.", where=where, why=why, cure=f"{cure}.")


def set_up(data: Path) -> None:
    """Load the settings for this instance."""
    os.environ["CHANGEPROOF_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changeproof.site.settings")
    import django

    django.setup()
