"""break-glass use, list, review: an administrator for some hours, made on this machine."""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr, tell_link, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="When no administrator can sign in.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="break-glass")


@group.command()
def use(
    reason: Reason,
    hours: Annotated[int, typer.Option(help="For how long.", min=1, max=4)] = 1,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make an administrator for some hours; prints a one-time link. All others are told."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.cli.addresses import first_visit
        from changeproof.workflow.break_glass import BreakGlass, break_glass

        done, made = break_glass(ledger, actor, BreakGlass(reason, hours * 3600 * 1_000_000))
        link = first_visit(ledger, made)
        tell_link(link)
        return done

    perform_act(data, user, as_json, perform)


@group.command()
def review(
    use: Annotated[str, typer.Argument(metavar="USE", help="Such as BG-2026-0001.")],
    reason: Reason,
    not_justified: Annotated[bool, typer.Option(help="It should not have been.")] = False,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say what was found; never about one's own use."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.break_glass import ReviewUse, review_use

        command = ReviewUse(use, "not_justified" if not_justified else "justified", reason)
        return review_use(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_uses(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """The uses that wait for somebody else's review, the earliest first."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.break_glass import unreviewed

        waiting = unreviewed(ledger.store)
        if as_json:
            for row in waiting:
                print_json(
                    {
                        "use": row.use_name,
                        "by": row.used_by,
                        "account": row.account,
                        "ends_at": row.ends_at,
                    }
                )
            return
        if not waiting:
            stderr.print("No use waits for a review.")
            return
        print_table(
            f"{len(waiting):,} to review",
            ("Use", "By", "Account", "Until"),
            [
                (row.use_name, row.used_by or "", row.account, utc_words(row.ends_at))
                for row in waiting
            ],
        )
