"""mapping: a company's own mapped sources made, tried on their cases and on a payload."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import set_up
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import counted, print_answer, print_json, print_table, stderr, stdout
from changeproof.events.refusal import Refusal

mapping = typer.Typer(help="Sources of your own, as data.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(mapping, name="mapping")


@mapping.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What the kind will be called.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write a mapping with two cases to begin from, into the folder of the settings."""
    with refusals_exit():
        set_up(data)
        from changeproof.sources.mappings.own import begin_mapping

        paths = [str(path) for path in begin_mapping(name)]
        words = "\n".join(f"Wrote {path}" for path in paths)
        print_answer({"mapping": name, "files": paths}, words, as_json=as_json)
        stderr.print(f"Next: changeproof mapping test {name}", highlight=False)


@mapping.command("test")
def try_cases_of(
    name: Annotated[str | None, typer.Argument(help="One mapping; default: all of yours.")] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Try your mappings on their cases."""
    with refusals_exit():
        set_up(data)
        from changeproof.sources.mappings.own import own_mappings, try_cases
        from changeproof.sources.translate import SHIPPED

        found = [each for each in own_mappings(SHIPPED) if name in (None, each.id)]
        tried = list(try_cases(found))
        if not tried:
            raise Refusal(
                "No case was tried.",
                where=name or "your mappings",
                why="there is no NAME.cases.yaml beside a mapping of yours",
                cure="Begin one with: changeproof mapping new NAME",
            )
        for each in tried if as_json else ():
            print_json(asdict(each))
        failed = sum(bool(each.problem) for each in tried)
        if not as_json:
            rows = [[each.mapping, each.case, each.problem or "holds"] for each in tried]
            print_table(
                f"{counted(len(rows), 'case')}, {failed} fail", ["Mapping", "Case", "Became"], rows
            )
        if failed:
            raise typer.Exit(ExitStatus.FOUND)


@mapping.command("try")
def try_one(
    kind: Annotated[str, typer.Argument(help="A kind: yours, or one that ships.")],
    file: Annotated[Path, typer.Argument(help="A payload.")],
    event: Annotated[str | None, typer.Option(help="The event's name, from a header.")] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print the events that a payload would give; nothing is recorded."""
    with refusals_exit():
        set_up(data)
        from changeproof.sources.trying import tried

        try:
            body = file.read_bytes()
        except OSError as error:
            cure = "Name a file that can be read."
            raise Refusal(
                "Nothing was tried.", where=str(file), why=str(error.strerror), cure=cure
            ) from error
        found = tried(kind, body, event)
        for each in found.events:
            print_json(each)
        if found.reason and as_json:
            print_json({"outcome": found.outcome, "reason": found.reason})
        elif found.reason:
            stdout.print(found.reason, highlight=False, soft_wrap=True)
        if found.outcome == "quarantined":
            raise typer.Exit(ExitStatus.FOUND)
