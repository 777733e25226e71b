"""group-role propose, adopt, end, list: which group of the sign-on gives which role."""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Which group of the sign-on gives which role.")
MappingName = Annotated[str, typer.Argument(metavar="MAPPING", help="Such as GRP-2026-0001.")]
Why = Annotated[str | None, typer.Option(help="Kept with it.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="group-role")


@group.command()
def propose(
    group_name: Annotated[str, typer.Argument(metavar="GROUP", help="As it is called there.")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="requester, approver, …")],
    provider: Annotated[
        str, typer.Option(help="scim:directory, or oidc: or saml: and an id of issuers.yaml.")
    ] = "scim:directory",
    system: Annotated[str | None, typer.Option("--system", help="One; default: all.")] = None,
    reason: Why = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put one forward; a deciding role waits for a second person."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.accounts.vocabulary import role_named
        from changeproof.workflow.group_roles import ProposeGroupRole, propose_group_role

        command = ProposeGroupRole(provider, group_name, role_named(role), system, reason)
        return propose_group_role(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command()
def adopt(
    mapping: MappingName,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Adopt what somebody else put forward."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.group_roles import AdoptGroupRole, adopt_group_role

        return adopt_group_role(ledger, actor, AdoptGroupRole(mapping))

    perform_act(data, user, as_json, perform)


@group.command("end")
def end_one(
    mapping: MappingName,
    reason: Why = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Refuse or withdraw one that waits, or end one in force."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.group_roles import EndGroupRole, end_group_role

        return end_group_role(ledger, actor, EndGroupRole(mapping, reason))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_group_roles(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """What was put forward here and how it stands; issuers.yaml pins more."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.group_roles import standing_group_roles

        found = standing_group_roles(ledger.store)
        if as_json:
            for each in found:
                row = each.stated
                print_json(
                    {
                        "mapping": row.mapping,
                        "provider": row.provider,
                        "group": row.group_name,
                        "role": row.role,
                        "system": row.system or None,
                        "state": each.state,
                        "proposed_by": row.proposed_by,
                        "proposed_at": row.stated_at,
                    }
                )
            return
        if not found:
            stderr.print("No group's role was put forward here.")
            return
        print_table(
            f"{len(found):,} put forward, by name",
            ("Name", "Of", "Group", "Gives", "State", "Since"),
            [
                (
                    each.stated.mapping,
                    each.stated.provider,
                    each.stated.group_name,
                    f"{each.stated.role} {each.stated.system}".strip(),
                    each.state,
                    utc_words(each.stated.stated_at),
                )
                for each in found
            ],
        )
