"""connect github, connect webhook: what to enter at a system that delivers to us."""

import os
from typing import Annotated

import typer

from changeproof.cli.asked_sources import SECRET, options_stated
from changeproof.cli.desk import Actor
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, stderr, stdout

ServerAddress = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="URL",
        help="The server's address as the sender sees it; default: CHANGEPROOF_URL, else where"
        " `serve` listened last.",
    ),
]


def connect_github(
    address: ServerAddress = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print the secret and the address to enter at GitHub."""
    with refusals_exit():
        _connect("github", None, None, address, user, data, as_json=as_json)


def connect_webhook(
    kind: Annotated[str, typer.Argument(help="What delivers; `changeproof kinds` lists them.")],
    name: Annotated[
        str | None,
        typer.Option(help="Which of several: each has an address and a secret of its own."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="What goes with every delivery, as beside a file: host=git.example.com; or which"
            " of your own fields hold what: field.system=fields.components[0].name. Repeatable.",
        ),
    ] = None,
    address: ServerAddress = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print the secret and the address to enter at a system, and where to enter them.

    Some systems make the secret themselves: it comes from the variable CHANGEPROOF_SOURCE_SECRET,
    or is asked for.
    """
    with refusals_exit():
        _connect(kind, name, option, address, user, data, as_json=as_json)


def _connect(
    kind: str,
    name: str | None,
    option: list[str] | None,
    address: str | None,
    user: str,
    data: DataDirectory,
    *,
    as_json: bool,
) -> None:
    ledger = open_ledger(data)
    from changeproof.accounts.people import user_named
    from changeproof.cli.addresses import server_address
    from changeproof.intake.webhooks.connections import address_of, shared_with
    from changeproof.intake.webhooks.doors import door_named
    from changeproof.workflow.connecting import ConnectWebhook, connect_webhook
    from changeproof.workflow.recording import door as came_by

    door = door_named(kind)
    stated = os.environ.get(SECRET, "")
    if door.maker == "theirs" and not stated and shared_with(door.kind, name) is None:
        stated = typer.prompt(f"The secret that {kind} shows", hide_input=True, err=True)
    options = options_stated(option) if option else None
    came_by.set("cli")
    command = ConnectWebhook(door, name, stated, options)
    secret = connect_webhook(ledger, user_named(user).account, command)
    server = server_address(ledger, address)
    told = address_of(door, name, server.url, secret)
    if as_json:
        print_json({"address": told, "secret": secret, "steps": list(door.steps)})
        return
    stdout.print(f"Address  {told}", highlight=False, soft_wrap=True, markup=False)
    stdout.print(f"Secret   {secret}", highlight=False, soft_wrap=True, markup=False)
    for number, step in enumerate(door.steps, start=1):
        stderr.print(f"{number}. {step}", highlight=False, soft_wrap=True, markup=False)
    if server.local:
        stderr.print(
            f"{kind} cannot reach this machine under that name: state the address that it can, with"
            " --address or CHANGEPROOF_URL.",
            soft_wrap=True,
        )
