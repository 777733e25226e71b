"""policy check, show, schema: what a policy file says, and whether it can be adopted."""

import json
from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli import policy_acts
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.known_checks import known_checks
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_facts, print_json, stderr, stdout
from changeproof.cli.policy_file import NoText, PolicyFile, policy_text
from changeproof.events.refusal import Refusal

policy = typer.Typer(help="What the company requires.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    policy_acts.register(policy)
    app.add_typer(policy, name="policy")


@policy.command("check")
def check(file: PolicyFile, data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say every mistake in a policy, with its line and cure."""
    with refusals_exit():
        from changeproof.policy.reading import policy_refusals

        found: tuple[Refusal, ...]
        try:
            found = policy_refusals(policy_text(file), str(file), known_checks(data))
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
def show(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A policy.yaml; default: in force now.")
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say in plain words what a policy asks."""
    with refusals_exit():
        text = policy_text(file) if file is not None else _in_force(data)
    with refusals_exit(ExitStatus.FOUND):
        from changeproof.policy.explain import describe
        from changeproof.policy.reading import read_policy

        described = describe(read_policy(text, str(file or "policy.yaml")))
        if as_json:
            for title, sentence in described:
                print_json({"title": title, "sentence": sentence})
        else:
            print_facts(dict(described))


def _in_force(data: Path) -> str:
    """The text of the policy that judges now. Raises Refusal where there is none."""
    ledger = open_ledger(data)
    from changeproof.ledger.policy_read import in_force_at
    from changeproof.ledger.service import now

    row = in_force_at(ledger.store, now())
    text = ledger.text(row.policy) if row is not None else None
    if text is None:
        raise Refusal(
            "The policy was not shown.",
            where=str(data),
            why="none is in force, or its text is no longer kept",
            cure="Show a file: changeproof policy show FILE",
        )
    return text


@policy.command("schema")
def schema(as_json: AsJson = False) -> None:
    """Print the JSON Schema of a policy, for editors."""
    from changeproof.policy.json_schema import policy_json_schema

    if as_json:
        print_json(policy_json_schema())
    else:
        typer.echo(json.dumps(policy_json_schema(), indent=2))
