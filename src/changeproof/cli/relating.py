"""relate, cancel, reopen, split, merge: what becomes of changes among each other."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from changeproof.cli.desk import Actor, ChangeName, Reason, perform_act
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done
    from changeproof.workflow.relating import Link

_LINKS = ("causes", "blocks", "relates", "reverts")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (relate, cancel, reopen, split, merge):
        app.command()(command)


def relate(
    change: ChangeName,
    relation: Annotated[str, typer.Argument(help="causes, blocks, relates or reverts.")],
    other: Annotated[str, typer.Argument(help="The other change.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say how a change stands to another."""
    if relation not in _LINKS:
        raise typer.BadParameter(f'"{relation}" is not one of: {", ".join(_LINKS)}')

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.relating import RelateChanges
        from changeproof.workflow.relating import relate as act

        return act(ledger, actor, RelateChanges(change, other, cast("Link", relation), reason))

    perform_act(data, user, as_json, perform)


def cancel(
    change: ChangeName,
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that a change will not be done."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.relating import CancelChange
        from changeproof.workflow.relating import cancel as act

        return act(ledger, actor, CancelChange(change, reason))

    perform_act(data, user, as_json, perform)


def reopen(
    change: ChangeName,
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open a cancelled or rejected change again."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.relating import ReopenChange
        from changeproof.workflow.relating import reopen as act

        return act(ledger, actor, ReopenChange(change, reason))

    perform_act(data, user, as_json, perform)


def split(
    change: ChangeName,
    title: Annotated[str, typer.Argument(help="The part, in one line.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Request a part of a change by itself; prints its id."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.relating import SplitChange
        from changeproof.workflow.relating import split as act

        return act(ledger, actor, SplitChange(change, title, reason))

    perform_act(data, user, as_json, perform)


def merge(
    change: ChangeName,
    into: Annotated[str, typer.Argument(help="The change that goes on.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Cancel a duplicate in favour of another change."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.relating import MergeDuplicate
        from changeproof.workflow.relating import merge as act

        return act(ledger, actor, MergeDuplicate(change, into, reason))

    perform_act(data, user, as_json, perform)
