"""controls check, show, write: what the company's control matrix says, and what was found."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli import controls_acts
from changeproof.cli.controls_beside import left_beside
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.known_checks import known_checks
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_answer, print_json, print_table, stderr, stdout
from changeproof.cli.policy_file import MatrixFile, NoText, policy_text
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.controls_read import CheckFigures, ControlFigures, Stretch
    from changeproof.ledger.service import Ledger

controls = typer.Typer(
    help="The company's measures, and the checks that test them.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    controls_acts.register(controls)
    app.add_typer(controls, name="controls")


@controls.command("check")
def check(file: MatrixFile, data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say every mistake in a control matrix, with its line and cure."""
    with refusals_exit():
        from changeproof.policy.controls import controls_refusals

        found: tuple[Refusal, ...]
        try:
            text = policy_text(file, controls_acts.WHAT)
            found = controls_refusals(text, str(file), known_checks(data))
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
def show(
    version: Annotated[
        int | None, typer.Option("--version", help="One that was in force; default: now.")
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show the controls in force, their checks, and what these found meanwhile."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.controls_read import control_figures, matrix_of
        from changeproof.ledger.service import now
        from changeproof.verifier.tabular import utc

        moment = now()
        stretch = _stretch(ledger, moment, version)
        matrix = matrix_of(stretch.row, ledger.text)
        day = utc(min(stretch.ends, moment))[:10]
        figures = control_figures(ledger.store, matrix, stretch, day)
        if as_json:
            for each in figures:
                print_json({"version": matrix.version, **_described(each)})
            return
        since = utc(stretch.begins) if stretch.begins else "always (initial)"
        until = "" if stretch.ends > moment else f" until {utc(stretch.ends)}"
        print_table(
            f"Control matrix, version {matrix.version}, in force since {since}{until}:"
            f" {len(figures)} controls",
            ("control", "owner", "check", "found", "supports"),
            [row for each in figures for row in _rows(each)],
        )
        if left_beside(ledger):
            stderr.print(left_beside(ledger), markup=False, highlight=False, soft_wrap=True)


def _stretch(ledger: "Ledger", moment: int, version: int | None) -> "Stretch":
    """When a version was in force; without one, that of now. Raises Refusal for one never so."""
    from changeproof.ledger.controls_read import controls_stretches, stretch_now

    if version is None:
        return stretch_now(ledger.store, moment)
    known = controls_stretches(ledger.store, 0, moment + 1)
    for stretch in known:
        if stretch.row.controls_version == version:
            return stretch
    names = ", ".join(str(each.row.controls_version) for each in known) or "none"
    raise Refusal(
        controls_acts.WHAT,
        where=f"version {version}",
        why="it has not been in force",
        cure=f"Name one that was: {names}.",
    )


@controls.command("write")
def write(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write the matrix in force into a new file, to be edited."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.controls_read import matrix_of, stretch_now
        from changeproof.ledger.service import now

        row = stretch_now(ledger.store, now()).row
        matrix_of(row, ledger.text)
        try:
            with file.open("x", encoding="utf-8") as written:
                written.write((ledger.text(row.controls) or "").rstrip("\n") + "\n")
        except OSError as error:
            raise Refusal(
                "The control matrix was not written.",
                where=str(file),
                why=(error.strerror or "it cannot be written").lower(),
                cure="Name a file that is not there yet, in a directory that is.",
            ) from error
        told = f"{file}: raise its version above {row.controls_version}, edit it, then propose it."
        known = {"file": str(file), "controls_version": row.controls_version}
        print_answer(known, told, as_json=as_json)


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
