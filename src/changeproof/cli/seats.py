"""seat give, end, list: which auditor reads which period, until when."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stderr, tell_link, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Auditors: who reads which period, until when.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="seat")


@group.command()
def give(
    email: Annotated[str, typer.Argument(metavar="E-MAIL", help="The auditor's.")],
    engagement: Annotated[str, typer.Option(help="Such as “SOC 2 type 2, 2026”.")],
    begins: Annotated[str, typer.Option("--from", help="The period's first day.")],
    until: Annotated[str, typer.Option(help="The period's end, excluded.")],
    ends: Annotated[str, typer.Option(help="When the seat itself ends; 400 days at most.")],
    system: Annotated[
        list[str] | None, typer.Option("--system", help="Repeatable; default: all.")
    ] = None,
    name: Annotated[str, typer.Option(help="What the auditor is called.")] = "",
    reason: Annotated[str | None, typer.Option(help="Why; kept with it.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Let an auditor read one period; prints a link for a first visit."""
    period_from, period_until, end = (read_time(each) or 0 for each in (begins, until, ends))

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.alerts.links import server_url
        from changeproof.workflow.first_visits import MakeLink, make_link
        from changeproof.workflow.requesting import Window
        from changeproof.workflow.seats import GiveSeat, give_seat, new_auditor

        command = GiveSeat(
            email=email,
            name=name,
            engagement=engagement,
            period=Window(period_from, period_until),
            systems=tuple(system or ()),
            ends_at=end,
            reason=reason,
        )
        done = give_seat(ledger, actor, command)
        auditor = new_auditor(ledger, done.name)
        if auditor is not None:
            visit = make_link(ledger, actor, MakeLink(auditor.account), server_url(ledger))
            tell_link(visit.link)
            done = replace(done, note=f"{done.note} {visit.done.note}".strip())
        return done

    perform_act(data, user, as_json, perform)


@group.command("end")
def end_one(
    seat: Annotated[str, typer.Argument(metavar="SEAT", help="Such as SEAT-2026-0001.")],
    reason: Annotated[str | None, typer.Option(help="Why; kept with it.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End a seat before its time."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.seats import EndSeat, end_seat

        return end_seat(ledger, actor, EndSeat(seat, reason))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_seats(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """The seats that hold now, the one that ends first on top."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.seats import held_seats
        from changeproof.ledger.seats import AuditorSeat
        from changeproof.ledger.service import now

        held = held_seats(ledger.store.all(AuditorSeat), now())
        if as_json:
            for each in held:
                print_json(
                    {
                        "seat": each.seat,
                        "account": each.account,
                        "engagement": each.engagement,
                        "period_from": each.span.begins_at,
                        "period_until": each.span.until,
                        "systems": sorted(each.span.systems or ()),
                        "ends_at": each.ends_at,
                    }
                )
            return
        if not held:
            stderr.print("No auditor has a seat.")
            return
        print_table(
            f"{len(held):,} held, the first to end on top",
            ("Seat", "Auditor", "Engagement", "Systems", "Until"),
            [
                (
                    each.seat,
                    each.account,
                    each.engagement,
                    ", ".join(sorted(each.span.systems or ())) or "all",
                    utc_words(each.ends_at),
                )
                for each in held
            ],
        )
