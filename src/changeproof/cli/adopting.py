"""Proposing and adopting by command, alike for the policy and the control matrix."""

from pathlib import Path
from typing import TYPE_CHECKING

from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.output import print_json, stdout

if TYPE_CHECKING:
    from collections.abc import Callable

    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done


def perform_adopting(
    data: Path,
    user: str,
    as_json: bool,
    perform: "Callable[[Ledger, str], Done]",
    what: str,
) -> None:
    """One act of one administrator, told in a line. Raises what the act raises."""
    ledger = open_ledger(data)
    from changeproof.accounts.people import user_named
    from changeproof.workflow.recording import door

    door.set("cli")
    done = perform(ledger, user_named(user).account)
    judge_all(ledger)
    if as_json:
        told = {"name": done.name, "event": done.event, "entry": done.entry}
        print_json({**told, "occurred_at": done.occurred_at})
    else:
        stdout.print(f"{done.name[:1].upper()}{done.name[1:]} {what}.", highlight=False)
