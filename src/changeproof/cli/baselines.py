"""baseline list, propose, approve: how configuration items are meant to be."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import counted, print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="How configuration items are meant to be.")
ItemName = Annotated[
    str, typer.Argument(metavar="ITEM", help="Its full name: system/environment/item.")
]
_MOST = 1_000


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="baseline")


@group.command()
def propose(
    item: ItemName,
    digest: Annotated[
        str | None, typer.Option(help="What it was seen with; default: what was seen last.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Kept with the proposal.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Propose that an item be as it was observed; somebody else approves it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.baselines import ProposeBaseline, propose_baseline

        return propose_baseline(ledger, actor, ProposeBaseline(item, digest, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def approve(
    item: ItemName,
    digest: Annotated[str, typer.Argument(help="The digest that is proposed, in full.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Approve what somebody else proposed."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.baselines import ApproveBaseline, approve_baseline

        return approve_baseline(ledger, actor, ApproveBaseline(item, digest))

    perform_act(data, user, as_json, perform)


@group.command()
def compare(
    item: ItemName,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """What is approved of an item against what was seen last, field by field. Ends with 1 where
    they differ; of a secret it is said that it does, never what it is."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.baselines_read import compared
        from changeproof.workflow.baselines import find_item

        held = find_item(ledger, item)
        found = compared(ledger.store, held, ledger.texts)
        if as_json:
            for each in found.found:
                print_json(asdict(each))
        elif found.found:
            print_table(
                counted(len(found.found), "field differs", "fields differ"),
                ("Field", "Approved", "Observed"),
                [(each.name, each.before, each.after) for each in found.found],
            )
        if found.why_not:
            stderr.print(f"They cannot be compared: {found.why_not}.")
        elif not found.found:
            stderr.print("It was seen last as it is approved.")
        if found.found:
            raise typer.Exit(ExitStatus.FOUND)


@group.command("list")
def list_baselines(
    after: Annotated[str, typer.Option(help="Begin after this item.")] = "",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Items by name: what is approved, what was seen, since when they differ; 1,000 at a time."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.baselines_read import places, standing_items

        found = standing_items(ledger.store, places(ledger.store, None, after, _MOST))
        if as_json:
            for each in found:
                print_json(
                    {
                        "item": each.place.item,
                        "approved": each.approved.digest if each.approved else None,
                        "observed": each.observed,
                        "observed_at": each.last_seen_at,
                        "differs_since": each.differs_since,
                        "proposed": each.proposal.digest if each.proposal else None,
                    }
                )
            return
        if not found:
            stderr.print("Nothing was seen of any configuration item.")
            return
        print_table(
            f"{len(found):,} configuration items",
            ("Item", "Approved", "Seen last", "Differs since", "Proposed"),
            [
                (
                    each.place.item,
                    each.approved.digest[:12] if each.approved else "nothing",
                    (each.observed or "")[:12],
                    utc_words(each.differs_since) if each.differs_since else "",
                    each.proposal.digest[:12] if each.proposal else "",
                )
                for each in found
            ],
        )
