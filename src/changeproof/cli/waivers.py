"""waiver ask, grant, refuse, end, list: rules set aside for a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import counted, print_json, print_table, stderr, utc_words
from changeproof.cli.together import perform_several

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done
    from changeproof.workflow.together import Outcome
    from changeproof.workflow.waiving import RequestWaiver

group = typer.Typer(no_args_is_help=True, help="Rules set aside for a time, and by whom.")
WaiverName = Annotated[str, typer.Argument(metavar="WAIVER", help="Its name, such as WVR-2026-1.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="waiver")


@group.command()
def ask(
    check: Annotated[str, typer.Argument(help="The check that is not to be asked for.")],
    subjects: Annotated[
        list[str],
        typer.Option(
            "--for", help="A change, system:NAME, vulnerability:NAME, organisation; repeatable."
        ),
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
    """Ask that a rule be set aside; prints the waiver's name. For several, one request each."""
    with refusals_exit():
        start, end = read_time(begins), read_time(ends)

        def command_for(subject: str) -> "RequestWaiver":
            from changeproof.ledger.service import now
            from changeproof.workflow.requesting import Window
            from changeproof.workflow.waiving import RequestWaiver

            window = Window(now() if start is None else start, end or 0)
            return RequestWaiver(check, subject, window, reason, compensation, control)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.waiving import request_waiver

            return request_waiver(ledger, actor, command_for(subjects[0]))

        def ask_several(ledger: "Ledger", actor: str) -> "Sequence[Outcome]":
            from changeproof.workflow.several import ask_waivers

            return ask_waivers(ledger, actor, subjects, command_for(""))

        if len(subjects) > 1:
            perform_several(data, user, as_json, ask_several)
        else:
            perform_act(data, user, as_json, perform)


@group.command()
def grant(
    waivers: Annotated[
        list[str], typer.Argument(metavar="WAIVER…", help="One or several, such as WVR-2026-0001.")
    ],
    reason: Annotated[str | None, typer.Option(help="Kept with the answer.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Grant as it was asked for; never one's own."""
    if len(waivers) > 1:

        def several(ledger: "Ledger", actor: str) -> "Sequence[Outcome]":
            from changeproof.workflow.several import grant_waivers

            return grant_waivers(ledger, actor, waivers, reason)

        perform_several(data, user, as_json, several)
        return

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.waiving import GrantWaiver, grant_waiver

        return grant_waiver(ledger, actor, GrantWaiver(waivers[0], reason))

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
            f"{counted(len(found), 'waiver')}, the latest first",
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
