"""Judge what waits before a command ends, and show how far it is."""

from typing import TYPE_CHECKING

from changeproof.cli.output import progress

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger


def judge_all(ledger: "Ledger") -> int:
    """Tie what ties itself and empty the queue; how many subjects were judged."""
    from changeproof.monitor.judging import judge_waiting
    from changeproof.monitor.remedies import tie_remedies

    tie_remedies(ledger)
    with progress("Judging") as advance:
        advance(0, ledger.waiting())
        return judge_waiting(ledger, on_progress=advance)
