"""steps plan, report, decide, show: what people carry out by hand, step by step."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor, ChangeName, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="The steps of a change that people carry out.")
StepNumber = Annotated[int, typer.Argument(metavar="STEP", help="Its number, from 1 on.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="steps")


@group.command()
def plan(
    change: ChangeName,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", exists=True, dir_okay=False)
    ] = None,
    document: Annotated[
        str | None, typer.Option(help="Those of this document in force, instead of a file.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say by which steps a change is carried out, a line each."""
    if (file is None) == (document is None):
        raise typer.BadParameter("name a FILE or a --document, one of the two")
    try:
        text = file.read_text("utf-8") if file is not None else ""
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is no text in UTF-8") from error

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.steps import PlanSteps, plan_steps

        return plan_steps(ledger, actor, PlanSteps(change, text, document))

    perform_act(data, user, as_json, perform)


@group.command()
def report(
    change: ChangeName,
    step: StepNumber,
    outcome: Annotated[str, typer.Argument(help="done, failed or skipped.")],
    reason: Annotated[str | None, typer.Option(help="What happened; why it is left out.")] = None,
    link: Annotated[str | None, typer.Option(help="An address that shows it.")] = None,
    attachment: Annotated[str | None, typer.Option(help="A file beside it, by digest.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say how the next step went."""
    if outcome not in ("done", "failed", "skipped"):
        raise typer.BadParameter(f'"{outcome}" is not one of: done, failed, skipped')
    stated: dict[str, Any] = {"outcome": outcome, "reason": reason, "link": link}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.steps import ReportStep, report_step

        command = ReportStep(change, step, attachment=attachment, **stated)
        return report_step(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command()
def decide(
    change: ChangeName,
    step: StepNumber,
    decision: Annotated[str, typer.Argument(help="go_on or back_out.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """After a step failed: go on, or back out."""
    if decision not in ("go_on", "back_out"):
        raise typer.BadParameter(f'"{decision}" is not one of: go_on, back_out')
    stated: dict[str, Any] = {"decision": decision}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.steps import DecideFailure, decide_failure

        return decide_failure(ledger, actor, DecideFailure(change, step, reason=reason, **stated))

    perform_act(data, user, as_json, perform)


@group.command()
def show(change: ChangeName, data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """How far its steps came."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.steps_read import steps_of
        from changeproof.workflow.naming import find_change

        standing = steps_of(ledger.store, find_change(ledger, change))
        if standing is None:
            stderr.print("No steps of it are planned.")
            return
        text = ledger.text(standing.plan.text)
        lines = text.split("\n") if text is not None else ["(no longer kept)"] * len(standing.steps)
        rows = [
            (step.number, line, step.outcome)
            for step, line in zip(standing.steps, lines, strict=True)
        ]
        if as_json:
            for number, line, outcome in rows:
                print_json({"step": number, "text": line, "outcome": outcome})
            return
        title = f"Step {standing.current} comes next" if standing.current else "None comes next"
        print_table(title, ("Step", "What", "Outcome"), [(str(n), t, o) for n, t, o in rows])
