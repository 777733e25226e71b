"""controls check, show, write: the company's control matrix."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr, stdout
from changeproof.cli.policy_file import NoText, policy_text
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.controls_read import CheckFigures, ControlFigures

controls = typer.Typer(
    help="The company's measures, and the checks that test them.", no_args_is_help=True
)

MatrixFile = Annotated[Path, typer.Argument(metavar="FILE", help="A controls.yaml.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(controls, name="controls")


@controls.command("check")
def check(file: MatrixFile, as_json: AsJson = False) -> None:
    """Say every mistake in a control matrix, with its line and cure."""
    with refusals_exit():
        from changeproof.checks.loader import load_checks
        from changeproof.policy.controls import controls_refusals

        found: tuple[Refusal, ...]
        try:
            known = [each.id for each in load_checks().checks]
            found = controls_refusals(policy_text(file), str(file), known)
        except NoText as refusal:
            found = (refusal,)
        for each in found:
            if as_json:
                print_json(
                    {"what": each.what, "where": each.where, "why": each.why, "cure": each.cure}
                )
            else:
                stderr.print(str(each), markup=False, highlight=False, soft_wrap=True)
        if found:
            raise typer.Exit(ExitStatus.FOUND)
        if not as_json:
            stdout.print(f"{file}: a sound control matrix.", highlight=False, soft_wrap=True)


@controls.command("show")
def show(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show the controls, their checks, and what these found."""
    with refusals_exit():
        ledger = open_ledger(data)
        from datetime import UTC, datetime

        from changeproof.ledger.controls_read import control_figures, control_matrix

        matrix, own = control_matrix(ledger.instance)
        day = datetime.now(UTC).date().isoformat()
        figures = control_figures(ledger.store, matrix, day)
        if as_json:
            for each in figures:
                print_json(_described(each))
        else:
            whose = "The company's own matrix" if own else "The shipped matrix"
            print_table(
                f"{whose}, version {matrix.version}: {len(figures)} controls",
                ("control", "owner", "check", "found", "supports"),
                [row for each in figures for row in _rows(each)],
            )


@controls.command("write")
def write(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to.")],
) -> None:
    """Write the shipped matrix into a new file, to be edited."""
    with refusals_exit():
        from changeproof.policy.controls import controls_text

        try:
            with file.open("x", encoding="utf-8") as written:
                written.write(controls_text())
        except OSError as error:
            raise Refusal(
                "The control matrix was not written.",
                where=str(file),
                why=(error.strerror or "it cannot be written").lower(),
                cure="Name a file that is not there yet, in a directory that is.",
            ) from error
        stdout.print(f"{file}: edit it, then put it into the instance's directory.", soft_wrap=True)


def _rows(each: "ControlFigures") -> list[tuple[str, ...]]:
    first = (each.control.id, each.control.owner + ("" if each.stands else " (not in force)"))
    return [
        (*(first if number == 0 else ("", "")), figures.check, _found(figures), _supports(figures))
        for number, figures in enumerate(each.checks)
    ]


def _found(figures: "CheckFigures") -> str:
    told = [
        f"{number:,} {verdict.replace('_', ' ')}"
        for verdict, number in sorted(figures.verdicts.items())
    ]
    return ", ".join(told) or "nothing judged"


def _supports(figures: "CheckFigures") -> str:
    return "; ".join(f"{title} {', '.join(ids)}" for title, ids in figures.supports.items())


def _described(each: "ControlFigures") -> dict[str, object]:
    return {
        **each.control.model_dump(mode="json"),
        "stands": each.stands,
        "checks": [
            {
                "check": figures.check,
                "verdicts": dict(figures.verdicts),
                "not_direct": figures.not_direct,
                "supports": {title: list(ids) for title, ids in figures.supports.items()},
            }
            for figures in each.checks
        ],
    }
