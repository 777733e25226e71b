"""The options that many commands share, spelled once."""

from pathlib import Path
from typing import Annotated

import typer

from changeproof.events.moments import read_moment
from changeproof.events.refusal import WrongUsage

DEFAULT_DATA = Path("var/own")

DataDirectory = Annotated[
    Path,
    typer.Option("--data", envvar="CHANGEPROOF_DATA", help="The instance's directory."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="RFC 3339 time, or a date for 00:00 UTC; default: now."),
]
Server = Annotated[
    str | None,
    typer.Option("--server", envvar="CHANGEPROOF_SERVER", help="Ask a server instead."),
]
SystemName = Annotated[str | None, typer.Option("--system", help="Only this system.")]


def read_time(text: str | None) -> int | None:
    """UTC microseconds; null for none. Raises typer.BadParameter for what is no time."""
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def needed(value: str | None, what: str, cure: str) -> str:
    """`value`, or a refusal naming what is missing."""
    if not value:
        raise WrongUsage(f"{what} is missing.", where=what, why="the command needs it", cure=cure)
    return value
