"""controls diff, propose, adopt: what a draft says otherwise, and how it comes into force."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.adopting import perform_adopting
from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.known_checks import known_checks
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stdout
from changeproof.cli.policy_file import MatrixFile, policy_text

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

WHAT = "The control matrix was not read."


def register(controls: typer.Typer) -> None:
    """Add these to the group `controls`."""
    controls.command("diff")(diff)
    controls.command("propose")(propose)
    controls.command("adopt")(adopt)


def diff(
    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="A controls.yaml.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show what a draft says otherwise than the matrix in force. Writes nothing."""
    with refusals_exit():
        text = policy_text(draft, WHAT)
    with refusals_exit(ExitStatus.FOUND):
        from changeproof.policy.controls import read_controls

        proposed = read_controls(text, str(draft), known_checks(data))
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.controls_read import matrix_of, stretch_now
        from changeproof.ledger.service import now
        from changeproof.policy.controls_difference import controls_differences

        held = matrix_of(stretch_now(ledger.store, now()).row, ledger.text)
        found = controls_differences(held, proposed)
        if as_json:
            for each in found:
                print_json(asdict(each))
        elif not found:
            stdout.print(f"No control differs from version {held.version}.", highlight=False)
        else:
            print_table(
                f"Against version {held.version}, which is in force",
                ("control", "what", "in force", "draft"),
                [
                    (each.control, each.part or each.kind, *map(_plain, (each.before, each.after)))
                    for each in found
                ],
            )


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def propose(
    file: MatrixFile,
    in_force: Annotated[
        str, typer.Option("--in-force", help="From when it counts: RFC 3339, or a date (UTC).")
    ],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put a control matrix forward; a second person adopts it."""
    with refusals_exit():
        text = policy_text(file, WHAT)
        begins = read_time(in_force) or 0

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.controls import ProposeControls, propose_controls

            checks = known_checks(data)
            return propose_controls(ledger, actor, ProposeControls(text, begins, checks, str(file)))

        told = "of the control matrix proposed; another administrator adopts it"
        perform_adopting(data, user, as_json, perform, told)


def adopt(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="A proposed version.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Adopt what somebody else put forward; reports go by it from its time on."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.controls import AdoptControls, adopt_controls

        return adopt_controls(ledger, actor, AdoptControls(version))

    with refusals_exit():
        perform_adopting(data, user, as_json, perform, "of the control matrix adopted")
