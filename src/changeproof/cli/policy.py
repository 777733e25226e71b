"""policy check, policy show: what a policy file says, and whether it can be adopted."""

from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.options import AsJson
from changeproof.cli.output import print_facts, print_json, stderr, stdout
from changeproof.events.refusal import Refusal

policy = typer.Typer(help="What the company requires.", no_args_is_help=True)

PolicyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A policy.yaml.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(policy, name="policy")


@policy.command("check")
def check(file: PolicyFile, as_json: AsJson = False) -> None:
    """Say every mistake in a policy, with its line and cure."""
    with refusals_exit():
        from changeproof.policy.reading import policy_refusals

        found: tuple[Refusal, ...]
        try:
            found = policy_refusals(_text(file), str(file))
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
            stdout.print(f"{file}: a sound policy.", highlight=False, soft_wrap=True)


@policy.command("show")
def show(file: PolicyFile, as_json: AsJson = False) -> None:
    """Say in plain words what a policy asks."""
    with refusals_exit():
        text = _text(file)
    with refusals_exit(ExitStatus.FOUND):
        from changeproof.policy.explain import describe
        from changeproof.policy.reading import read_policy

        described = describe(read_policy(text, str(file)))
        if as_json:
            for title, sentence in described:
                print_json({"title": title, "sentence": sentence})
        else:
            print_facts(dict(described))


class NoText(Refusal):
    """The file is there, and is no text."""


def _text(file: Path) -> str:
    what, cure = "The policy was not read.", "Name a policy.yaml."
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeError as error:
        why = "it is no text in UTF-8; a policy is a YAML file that people read"
        raise NoText(what, where=str(file), why=why, cure=cure) from error
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise Refusal(what, where=str(file), why=why, cure=cure) from error
