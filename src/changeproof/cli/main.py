"""The `changeproof` command: one line a command, grouped as people look for them."""

import gc

import typer

from changeproof import __version__
from changeproof.cli import (
    audit,
    changes,
    demonstration,
    desk,
    gate,
    instance,
    log,
    people,
    policy,
    sources,
)
from changeproof.cli.output import stdout

app = typer.Typer(
    name="changeproof",
    help="Every change to production on record, judged against CC8.1, and provable.",
    no_args_is_help=True,
    add_completion=False,
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


for room in (instance, sources, changes, desk, gate, log, audit, people, policy, demonstration):
    room.register(app)


def main() -> None:
    """The entry point that the wheel installs."""
    _collect_seldom()
    app()


def _collect_seldom() -> None:
    """Rows come by the ten thousand and form no cycles: looking for some in them every 700
    allocations takes a tenth of an import. What the imports made stays anyway."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
