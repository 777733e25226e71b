"""demonstration: make and fill the instance that `make run` serves."""

import os
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.exits import refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import AsJson, DataDirectory
from changeproof.cli.output import print_json, progress, stderr
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

DEFAULT_DEMONSTRATION = Path("var/demo")
OWN_SYSTEM = "changeproof"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(hidden=True)(demonstration)


def demonstration(
    end: Annotated[str | None, typer.Option(help="The story's last day; default: yesterday.")] = (
        None
    ),
    serve: Annotated[bool, typer.Option("--serve", help="Then serve it.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8000,
    data: DataDirectory = DEFAULT_DEMONSTRATION,
    as_json: AsJson = False,
) -> None:
    """Make a demonstration instance and tell it a company's year; twice is harmless."""
    with refusals_exit():
        from changeproof.cli.instance import make_instance

        make_instance(data, "standard", None, demonstration=True)
        ledger = open_ledger(data)
        from changeproof.demonstration.filling import fill

        with progress("Telling a company's year") as advance:
            told = fill(ledger, advance, date.fromisoformat(end) if end else None)
        _own_history(ledger)
        judge_all(ledger)
        if as_json:
            print_json({"data": str(data), "entries": ledger.log.size()})
        elif told:
            stderr.print(f"Demonstration data is in {data}.", soft_wrap=True)
        if serve:
            from changeproof.cli.serving import run_server

            run_server(ledger, port, as_json=as_json)


def _own_history(ledger: "Ledger") -> None:
    """This project's own commits, where it stands in a checkout of its own."""
    checkout = _checkout()
    if checkout is None:
        stderr.print(
            "This project's own history is left out: it does not run from a git checkout.",
            soft_wrap=True,
        )
        return
    from changeproof.intake.git import import_git

    try:
        with progress("Reading this project's own history") as advance:
            import_git(ledger, str(checkout), OWN_SYSTEM, None, advance)
    except Refusal as refusal:
        stderr.print("This project's own history is left out.", soft_wrap=True)
        stderr.print(str(refusal), markup=False, highlight=False, soft_wrap=True)


def _checkout() -> Path | None:
    """The checkout that this code stands in: `src/changeproof` below a `.git`."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists() or not (root / "src" / "changeproof").is_dir():
        return None
    try:
        subprocess.run(
            ["git", "--version"],  # noqa: S607 - whichever git the person uses
            check=True,
            capture_output=True,
            env=os.environ,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return root
