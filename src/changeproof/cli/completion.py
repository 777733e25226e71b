"""completion: what teaches a shell the commands and options."""

from enum import StrEnum
from typing import Annotated

import typer

from changeproof.cli.options import AsJson
from changeproof.cli.output import print_json, stderr

PROGRAM = "changeproof"


class Shell(StrEnum):
    """The shells that can be taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


_KEPT_IN = {
    Shell.BASH: f"~/.local/share/bash-completion/completions/{PROGRAM}",
    Shell.ZSH: f"a directory of $fpath, as _{PROGRAM}",
    Shell.FISH: f"~/.config/fish/completions/{PROGRAM}.fish",
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(completion)


def completion(
    shell: Annotated[Shell, typer.Argument(help="bash, zsh or fish.")],
    as_json: AsJson = False,
) -> None:
    """Print the script that teaches your shell the commands and options."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(
        prog_name=PROGRAM, complete_var=f"_{PROGRAM.upper()}_COMPLETE", shell=shell.value
    )
    if as_json:
        print_json({"shell": shell.value, "script": script})
        return
    typer.echo(script)
    stderr.print(f"Keep it in {_KEPT_IN[shell]}", highlight=False, soft_wrap=True)
