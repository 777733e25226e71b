"""policy check, show, schema: what a policy file says, and whether it can be adopted."""

import json

import typer

from changeproof.cli import policy_acts
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.options import AsJson
from changeproof.cli.output import print_facts, print_json, stderr, stdout
from changeproof.cli.policy_file import NoText, PolicyFile, policy_text
from changeproof.events.refusal import Refusal

policy = typer.Typer(help="What the company requires.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    policy_acts.register(policy)
    app.add_typer(policy, name="policy")


@policy.command("check")
def check(file: PolicyFile, as_json: AsJson = False) -> None:
    """Say every mistake in a policy, with its line and cure."""
    with refusals_exit():
        from changeproof.policy.reading import policy_refusals

        found: tuple[Refusal, ...]
        try:
            found = policy_refusals(policy_text(file), str(file))
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
        text = policy_text(file)
    with refusals_exit(ExitStatus.FOUND):
        from changeproof.policy.explain import describe
        from changeproof.policy.reading import read_policy

        described = describe(read_policy(text, str(file)))
        if as_json:
            for title, sentence in described:
                print_json({"title": title, "sentence": sentence})
        else:
            print_facts(dict(described))


@policy.command("schema")
def schema() -> None:
    """Print the JSON Schema of a policy, for editors."""
    from changeproof.policy.json_schema import policy_json_schema

    typer.echo(json.dumps(policy_json_schema(), indent=2))
