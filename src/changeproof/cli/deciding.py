"""comment, withdraw: what goes with decisions."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from changeproof.cli.desk import Actor, ChangeName, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (comment, withdraw):
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

    with refusals_exit():
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

    with refusals_exit():
        perform_act(data, user, as_json, perform)
