"""user and token: who may sign in, and with what a program does."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor
from changeproof.cli.exits import named, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import (
    print_answer,
    print_json,
    print_table,
    stderr,
    stdout,
    tell_link,
)
from changeproof.cli.people_roles import Alone, OnSystem, Why
from changeproof.cli.people_roles import register as register_roles
from changeproof.events.event import AccountKind

if TYPE_CHECKING:
    from changeproof.accounts.models import ApiToken


class Machine(StrEnum):
    """What is no human, and has one behind it."""

    BOT = "bot"
    AGENT = "agent"
    SERVICE = "service"


_KINDS: dict[Machine, AccountKind] = {
    Machine.BOT: "bot",
    Machine.AGENT: "agent",
    Machine.SERVICE: "service",
}

user = typer.Typer(help="People who sign in.", no_args_is_help=True)
token = typer.Typer(help="Tokens for programs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    register_roles(user)
    app.add_typer(user, name="user")
    app.add_typer(token, name="token")


@user.command("add")
def add(
    email: Annotated[str, typer.Argument(metavar="E-MAIL")],
    name: Annotated[str, typer.Option(help="What the person is called.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="requester, approver, deployer, …; repeatable.")
    ] = None,
    system: OnSystem = None,
    alone: Alone = False,
    reason: Why = None,
    by: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Let somebody sign in; sends them a one-time link for their first visit, or prints it where no
    mail server is named. A role that decides waits for a second administrator."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.accounts.vocabulary import role_named
        from changeproof.alerts.links import server_url
        from changeproof.workflow.first_visits import MakeLink, make_link
        from changeproof.workflow.membership import AddPerson, add_person
        from changeproof.workflow.recording import door

        roles = tuple(role_named(word) for word in role or ["requester"])
        command = AddPerson(email, name, roles, system, reason, alone)
        door.set("cli")
        actor = user_named(by).account
        done = add_person(ledger, actor, command)
        made = user_named(done.name)
        visit = make_link(ledger, actor, MakeLink(made.account), server_url(ledger))
        note = f"{done.note} {visit.done.note}"
        if as_json:
            told = {"account": made.account, "email": made.email, "sign_in": visit.link or None}
            print_json({**told, "note": note})
            return
        stdout.print(f"{made.account}  {made.email}", highlight=False)
        stderr.print(named(note), markup=False, highlight=False, soft_wrap=True)
        tell_link(visit.link)


@user.command("link")
def link(
    person: Annotated[str, typer.Argument(help="E-mail address or local account.")],
    account: Annotated[
        str, typer.Argument(help="Such as github:user/583231, or an address that signs commits.")
    ],
    machine: Annotated[
        Machine | None, typer.Option("--as", help="It is a machine's, and this person runs it.")
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that an account elsewhere belongs to this person, or that they run the machine."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import (
            declare_machine,
            link_account,
            operator,
            user_named,
        )
        from changeproof.cli.judging import judge_all

        found, by = user_named(person), operator().account
        if machine is None:
            link_account(found, account, by=by)
            said = f"{account} belongs to {person}."
        else:
            declare_machine(account, _KINDS[machine], found, by=by)
            said = f"{account} is run by {person} as {machine.value}."
        judge_all(ledger)
        told = {"account": account, "person": found.account, "kind": machine or "human"}
        print_answer(told, said, as_json=as_json)


@token.command("create")
def create(
    user_name: Annotated[
        str, typer.Option("--user", help="Whose; default: operator.")
    ] = "operator",
    scope: Annotated[
        list[str] | None, typer.Option(help="all, read, ingest, gate, …; repeatable.")
    ] = None,
    expires: Annotated[str, typer.Option(help="Such as 12h, 30d, or a date.")] = "1d",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print a new token, shown this once. The token is the only thing on stdout."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.accounts.tokens import create_token, expiry_of

        made = create_token(user_named(user_name), scope or ["all"], expiry_of(expires))
        if as_json:
            print_json({"token": str(made)})
        else:
            print(made)
        stderr.print("Put it into CHANGEPROOF_TOKEN; it is not kept.", highlight=False)


@token.command("list")
def list_tokens(
    user_name: Annotated[str, typer.Option("--user", help="Whose; default: everybody's.")] = "",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """The tokens that are good now: number, beginning, whose, scopes, last use, end."""
    with refusals_exit():
        open_ledger(data)
        from django.utils import timezone

        from changeproof.accounts.people import user_named
        from changeproof.accounts.tokens import tokens_of

        for each in tokens_of(user_named(user_name) if user_name else None):
            if each.revoked_at is None and each.expires_at > timezone.now():
                used = each.last_used_at
                if as_json:
                    print_json(_token(each))
                    continue
                last = "never used" if used is None else f"used {used:%Y-%m-%d %H:%M} UTC"
                line = f"{each.pk}  {each}  {each.user.account}  {each.scopes.replace(' ', ',')}"
                stdout.print(
                    f"{line}  {last}  until {each.expires_at:%Y-%m-%d %H:%M} UTC",
                    highlight=False,
                    soft_wrap=True,
                )


def _token(token: "ApiToken") -> dict[str, Any]:
    used = token.last_used_at
    return {
        "number": token.pk,
        "begins": str(token).rstrip("…"),
        "account": token.user.account,
        "scopes": token.scopes.split(),
        "used_at": None if used is None else used.isoformat(),
        "ends_at": token.expires_at.isoformat(),
    }


@token.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="As `token list` prints it.", min=1)],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End a token at once."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.accounts.tokens import end_token

        told = {"number": number, "revoked": True}
        print_answer(told, f"{end_token(number)} is revoked.", as_json=as_json)


@user.command("sign-out")
def sign_out(
    person: Annotated[str, typer.Argument(help="E-mail address or local account.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Sign somebody out of every browser; their tokens and their account stay."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.accounts.people import end_sessions, user_named

        count = end_sessions(user_named(person))
        said = "1 session" if count == 1 else f"{count} sessions"
        print_answer({"ended": count}, f"{said} ended.", as_json=as_json)


@user.command("end-calendar")
def end_calendar(
    person: Annotated[str, typer.Argument(help="E-mail address or local account.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End the private address under which somebody's calendar program reads what is planned."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.accounts.calendar_addresses import end_calendar_address
        from changeproof.accounts.people import user_named

        ended = end_calendar_address(user_named(person))
        said = "The address is ended." if ended else "There was no address."
        print_answer({"ended": bool(ended)}, said, as_json=as_json)


@user.command("list")
def list_people(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Who may sign in, and in which roles."""
    with refusals_exit():
        open_ledger(data)
        from changeproof.accounts.models import User
        from changeproof.accounts.permissions import holdings_of

        found = list(User.objects.filter(is_active=True).order_by("display_name", "pk"))
        holdings = holdings_of([each.account for each in found])
        rows = [(each, sorted(holdings[each.account])) for each in found]
        if as_json:
            for each, held in rows:
                roles = [{"role": one.role, "system": one.system or None} for one in held]
                print_json({"account": each.account, "email": each.email, "roles": roles})
            return
        print_table(
            f"{len(rows):,} may sign in, by name",
            ("Account", "Address", "Roles"),
            [
                (
                    each.account,
                    each.email,
                    ", ".join(f"{one.role} {one.system}".strip() for one in held) or "none",
                )
                for each, held in rows
            ],
        )
