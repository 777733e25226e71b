"""together: one decision on several changes, each recorded or refused by itself."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, named, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_answer

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.together import Outcome


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(together)


def together(
    act: Annotated[str, typer.Argument(help="approve, authorize or resolve (adopt late).")],
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="CHANGE…",
            help="To approve, each with the digest that was looked at: CHANGE@DIGEST.",
        ),
    ],
    reason: Annotated[str | None, typer.Option(help="One that holds for all.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Decide on several changes; ends with 1 where one of them was refused."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.workflow.recording import door
        from changeproof.workflow.together import ACTS, Chosen, decide_together

        wanted = next((each for each in ACTS if each == act), None)
        if wanted is None:
            raise typer.BadParameter(f'"{act}" is none of: {", ".join(ACTS)}')
        door.set("cli")
        parts = [each.partition("@") for each in changes]
        chosen = [Chosen(name, seen or None) for name, _, seen in parts]
        outcomes = decide_together(ledger, user_named(user).account, wanted, chosen, reason)
        judge_all(ledger)
        tell_outcomes(outcomes, as_json)


def perform_several(
    data: Path,
    user: str,
    as_json: bool,
    perform: Callable[["Ledger", str], "Sequence[Outcome]"],
) -> None:
    """Do one act to several in the name of `user`, judge what it touched, and tell what came of
    each."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.workflow.recording import door

        door.set("cli")
        outcomes = perform(ledger, user_named(user).account)
        judge_all(ledger)
        tell_outcomes(outcomes, as_json)


def tell_outcomes(outcomes: "Sequence[Outcome]", as_json: bool) -> None:
    """One line each; ends with 1 where one of them was refused."""
    for each in outcomes:
        told = {
            "change": each.change,
            "entry": each.done.entry if each.done is not None else None,
            "name": each.done.name if each.done is not None else None,
            "why": each.why,
            "cure": each.cure,
        }
        words = named(f"{each.change}: not recorded; {each.why}. {each.cure}")
        if each.done is not None:
            name = each.done.name if each.done.name != each.change else ""
            words = f"{each.change}: {name} entry {each.done.entry:,}".replace("  ", " ")
        print_answer(told, words, as_json=as_json)
    if any(each.done is None for each in outcomes):
        raise typer.Exit(ExitStatus.FOUND)
