"""access grant, end, list, review, decide: who may reach production, and who looked at that."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Who may reach production, and who reviewed that.")
KINDS = ("write", "deploy", "administer_pipeline", "administer_protection", "break_glass")
_SHOWN = 12  # characters of a grant's name


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="access")


@group.command()
def grant(
    account: Annotated[str, typer.Argument(help="An e-mail address, or github:user/583231.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    system: Annotated[str, typer.Option("--system", help="On which system.")],
    ends: Annotated[str, typer.Option(help="Until when; a year at most.")],
    reason: Reason,
    environment: Annotated[str | None, typer.Option(help="One alone; default: all.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Let an account do something on a system; never one's own."""
    end = read_time(ends) or 0
    if kind not in KINDS:
        raise typer.BadParameter(f'"{kind}" is not one of: {", ".join(KINDS)}')
    stated: dict[str, Any] = {"account": account, "access": kind, "environment": environment}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.access import GrantAccess, grant_access

        command = GrantAccess(system=system, ends_at=end, reason=reason, **stated)
        return grant_access(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command("end")
def end_grant(
    grant: Annotated[str, typer.Argument(help="Its name, as `access list` shows it.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that an account may no longer."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.access import EndAccess, end_access

        return end_access(ledger, actor, EndAccess(grant, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def review(
    system: Annotated[str, typer.Option("--system", help="Whose access is looked at.")],
    due: Annotated[str | None, typer.Option(help="By when; default: in two weeks.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open a review of who may do what on a system; prints its name."""
    due_at = read_time(due)

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.access_reviews import OpenAccessReview, open_access_review

        return open_access_review(ledger, actor, OpenAccessReview(system, due_at))

    perform_act(data, user, as_json, perform)


@group.command()
def decide(
    review: Annotated[str, typer.Argument(metavar="REVIEW", help="Such as ACR-2026-0001.")],
    keep: Annotated[list[str] | None, typer.Option(help="A grant that stays; repeatable.")] = None,
    revoke: Annotated[list[str] | None, typer.Option(help="One that ends; repeatable.")] = None,
    reason: Annotated[str | None, typer.Option(help="Needed to revoke.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Keep or revoke in a review; nobody decides about their own access."""
    twice = set(keep or ()) & set(revoke or ())
    if twice:
        raise typer.BadParameter(f"{min(twice)} is both kept and revoked")
    chosen: dict[str, Any] = {
        **dict.fromkeys(keep or (), "keep"),
        **dict.fromkeys(revoke or (), "revoke"),
    }

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.access_reviews import DecideAccess, decide_access

        return decide_access(ledger, actor, DecideAccess(review, chosen, reason))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_access(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Who may do what where, now, and until when."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.access_read import held_access
        from changeproof.ledger.service import now

        held = held_access(ledger.store, now())
        if as_json:
            for each in held:
                print_json(
                    {
                        "grant": each.event,
                        "account": each.account,
                        "access": each.access,
                        "system": each.system,
                        "environment": each.environment or None,
                        "granted_by": each.granted_by,
                        "held_from": each.held_from,
                        "ends_at": each.ends_at,
                    }
                )
            return
        if not held:
            stderr.print("Nobody's access is on record.")
            return
        print_table(
            f"{len(held):,} held, by system",
            ("Grant", "System", "Account", "May", "Until"),
            [
                (
                    each.event[:_SHOWN],
                    f"{each.system} {each.environment}".strip(),
                    each.account,
                    each.access.replace("_", " "),
                    utc_words(each.ends_at) if each.ends_at is not None else "no end",
                )
                for each in held
            ],
        )
