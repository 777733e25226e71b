"""alerts: who is told of what, whether it arrives, and what was given up."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_answer, print_json, print_table, stderr, stdout, utc_words
from changeproof.events.refusal import WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    from changeproof.alerts.models import Channel, Outgoing
    from changeproof.ledger.service import Ledger

alerts = typer.Typer(help="Who is told of what, and whether it arrives.", no_args_is_help=True)

_MOST_AWAITED = 500

Words = Annotated[list[str] | None, typer.Option(help="Only these; repeatable.")]
Keys = Annotated[
    list[int] | None, typer.Argument(metavar="NUMBER…", help="As `alerts dead-letters` lists them.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(alerts, name="alerts")


@alerts.command("list")
def list_channels(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List channels with how they do, and routes. Ends with 1 where alerts do not arrive."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.alerts.health import read_health
        from changeproof.alerts.models import Channel, Route

        channels = [_channel(each) for each in Channel.objects.order_by("name")]
        routes = [
            {
                "route": each.name,
                "channel": each.channel.name,
                "rhythm": each.rhythm,
                "default": each.is_default,
                "systems": each.systems,
                "checks": each.checks,
                "severities": each.severities,
                "kinds": each.kinds,
                "hours": each.hours,
                "otherwise": each.otherwise.name if each.otherwise else None,
                "next": each.next_route.name if each.next_route else None,
                "acknowledge_within": each.acknowledge_within,
            }
            for each in Route.objects.select_related("channel", "otherwise", "next_route").order_by(
                "name"
            )
        ]
        health = read_health()
        if as_json:
            for row in (*channels, *routes):
                print_json(row)
        else:
            _print_channels(channels)
            _print_routes(routes)
            stdout.print(health.alarm or f"{health.waiting:,} wait to be told.", markup=False)
        if health.alarm:
            raise typer.Exit(ExitStatus.FOUND)


@alerts.command("route")
def route(
    name: Annotated[str, typer.Argument(help="What the route is called.")],
    channel: Annotated[str, typer.Option("--channel", help="The channel's name.")],
    system: Words = None,
    check: Annotated[
        list[str] | None, typer.Option(help="A check, or a folder: signs/; repeatable.")
    ] = None,
    severity: Words = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="case, finding, quarantine or escalation; repeatable."),
    ] = None,
    rhythm: Annotated[str, typer.Option(help="at_once, daily or weekly.")] = "at_once",
    default: Annotated[
        bool, typer.Option("--default", help="It takes what no other route takes.")
    ] = False,
    opens: Annotated[str, typer.Option(help="On call from this time of day, as 18:00.")] = "",
    closes: Annotated[str, typer.Option(help="To this time; before `opens`: the next day.")] = "",
    zone: Annotated[str, typer.Option(help="The time zone of its people.")] = "UTC",
    day: Annotated[
        list[str] | None, typer.Option(help="Monday to Sunday; repeatable; default: all.")
    ] = None,
    holiday: Annotated[
        list[str] | None, typer.Option(help="A day off, as 2026-12-25; repeatable.")
    ] = None,
    otherwise: Annotated[
        str, typer.Option(help="The channel that is told outside these hours.")
    ] = "",
    following: Annotated[
        str,
        typer.Option("--next", help="The route told outside these hours, or if none acknowledges."),
    ] = "",
    acknowledge_within: Annotated[
        int, typer.Option(help="Minutes in which somebody is to acknowledge; 0 asks nobody.")
    ] = 0,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say what a channel is told; replaces the route of that name."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.alerts.hours import on_call_of
        from changeproof.workflow.telling import SetRoute, set_route

        command = SetRoute(
            name,
            channel,
            rhythm,
            default,
            tuple(system or ()),
            tuple(check or ()),
            tuple(severity or ()),
            tuple(kind or ()),
            on_call_of(zone, opens, closes, tuple(day or ()), tuple(holiday or ())),
            otherwise,
            following,
            acknowledge_within,
        )
        set_route(ledger, account, command)
        print_answer({"route": name, "channel": channel}, f"{name} is set.", as_json=as_json)


@alerts.command("unroute")
def unroute(
    name: Annotated[str, typer.Argument(help="The route's name.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take a route away."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.workflow.telling import remove_route

        remove_route(ledger, account, name)
        print_answer({"route": name, "removed": True}, f"{name} is gone.", as_json=as_json)


@alerts.command("disconnect")
def disconnect(
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Forget a channel, its routes, and what waits for it."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.workflow.telling import disconnect_channel

        disconnect_channel(ledger, account, name)
        told = {"channel": name, "removed": True}
        print_answer(told, f"{name} is told no more.", as_json=as_json)


@alerts.command("test")
def send_test(
    names: Annotated[
        list[str] | None, typer.Argument(help="Channels by name; default: all.", metavar="NAME…")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Send a test alert now, and say whether it arrived."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.alerts.channels import channel_named
        from changeproof.alerts.models import Channel
        from changeproof.alerts.outbox import send_waiting
        from changeproof.workflow.telling import test_channel

        chosen = names or list(Channel.objects.order_by("name").values_list("name", flat=True))
        for name in chosen:
            test_channel(ledger, account, name)
        send_waiting(ledger)
        troubles = [(name, channel_named(name).trouble) for name in chosen]
        for name, trouble in troubles:
            told = {"channel": name, "arrived": not trouble, "trouble": trouble}
            print_answer(told, f"{name}: {trouble or 'it arrived'}", as_json=as_json)
        if not chosen:
            stderr.print("No channel is connected: changeproof connect alerts --help")
        if not chosen or any(trouble for _, trouble in troubles):
            raise typer.Exit(ExitStatus.FOUND)


@alerts.command("secret")
def show_secret(
    name: Annotated[str, typer.Argument(help="A webhook channel's name.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print what a webhook's receiver checks signatures with (Standard Webhooks)."""
    with refusals_exit():
        open_ledger(data)
        from django.conf import settings

        from changeproof.alerts.channels import channel_named
        from changeproof.alerts.signatures import signing_secret

        channel = channel_named(name)
        if channel.kind != "webhook":
            raise WrongUsage(
                "There is no secret.",
                where=name,
                why="only webhooks are signed",
                cure="Name a webhook: changeproof alerts list",
            )
        secret = signing_secret(channel, settings.SECRET_KEY)
        if as_json:
            print_json({"channel": name, "secret": secret})
        else:
            stdout.print(secret, highlight=False, soft_wrap=True, markup=False)


