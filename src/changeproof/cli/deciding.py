"""comment, withdraw, away, back: what goes with decisions."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from changeproof.cli.desk import Actor, ChangeName, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (comment, withdraw, away, back):
        app.command()(command)


def comment(
    change: ChangeName,
    text: Annotated[str, typer.Argument(help="What you say; it decides nothing.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say something about a change."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.withdrawing import CommentChange
        from changeproof.workflow.withdrawing import comment as act

        return act(ledger, actor, CommentChange(change, text))

    perform_act(data, user, as_json, perform)


def withdraw(
    change: ChangeName,
    reason: Reason,
    authorization: Annotated[
        bool, typer.Option("--authorization", help="That work may begin, not the approval.")
    ] = False,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take back your own yes or no; what went live before stays judged by it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.withdrawing import WithdrawDecision
        from changeproof.workflow.withdrawing import withdraw as act

        kind: Literal["authorization", "approval"] = (
            "authorization" if authorization else "approval"
        )
        return act(ledger, actor, WithdrawDecision(change, kind, reason))

    perform_act(data, user, as_json, perform)


def away(
    until: Annotated[str, typer.Option(help="Until when.")],
    begins: Annotated[str | None, typer.Option("--from", help="From when; default: now.")] = None,
    deputy: Annotated[
        str | None, typer.Option(help="Who decides meanwhile: an e-mail address or account.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; everybody can read it.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that you are away, and who decides for you meanwhile; prints the absence's name."""
    with refusals_exit():
        start, end = read_time(begins), read_time(until)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.accounts.people import user_named
            from changeproof.ledger.service import now
            from changeproof.workflow.absences import StateAbsence, state_absence
            from changeproof.workflow.requesting import Window

            window = Window(now() if start is None else start, end or 0)
            named = user_named(deputy).account if deputy else None
            return state_absence(ledger, actor, StateAbsence(window, named, reason))

        perform_act(data, user, as_json, perform)


def back(
    absence: Annotated[str, typer.Argument(metavar="ABSENCE", help="Such as ABS-2026-0001.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that you are back before the end that you had stated."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.absences import EndAbsence, end_absence

        return end_absence(ledger, actor, EndAbsence(absence))

    perform_act(data, user, as_json, perform)
