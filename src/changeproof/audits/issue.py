"""Issuing a pack: write it, then put on record that it was."""

from pathlib import Path

from changeproof.audits.pack import SOURCE, Pack, write_pack
from changeproof.ledger.service import Ledger, now
from changeproof.log.database import Database
from changeproof.verifier.composition import Progress


def issue_pack(
    ledger: Ledger,
    period_from: int,
    period_until: int,
    file: Path,
    on_progress: Progress | None = None,
    *,
    actor: str | None = None,
    as_of: int | None = None,
    database: Database | None = None,
) -> Pack:
    """Write the pack of a period as of now (or `as_of`), and append `PackIssued`.

    `actor` is who asked for it, where somebody signed in did; `database` is a view to read from
    in place of one opened for the purpose. Raises Refusal as `write_pack`.
    """

    moment = now()
    judged_at = moment if as_of is None else as_of
    pack = write_pack(
        ledger.instance,
        period_from,
        period_until,
        file,
        judged_at,
        database=database,
        on_progress=on_progress,
    )
    ledger.record_events([pack.event(actor, moment)], collector=SOURCE)
    return pack
