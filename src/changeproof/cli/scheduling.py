"""schedule, join: what is said of a request after it was made."""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, ChangeName, perform_act
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (schedule, join):
        app.command()(command)


def schedule(
    change: ChangeName,
    begins: Annotated[str, typer.Option("--begins", help="From when: RFC 3339, or a date (UTC).")],
    ends: Annotated[str, typer.Option("--ends", help="Until when.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Set or move the window in which a change is to go live."""
    start, end = read_time(begins) or 0, read_time(ends) or 0

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.requesting import ScheduleChange, Window
        from changeproof.workflow.requesting import schedule as act

        return act(ledger, actor, ScheduleChange(change, Window(start, end)))

    perform_act(data, user, as_json, perform)


def join(
    change: ChangeName,
    work: Annotated[str, typer.Argument(help="A pull request, revision or deployment.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that work belongs to a request which it does not name by itself."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.requesting import LinkWork, link_work

        return link_work(ledger, actor, LinkWork(change, work))

    perform_act(data, user, as_json, perform)
