"""gate: may this go there now? Allow is 0, deny is 1, could not ask is 3: deny by default."""

import os
from typing import Annotated, Any

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, Server, SystemName
from changeproof.cli.output import print_json, stdout


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(gate)


def gate(
    environment: Annotated[str, typer.Option(help="Where it would go.")] = "production",
    artifact: Annotated[str | None, typer.Option(help="A digest, such as sha256:….")] = None,
    revision: Annotated[str | None, typer.Option(help="A full commit hash.")] = None,
    system: SystemName = None,
    data: DataDirectory = DEFAULT_DATA,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Ask whether an artifact or revision may be deployed now, by the same checks."""
    with refusals_exit():
        if artifact is None and revision is None:
            raise typer.BadParameter("name --artifact or --revision")
        asked = {
            "environment": environment,
            "system": system,
            "revision": revision,
            "artifact": artifact,
        }
        answer = _ask_server(server, asked) if server else _ask_here(data, asked)
        if as_json:
            print_json(answer)
        else:
            _show(answer)
        if answer["answer"] != "allow":
            raise typer.Exit(ExitStatus.FOUND)


def _ask_server(server: str, asked: dict[str, str | None]) -> dict[str, Any]:
    from changeproof.cli.remote import Remote

    stated = {name: value for name, value in asked.items() if value is not None}
    answer: dict[str, Any] = Remote(server, os.environ.get("CHANGEPROOF_TOKEN")).post(
        "/api/gate", json=stated
    )
    return answer


def _ask_here(data: DataDirectory, asked: dict[str, Any]) -> dict[str, Any]:
    ledger = open_ledger(data)
    judge_all(ledger)
    from changeproof.accounts.people import operator
    from changeproof.gate.asking import answer_json, ask

    return answer_json(ask(ledger, actor=operator().account, **asked))


def _show(answer: dict[str, Any]) -> None:
    allowed = answer["answer"] == "allow"
    changes = ", ".join(answer["changes"]) or "no known change"
    words = "[green]Allow[/green]" if allowed else "[bold red]Deny[/bold red]"
    stdout.print(f"{words}  {changes}", highlight=False, soft_wrap=True)
    for each in answer["reasons"]:
        stdout.print(
            f"  {each['change']}  {each['check']}: {each['reason']}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        if each.get("cure"):
            stdout.print(f"    Cure: {each['cure']}", highlight=False, markup=False, soft_wrap=True)
