"""gate: may this go there now? Allow is 0, deny is 1, could not ask is 3: deny by default.

hand-off: what a pipeline needs so that it can ask.
"""

import os
from typing import Annotated, Any

import typer

from changeproof.cli.desk import ChangeName
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, Server, SystemName
from changeproof.cli.output import print_json, stderr, stdout


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(gate)
    app.command("hand-off")(hand_off)


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


def hand_off(
    change: ChangeName,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """What the pipelines of an approved change need: each piece of its work, and what to write into
    which pipeline's file."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.alerts.links import server_url
        from changeproof.ledger.joined import Change
        from changeproof.workflow.handing_over import pieces_to_hand_over, snippets_of
        from changeproof.workflow.naming import find_change

        name = find_change(ledger, change)
        system = ledger.store.by(Change, "change_id", [name])[0].system
        for piece in pieces_to_hand_over(ledger.store, name):
            snippets = dict(snippets_of(name, system, server_url(ledger), piece))
            if as_json:
                told = {"change": name, "system": system, "work": piece.work}
                print_json({**told, **piece.content, "snippets": snippets})
                continue
            stderr.print(f"{piece.label}: {piece.revision}", highlight=False, soft_wrap=True)
            for pipeline, text in snippets.items():
                stderr.print(f"For {pipeline}:", highlight=False)
                stdout.print(text, markup=False, highlight=False, soft_wrap=True)


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