@alerts.command("awaited")
def list_awaited(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List messages that nobody acknowledged. Ends with 1 where one is late."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.alerts.awaited import awaited_messages
        from changeproof.ledger.service import now

        found = awaited_messages(None, now(), _MOST_AWAITED)
        if as_json:
            for each in found:
                print_json(asdict(each))
        else:
            print_table(
                f"{len(found):,} wait to be acknowledged",
                ("Message", "Things", "Of them", "Route", "Due", "State"),
                [
                    (
                        each.message,
                        f"{each.count:,}",
                        each.subject,
                        each.route,
                        utc_words(each.due_at),
                        "late" if each.is_late else "waits",
                    )
                    for each in found
                ],
            )
        if any(each.is_late for each in found):
            raise typer.Exit(ExitStatus.FOUND)


@alerts.command("acknowledge")
def acknowledge(
    message: Annotated[str, typer.Argument(help="As `alerts awaited` lists it.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that a message was seen: no later route is told of what it tells."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.workflow.acknowledging import AcknowledgeAlert, acknowledge_alert

        done = acknowledge_alert(ledger, account, AcknowledgeAlert(message))
        told = {"message": message, "entry": done.entry, "note": done.note}
        print_answer(told, f"Entry {done.entry:,}: {done.note}", as_json=as_json)


@alerts.command("dead-letters")
def list_dead_letters(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List what was given up, newest first. Ends with 1 where there is any."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.alerts.dead_letters import dead_letters

        rows = [_letter(each) for each in dead_letters()]
        if as_json:
            for row in rows:
                print_json(row)
        else:
            print_table(
                f"{len(rows):,} were given up",
                ("Number", "Given up", "To", "Kind", "About"),
                [
                    (
                        str(row["number"]),
                        utc_words(row["given_up_at"]),
                        row["to"],
                        row["kind"],
                        row["about"],
                    )
                    for row in rows
                ],
            )
        if rows:
            raise typer.Exit(ExitStatus.FOUND)


@alerts.command("replay")
def replay(
    numbers: Keys = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Send dead letters again: these, or all of them. A running server does so within seconds."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.workflow.telling import send_again

        count = send_again(ledger, account, numbers or None)
        print_answer({"waiting": count}, f"{count:,} wait to be sent again.", as_json=as_json)


@alerts.command("let-go")
def let_go(
    numbers: Annotated[
        list[int], typer.Argument(metavar="NUMBER…", help="As `alerts dead-letters` lists them.")
    ],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Forget dead letters; that they were given up stays on record."""
    with refusals_exit():
        ledger, account = _acting(data, user)
        from changeproof.workflow import telling

        count = telling.let_go(ledger, account, numbers)
        print_answer({"let_go": count}, f"{count:,} are gone.", as_json=as_json)


def _acting(data: "Path", user: str) -> tuple["Ledger", str]:
    ledger = open_ledger(data)
    from changeproof.accounts.people import user_named
    from changeproof.workflow.recording import door

    door.set("cli")
    return ledger, user_named(user).account


def _channel(channel: "Channel") -> dict[str, Any]:
    return {
        "name": channel.name,
        "kind": channel.kind,
        "to": channel.shown,
        "sent_at": channel.sent_at,
        "trouble": channel.trouble,
    }


def _letter(row: "Outgoing") -> dict[str, Any]:
    return {
        "number": row.pk,
        "given_up_at": row.given_up_at,
        "to": row.channel.name if row.channel is not None else row.recipient,
        "kind": row.kind,
        "about": row.subject,
    }


def _print_channels(channels: list[dict[str, Any]]) -> None:
    print_table(
        f"{len(channels)} {'channel' if len(channels) == 1 else 'channels'}",
        ("Channel", "Kind", "To", "Told last", "Trouble"),
        [
            (row["name"], row["kind"], row["to"], utc_words(row["sent_at"]), row["trouble"])
            for row in channels
        ],
    )


def _print_routes(routes: list[dict[str, Any]]) -> None:
    print_table(
        f"{len(routes)} {'route' if len(routes) == 1 else 'routes'}",
        ("Route", "Channel", "How often", "What"),
        [(row["route"], row["channel"], row["rhythm"], _what(row)) for row in routes],
    )


def _what(row: dict[str, Any]) -> str:
    named = ["what no other route takes"] if row["default"] else []
    named += [word for key in ("systems", "checks", "severities", "kinds") for word in row[key]]
    words = ", ".join(named) or "everything"
    if row["acknowledge_within"]:
        words += f"; to be acknowledged in {row['acknowledge_within']:,} min"
    return words
