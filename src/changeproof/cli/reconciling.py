"""reconcile: is the list of changes complete?"""

from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, SystemName, read_time
from changeproof.cli.output import print_json, print_table, stderr, stdout, utc_words, verdict_words
from changeproof.events.refusal import WrongUsage

if TYPE_CHECKING:
    from changeproof.ledger.reconciliation.reconcile import Count, Reconciliation

LISTED = 50


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(reconcile)


def reconcile(
    start: Annotated[str | None, typer.Option("--from", help="First day, or a time.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The day or time after the last.")] = None,
    system: SystemName = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Hold tickets, pull requests, commits, builds, deployments and what runs against each other.

    Exit status 1 where an item is explained by nothing on record.
    """
    with refusals_exit():
        since, until = read_time(start), read_time(end)
        if since is not None and until is not None and since >= until:
            raise typer.BadParameter("--from must be before --to")
        ledger = open_ledger(data)
        from changeproof.ledger.reconciliation import described
        from changeproof.ledger.reconciliation import reconcile as counting
        from changeproof.ledger.systems_known import known_systems, names_to_choose

        judge_all(ledger)
        known = known_systems(ledger.store)
        if system is not None and system not in known:
            raise WrongUsage(
                "Nothing was reconciled.",
                where=system,
                why="no such system is known",
                cure=names_to_choose(system, known),
            )
        found = counting.reconcile(
            ledger.store,
            described.standing_findings(ledger.store),
            since,
            until,
            None if system is None else frozenset({system}),
        )
        if as_json:
            print_json(described.reconciliation_json(found))
        else:
            _print(found)
        if found.unexplained:
            raise typer.Exit(ExitStatus.FOUND)


def _print(found: "Reconciliation") -> None:
    print_table(
        "Every side adds up: matched and left over make its total.",
        ("Between", "Left", "matched", "left over", "Right", "matched", "left over"),
        [(each.span.label, *_figures(each.left), *_figures(each.right)) for each in found.spans],
    )
    print_table(
        "Not code, against what is on file.",
        ("What happened", "Seen", "explained", "left over"),
        [(each.beside.label, *_figures(each.count)) for each in found.beside],
    )
    for verdict, number in found.by_verdict.items():
        stdout.print(f"{verdict_words(verdict)} {number:,}", highlight=False)
    urgent = [row for row in found.leftovers if row.verdict in ("unexplained", "deviation")]
    if urgent:
        print_table(
            f"{min(len(urgent), LISTED)} of {len(urgent)} leftovers that need an eye",
            ("State", "Item", "System", "When", "Reason"),
            [
                (
                    verdict_words(row.verdict),
                    row.item,
                    row.system or "",
                    utc_words(row.happened_at),
                    row.reason.partition(" Why: ")[0],
                )
                for row in urgent[:LISTED]
            ],
        )
    if found.unexplained:
        stderr.print(f"Not reconciled: {found.unexplained:,} explained by nothing on record.")
    else:
        stderr.print("Reconciled: every leftover has a verdict. All of them: --json")


def _figures(count: "Count") -> tuple[str, str, str]:
    return f"{count.total:,}", f"{count.matched:,}", f"{len(count.leftovers):,}"
