"""connect source, fetch, disconnect: sources that we ask by ourselves."""

import os
from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import (
    print_answer,
    print_json,
    print_table,
    progress,
    stderr,
    stdout,
    utc_words,
)
from changeproof.events.refusal import Refusal, WrongUsage

SECRET = "CHANGEPROOF_SOURCE_SECRET"  # noqa: S105 - the name of a variable

LONGEST_SECRET = 64 * 1024
"""Bytes of a file that holds one."""


def connect_source(
    kind: Annotated[str, typer.Argument(help="github, gitlab, jira, servicenow, …")],
    address: Annotated[str, typer.Argument(help="The address of its interface.", metavar="URL")],
    name: Annotated[
        str | None, typer.Option(help="What it is called here; default: its kind.")
    ] = None,
    login: Annotated[str, typer.Option(help="Who asks, where a secret alone does not say.")] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="What to ask about: projects=PAY,OPS; repositories=acme/shop; and which of your"
            " own fields hold what: field.system=fields.components[0].name. Repeatable.",
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            help="A file that holds the secret: an app's private key.",
            dir_okay=False,
        ),
    ] = None,
    every: Annotated[int, typer.Option(help="Seconds between two turns.")] = 300,
    private_network: Annotated[
        bool, typer.Option("--private-network", help="It stands inside your own network.")
    ] = False,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask a system for what changed, every few minutes: it needs no way in to us.

    The secret comes from --secret-file or the variable CHANGEPROOF_SOURCE_SECRET, or is asked for.
    """
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.intake.clients.listing import Settings
        from changeproof.intake.clients.registry import client_named
        from changeproof.intake.models import AskedSource
        from changeproof.workflow.connecting import ConnectAsked, connect_asked
        from changeproof.workflow.recording import door

        called = name or kind
        secret = os.environ.get(SECRET, "") if secret_file is None else _read_secret(secret_file)
        if not secret and not AskedSource.objects.filter(name=called).exists():
            for step in client_named(kind).steps:
                stderr.print(step, markup=False, highlight=False)
            secret = typer.prompt("Secret", hide_input=True, err=True)
        settings = Settings(called, kind, address, login, secret, options_stated(option or []))
        door.set("cli")
        command = ConnectAsked(settings, every, private_allowed=private_network)
        connect_asked(ledger, user_named(user).account, command)
        print_answer({"source": called, "kind": kind}, f"{called} is connected.", as_json=as_json)
        stderr.print(f"Next: changeproof fetch {called} --data {data}", highlight=False)


def _read_secret(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST_SECRET).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(
            "The source was not connected.",
            where=f"--secret-file {file}",
            why="it cannot be read as text",
            cure="Name the file that the system gave you, whole.",
        ) from error


def options_stated(written: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise WrongUsage(
                "The source was not connected.",
                where=f"--option {each}",
                why="it is no name with a value",
                cure="Write it like --option projects=PAY,OPS",
            )
        options[name.strip()] = value.strip()
    return options


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Sources by name; default: all.", metavar="NAME…")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="From the beginning, not from the last turn.")
    ] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Ask for one page and record nothing.")
    ] = False,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask connected sources for what changed, now, and judge what that touched."""
    with refusals_exit():
        ledger = open_ledger(data)
        import time

        from changeproof.intake.clients import turns
        from changeproof.intake.models import AskedSource

        listed = names or sorted(AskedSource.objects.values_list("name", flat=True))
        if not listed:
            raise WrongUsage(
                "Nothing was asked.",
                where="NAME",
                why="no source is connected",
                cure="Connect one: changeproof connect source KIND URL",
            )
        troubles = 0
        for source in [turns.source_named(each) for each in listed]:
            try:
                if test:
                    stdout.print(turns.test_source(source, time.sleep), highlight=False)
                    continue
                with progress(f"Asking {source.name}") as advance:
                    turns.ask(
                        ledger,
                        source,
                        told=lambda _items, rows: advance(rows, rows),
                        everything=everything,
                    )
            except Refusal as refusal:
                troubles += 1
                stderr.print(f"{source.name}\n{refusal}", markup=False, highlight=False)
            if as_json:
                print_json(turns.described(source))
            elif not test and not source.trouble:
                said = source.told
                stdout.print(
                    f"{source.name}: {said.get('rows', 0):,} rows of {said.get('lists', 0):,}"
                    f" lists, {said.get('events', 0):,} new events, {said.get('quarantined', 0):,}"
                    " kept aside.",
                    highlight=False,
                )
        if not test:
            judge_all(ledger)
        if troubles:
            raise typer.Exit(ExitStatus.FOUND)


def sources(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the sources that are asked, and how their last turn went."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.intake.clients.turns import described
        from changeproof.intake.models import AskedSource

        found = list(AskedSource.objects.order_by("name"))
        if as_json:
            for source in found:
                print_json(described(source))
            return
        print_table(
            f"{len(found)} sources are asked",
            ("Name", "Kind", "Address", "Last turn", "Trouble"),
            [
                (each.name, each.kind, each.address, utc_words(each.finished_at), each.trouble)
                for each in found
            ],
        )


def disconnect(
    name: Annotated[str, typer.Argument(help="The source's name.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask a source no more and forget its secret; what it told stays on record."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.workflow.connecting import disconnect_asked
        from changeproof.workflow.recording import door

        door.set("cli")
        disconnect_asked(ledger, user_named(user).account, name)
        told = {"source": name, "removed": True}
        print_answer(told, f"{name} is asked no more.", as_json=as_json)
