"""checks, check: what is judged and how; a company's own checks made and tried."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import counted, print_facts, print_json, print_table, stdout
from changeproof.events.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from changeproof.checks.loader import Check


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(checks)
    app.command()(check)


def checks(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the checks: what each asks."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.checks.loader import load_checks

        loaded = load_checks().checks
        for each in loaded:
            if as_json:
                print_json(_described(each))
        if not as_json:
            rows = [
                [each.id, each.matter.title, each.matter.subject, each.matter.severity]
                for each in loaded
            ]
            print_table(
                counted(len(rows), "check"), ["Check", "What it asks", "Subject", "Severity"], rows
            )


def check(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ID | script ID | new NAME | test [ID]",
            help="Show cc8_1/08_approval; begin a check of your own; try yours on their cases.",
        ),
    ],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show one check: in plain words, how to re-perform it, and its query.

    `check script ID` prints it as a script that the DuckDB shell runs on a snapshot.
    `check new NAME` writes a check of your own with a first case into the folder of the settings;
    `check test` tries your checks on their cases, on both engines.
    """
    with refusals_exit():
        open_ledger(data)
        match words:
            case ["new", name]:
                _new(name)
            case ["test", *names] if len(names) <= 1:
                _test(names[0] if names else None, as_json=as_json)
            case ["script", name]:
                _script(name)
            case [name] if name not in ("new", "script"):
                _show(name, as_json=as_json)
            case _:
                raise WrongUsage(
                    "The command was not understood.",
                    where=f"check {' '.join(words)}",
                    why="it takes an id, `script ID`, `new NAME`, or `test` with at most one id",
                    cure="Such as: changeproof check cc8_1/08_approval, or"
                    " changeproof check new two_reviews",
                )


def _script(name: str) -> None:
    from changeproof.checks.loader import load_checks
    from changeproof.checks.shell_script import shell_script
    from changeproof.ledger.service import now

    print(shell_script(load_checks(), name, now()), end="")


def _show(name: str, *, as_json: bool) -> None:
    from changeproof.checks.loader import load_checks

    found = load_checks().check(name)
    described = _described(found)
    if as_json:
        print_json({**described, "sql": found.sql})
        return
    print_facts({key: _plainly(value) for key, value in described.items()})
    stdout.print()
    stdout.print(found.sql, markup=False, highlight=False, soft_wrap=True)


def _new(name: str) -> None:
    from changeproof.checks.beginning import begin_check

    for path in begin_check(_own_folder(), name):
        stdout.print(f"Wrote {path}", markup=False, highlight=False, soft_wrap=True)
    stdout.print(f"Then: changeproof check test custom/{name.rpartition('/')[2]}", highlight=False)


def _test(name: str | None, *, as_json: bool) -> None:
    from changeproof.checks.beginning import perform_cases
    from changeproof.checks.loader import load_checks

    loaded, folder = load_checks(), _own_folder()
    if name is not None:
        loaded.check(name)
    rows, failed = [], 0
    for outcome in perform_cases(loaded, folder, name):
        failed += bool(outcome.problems)
        if as_json:
            print_json(asdict(outcome))
        rows.append([outcome.check, outcome.case, "; ".join(outcome.problems) or "holds"])
    if not rows:
        raise Refusal(
            "No case was tried.",
            where=str(folder),
            why="there is no NAME.cases.yaml beside a check of yours",
            cure="Begin one with: changeproof check new NAME",
        )
    if not as_json:
        print_table(
            f"{len(rows)} {'case' if len(rows) == 1 else 'cases'},"
            f" {failed} {'fails' if failed == 1 else 'fail'}",
            ["Check", "Case", "On SQLite and DuckDB"],
            rows,
        )
    if failed:
        raise typer.Exit(1)


def _own_folder() -> Path:
    from changeproof.checks.loader import own_checks_folder

    folder = own_checks_folder()
    return folder if folder is not None else Path("checks")


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, (list, tuple)) else str(value)


def _described(check: "Check") -> dict[str, Any]:
    """A check's front matter, as its file states it."""
    return {**asdict(check.matter), "digest": check.digest}
