"""Judge what waits before a command ends, and show how far it is."""

from typing import TYPE_CHECKING

from changeproof.cli.output import progress

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger


def judge_all(ledger: "Ledger") -> int:
    """Do what a server does now and then, and empty the queue: tie what ties itself, request the
    patches that are due, look how settings stand. How many subjects were judged."""
    from changeproof.ledger.service import now
    from changeproof.monitor.context_due import sweep_context
    from changeproof.monitor.judging import judge_waiting, sweep
    from changeproof.monitor.patch_requests import request_patches
    from changeproof.monitor.remedies import tie_remedies
    from changeproof.monitor.settings_seen import observe_settings

    sweep(ledger, now())
    sweep_context(ledger, now())
    tie_remedies(ledger)
    request_patches(ledger, now())
    observe_settings(ledger, now())
    with progress("Judging") as advance:
        advance(0, ledger.waiting())
        judged = judge_waiting(ledger, on_progress=advance)
        # What could not be said before the change was judged that brought it.
        if observe_settings(ledger, now()):
            judged += judge_waiting(ledger, on_progress=advance)
        return judged
