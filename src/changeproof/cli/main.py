"""The `changeproof` command: one line a command, grouped as people look for them."""

import gc
import sys
from typing import Any

import typer
from typer.exceptions import TyperException

from changeproof import __version__
from changeproof.cli import (
    access,
    alerts,
    assessing,
    audit,
    baselines,
    boards,
    break_glass,
    cases,
    changes,
    checks,
    completion,
    controls,
    deciding,
    demonstration,
    desk,
    documents,
    gate,
    group_roles,
    incidents,
    instance,
    log,
    mappings,
    oversight,
    people,
    policy,
    reconciling,
    relating,
    scheduling,
    searching,
    seats,
    sources,
    spooling,
    steps,
    systems,
    together,
    vulnerabilities,
    waivers,
)
from changeproof.cli.output import stderr, stdout
from changeproof.events.refusal import WrongUsage

app = typer.Typer(
    name="changeproof",
    help="Every change to production on record, judged against CC8.1, and provable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        stdout.print(__version__, highlight=False)
        raise typer.Exit


for room in (
    instance,
    sources,
    spooling,
    mappings,
    changes,
    searching,
    checks,
    desk,
    assessing,
    relating,
    scheduling,
    deciding,
    together,
    boards,
    waivers,
    oversight,
    incidents,
    vulnerabilities,
    baselines,
    systems,
    cases,
    access,
    documents,
    seats,
    steps,
    gate,
    log,
    audit,
    people,
    group_roles,
    break_glass,
    alerts,
    policy,
    reconciling,
    controls,
    completion,
    demonstration,
):
    room.register(app)


def main() -> None:
    """The entry point that the wheel installs; wrong usage is said in four parts as well."""
    _collect_seldom()
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(130)  # as a shell says of Ctrl-C
    except TyperException as error:
        sys.exit(_wrong_usage(error))
    sys.exit(status if isinstance(status, int) else 0)


def _wrong_usage(error: Any) -> int:
    """Print what was wrong with the words typed; the status to leave with."""
    asked = error.ctx.command_path if getattr(error, "ctx", None) is not None else "changeproof"
    if type(error).__name__ == "NoArgsIsHelpError":  # a group alone: its help is the answer
        error.show()
    else:
        why = error.format_message().rstrip(".")
        refusal = WrongUsage(
            "The command was not understood.",
            where=asked,
            why=why[:1].lower() + why[1:],
            cure=f"See how it is written: {asked} --help",
        )
        stderr.print(str(refusal), markup=False, highlight=False, soft_wrap=True)
    return int(error.exit_code)


def _collect_seldom() -> None:
    """Rows come by the ten thousand and form no cycles: looking for some in them every 700
    allocations takes a tenth of an import. What the imports made stays anyway."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
