"""waiver ask, grant, refuse, end, list: rules set aside for a time."""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Rules set aside for a time, and by whom.")
WaiverName = Annotated[str, typer.Argument(metavar="WAIVER", help="Its name, such as WVR-2026-1.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="waiver")


@group.command()
def ask(
    check: Annotated[str, typer.Argument(help="The check that is not to be asked for.")],
    subject: Annotated[
        str,
        typer.Option("--for", help="A change, system:NAME, vulnerability:NAME or organisation."),
    ],
    ends: Annotated[str, typer.Option(help="Until when.")],
    reason: Reason,
    compensation: Annotated[
        str, typer.Option(help="What lowers the risk meanwhile, and who sees to it.")
    ],
    begins: Annotated[str | None, typer.Option(help="From when; default: now.")] = None,
    control: Annotated[str | None, typer.Option(help="The compensating control.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask that a rule be set aside; prints the waiver's name."""
    with refusals_exit():
        start, end = read_time(begins), read_time(ends)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.ledger.service import now
            from changeproof.workflow.requesting import Window
            from changeproof.workflow.waiving import RequestWaiver, request_waiver

            window = Window(now() if start is None else start, end or 0)
            command = RequestWaiver(check, subject, window, reason, compensation, control)
            return request_waiver(ledger, actor, command)

        perform_act(data, user, as_json, perform)


@group.command()
def grant(
    waiver: WaiverName,
    reason: Annotated[str | None, typer.Option(help="Kept with the answer.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Grant one as it was asked for; never one's own."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.waiving import GrantWaiver, grant_waiver

        return grant_waiver(ledger, actor, GrantWaiver(waiver, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def refuse(
    waiver: WaiverName,
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Refuse one, with the reason."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.waiving import RefuseWaiver, refuse_waiver

        return refuse_waiver(ledger, actor, RefuseWaiver(waiver, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def end(
    waiver: WaiverName,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take one back before its end."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.waiving import EndWaiver, end_waiver

        return end_waiver(ledger, actor, EndWaiver(waiver))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_waivers(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Every waiver: what it sets aside, for what, until when, and how it stands."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.service import now
        from changeproof.ledger.waivers_read import waivers_at

        found = [(each, each.stated) for each in waivers_at(ledger.store, now())]
        if as_json:
            for each, stated in found:
                print_json(
                    {
                        "waiver": each.name,
                        "check": stated.check_id,
                        "subject": stated.subject,
                        "requested_by": stated.requested_by,
                        "granted_by": each.granted.granted_by if each.granted else None,
                        "begins_at": stated.begins_at,
                        "ends_at": stated.ends_at,
                        "outcome": each.outcome,
                    }
                )
            return
        if not found:
            stderr.print("No waiver was ever asked for or granted.")
            return
        print_table(
            f"{len(found):,} waivers, the latest first",
            ("Waiver", "Rule", "For", "Until", "Stands"),
            [
                (
                    each.name,
                    stated.check_id,
                    stated.subject,
                    utc_words(stated.ends_at),
                    each.outcome,
                )
                for each, stated in found
            ],
        )
