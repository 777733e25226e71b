"""What `doctor` looks at."""

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from changeproof import __version__
from changeproof.cli.controls_beside import left_beside
from changeproof.cli.output import counted

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing, whether it is sound, and in words. `sound` is None where there is nothing yet
    that could be."""

    what: str
    sound: bool | None
    detail: str


def diagnose(ledger: "Ledger") -> list[Diagnosis]:
    """Everything that can be said without changing anything."""
    return [
        Diagnosis("Version", True, __version__),
        _keys(ledger),
        _log(ledger),
        _schema(ledger),
        _queue(ledger),
        *_sources(ledger),
        _alerts(),
        *_controls(ledger),
    ]


def _keys(ledger: "Ledger") -> Diagnosis:
    from changeproof.ledger.instance import DESCRIPTION

    instance = ledger.instance
    directory = instance.log_key_file.parent
    held = [instance.directory / DESCRIPTION]  # it may name a database with its password
    held += [instance.database_file] if instance.database_url is None else []
    open_to_others = [
        file.name
        for file in [*sorted(directory.iterdir()), *held]
        if stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    if open_to_others:
        names = ", ".join(open_to_others)
        return Diagnosis("Keys", False, f"{names}: others may read them; chmod 600 them")
    return Diagnosis("Keys", True, f"{directory}: readable by their owner alone")


def _log(ledger: "Ledger") -> Diagnosis:
    head = ledger.log.head()
    return Diagnosis(
        "Log", True, f"{counted(head.size, 'entry', 'entries')}, root {head.root.hex()[:12]}"
    )


def _schema(ledger: "Ledger") -> Diagnosis:
    from changeproof.ledger.schema import schema_digest

    sound = ledger.state("schema") == schema_digest()
    return Diagnosis("Evidence", sound, "tables are current" if sound else "tables are another's")


def _queue(ledger: "Ledger") -> Diagnosis:
    waiting = ledger.waiting()
    aside = ledger.set_aside()
    if aside:
        return Diagnosis("Judged", False, f"a check fails on {len(aside)} subjects: {aside[0]}")
    if not waiting:
        return Diagnosis("Judged", True, "everything is judged")
    return Diagnosis(
        "Judged",
        False,
        f"{counted(waiting, 'subject waits', 'subjects wait')}; run: changeproof serve",
    )


def _sources(ledger: "Ledger") -> list[Diagnosis]:
    from changeproof.ledger.receipts import QuarantinedDelivery, ReplayedDelivery

    replayed = {row.delivery for row in ledger.store.all(ReplayedDelivery)}
    held = [row for row in ledger.store.all(QuarantinedDelivery) if row.delivery not in replayed]
    if not held:
        return [Diagnosis("Quarantine", True, "empty")]
    return [
        Diagnosis(
            "Quarantine",
            False,
            f"{counted(len(held), 'delivery', 'deliveries')} could not be read: see Sources",
        )
    ]


def _alerts() -> Diagnosis:
    from changeproof.alerts.health import read_health

    health = read_health()
    if health.alarm:
        return Diagnosis("Alerts", False, f"{health.alarm} See: changeproof alerts list")
    if not health.channels:
        return Diagnosis("Alerts", None, "nobody is told yet: changeproof connect alerts")
    told = counted(health.channels, "channel is told", "channels are told")
    return Diagnosis("Alerts", True, told)


def _controls(ledger: "Ledger") -> list[Diagnosis]:
    beside = left_beside(ledger)
    return [Diagnosis("Controls", False, beside)] if beside else []
