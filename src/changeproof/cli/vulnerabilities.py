"""vulnerability link, rule-out, list: known weaknesses, and which change mends them."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import counted, print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Known weaknesses, and which change mends them.")
VulnerabilityName = Annotated[str, typer.Argument(metavar="VULNERABILITY", help="Its name.")]
Outcome = Literal["not_affected", "false_positive"]
Show = Literal["open", "overdue", "due", "unlinked", "exploited", "ended", "all"]
_MOST = 500


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="vulnerability")


@group.command()
def link(
    vulnerability: VulnerabilityName,
    change: Annotated[str, typer.Argument(help="A change's id, alias or revision.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say which change removes it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.weaknesses import LinkVulnerability, link_vulnerability

        return link_vulnerability(ledger, actor, LinkVulnerability(vulnerability, change))

    perform_act(data, user, as_json, perform)


@group.command("rule-out")
def rule_out(
    vulnerability: VulnerabilityName,
    outcome: Annotated[Outcome, typer.Option("--as", help="What it is instead.")],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that it does not affect us, or is a false alarm."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.weaknesses import RuleOutVulnerability
        from changeproof.workflow.weaknesses import rule_out as act

        return act(ledger, actor, RuleOutVulnerability(vulnerability, outcome, reason))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_vulnerabilities(
    show: Annotated[Show, typer.Option(help="Which ones.")] = "open",
    severity: Annotated[str, typer.Option(help="As it was found: low to critical.")] = "",
    system: Annotated[str, typer.Option(help="Of one system.")] = "",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Known vulnerabilities, the latest found first: by when each is due, and how it stands."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.service import now
        from changeproof.ledger.vulnerabilities_read import vulnerabilities_listed

        found = vulnerabilities_listed(
            ledger.store, now(), None, show=show, severity=severity, system=system, limit=_MOST
        )
        if as_json:
            for each in found:
                print_json(
                    {
                        "vulnerability": each.name,
                        "advisory": each.stated.advisory,
                        "package": each.stated.package,
                        "system": each.stated.system,
                        "severity": each.severity,
                        "known_exploited": each.known_exploited,
                        "due_at": each.due_at,
                        "verdict": each.verdict,
                        "stages": dict(each.stages),
                        "changes": [row.change for row in each.patches],
                    }
                )
            return
        if not found:
            stderr.print("No such vulnerability is on record.")
            return
        print_table(
            f"{counted(len(found), 'vulnerability', 'vulnerabilities')}, the latest found first",
            ("Vulnerability", "System", "Severity", "Found", "Due", "Stands"),
            [
                (
                    each.name,
                    each.stated.system or "",
                    each.severity,
                    utc_words(each.stated.found_at),
                    utc_words(each.due_at),
                    each.verdict,
                )
                for each in found
            ],
        )
