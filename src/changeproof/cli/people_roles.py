"""user invite, grant, confirm, refuse, waiting, revoke, left, settle: who comes, holds which role
and is gone, and whose an account is."""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import named, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stderr, tell_link, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

Person = Annotated[str, typer.Argument(help="E-mail address or local account.")]
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="requester, approver, deployer, …")]
OnSystem = Annotated[str | None, typer.Option("--system", help="On one system; default: all.")]
Alone = Annotated[
    bool,
    typer.Option("--alone", help="Give one that decides at once; administrators are told."),
]
Why = Annotated[str | None, typer.Option("--reason", help="Kept with it.")]
AskedName = Annotated[str, typer.Argument(metavar="ASKED", help="Such as ROL-2026-0001.")]


def register(user: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (invite, grant, confirm, refuse, waiting, revoke, left, settle):
        user.command()(command)


def invite(
    person: Person,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Another link for somebody's first visit; sent to them, or shown where no mail is sent: then
    what they decide by waits for a second administrator."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.alerts.links import server_url
        from changeproof.workflow.first_visits import MakeLink, make_link

        visit = make_link(ledger, actor, MakeLink(person), server_url(ledger))
        tell_link(visit.link)
        return visit.done

    perform_act(data, by, as_json, perform)


def grant(
    person: Person,
    role: RoleName,
    system: OnSystem = None,
    alone: Alone = False,
    reason: Why = None,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Give somebody a role; never oneself. One that decides waits for a second administrator."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.accounts.vocabulary import role_named
        from changeproof.workflow.membership import GiveRole, give_role

        command = GiveRole(person, role_named(role), system, reason, alone)
        return give_role(ledger, actor, command)

    perform_act(data, by, as_json, perform)


def confirm(
    asked: AskedName,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Confirm a role that another administrator asked for, or that one gave alone."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.asked_roles import ConfirmRole, confirm_role

        return confirm_role(ledger, actor, ConfirmRole(asked))

    perform_act(data, by, as_json, perform)


def refuse(
    asked: AskedName,
    reason: Why = None,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Refuse or withdraw one that waits, or take back one that was given alone."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.asked_roles import RefuseRole, refuse_role

        return refuse_role(ledger, actor, RefuseRole(asked, reason))

    perform_act(data, by, as_json, perform)


def waiting(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """The roles that a second administrator is to look at."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.asked_roles import open_roles

        found = open_roles(ledger.store)
        if as_json:
            for each in found:
                row = each.stated
                told = {"asked": row.asked, "account": row.account, "role": row.role}
                by = {"asked_by": row.asked_by, "asked_at": row.stated_at}
                print_json({**told, "system": row.system or None, "state": each.state, **by})
            return
        if not found:
            stderr.print("No role waits for a second administrator.")
            return
        print_table(
            f"{len(found):,} for a second administrator, by name",
            ("Name", "Whose", "Role", "State", "By", "Since"),
            [
                (
                    each.stated.asked,
                    named(f"{{{each.stated.account}}}"),
                    f"{each.stated.role} {each.stated.system}".strip(),
                    each.state,
                    named(f"{{{each.stated.asked_by}}}"),
                    utc_words(each.stated.stated_at),
                )
                for each in found
            ],
        )


def revoke(
    person: Person,
    role: RoleName,
    system: OnSystem = None,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take a role back, as it was given."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.accounts.vocabulary import role_named
        from changeproof.workflow.membership import TakeRole, take_role

        return take_role(ledger, actor, TakeRole(person, role_named(role), system))

    perform_act(data, by, as_json, perform)


def left(
    person: Person,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that somebody left: their roles, sessions and tokens end at once."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.membership import RecordDeparture, record_departure

        return record_departure(ledger, actor, RecordDeparture(person))

    perform_act(data, by, as_json, perform)


def settle(
    account: Annotated[
        str, typer.Argument(help="The account, or address that signs commits, that two claim.")
    ],
    person: Annotated[str, typer.Argument(help="Whose it is: an e-mail address or an account.")],
    since: Annotated[
        str, typer.Option(help="The other had it until then (2026-03-01); default: they never had.")
    ] = "",
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say whose an account is that several persons claim; they themselves do not."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.account_claims import SettleAccount, settle_account

        at = read_time(since) if since else None
        return settle_account(ledger, actor, SettleAccount(account, person, at))

    perform_act(data, by, as_json, perform)
