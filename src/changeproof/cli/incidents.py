"""incident record, resolve, decide, link, list: what went wrong, and which change mends it."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import counted, print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="What went wrong, and which change mends it.")
IncidentName = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its name.")]
Severity = Literal["low", "medium", "high", "critical"]
Relation = Literal["remediates", "caused"]
Show = Literal["all", "undecided", "overdue", "waiting", "unresolved"]
_MOST = 500


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="incident")


@group.command()
def record(
    system: Annotated[str, typer.Argument(help="The system in which it went wrong.")],
    severity: Annotated[Severity, typer.Option(help="How grave it is.")],
    opened: Annotated[str | None, typer.Option(help="When it began; default: now.")] = None,
    key: Annotated[str | None, typer.Option(help="The name that another tool gave it.")] = None,
    environment: Annotated[str | None, typer.Option(help="Where.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record an incident that no tool told of; prints its name."""
    with refusals_exit():
        opened_at = read_time(opened)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.incidents import RecordIncident, record_incident

            command = RecordIncident(system, severity, opened_at, key, environment)
            return record_incident(ledger, actor, command)

        perform_act(data, user, as_json, perform)


@group.command()
def resolve(
    incident: IncidentName,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that it is over."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.incidents import ResolveIncident, resolve_incident

        return resolve_incident(ledger, actor, ResolveIncident(incident))

    perform_act(data, user, as_json, perform)


@group.command()
def decide(
    incident: IncidentName,
    needs_change: Annotated[
        bool, typer.Option("--needs-change/--needs-none", help="Whether it needs a change.")
    ],
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Decide whether it needs a change; the last decision holds."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.incidents import DecideIncident, decide_incident

        return decide_incident(ledger, actor, DecideIncident(incident, needs_change, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def link(
    incident: IncidentName,
    change: Annotated[str, typer.Argument(help="A change's id, alias or revision.")],
    relation: Annotated[Relation, typer.Option(help="What it is to the incident.")] = "remediates",
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say which change remedies it, or caused it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.incidents import LinkIncident, link_incident

        return link_incident(ledger, actor, LinkIncident(incident, change, relation))

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_incidents(
    show: Annotated[Show, typer.Option(help="Which ones.")] = "all",
    system: Annotated[str, typer.Option(help="Of one system.")] = "",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Incidents, the latest first: how each stands, and by when its change is due."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.incidents_read import incidents_listed
        from changeproof.ledger.service import now

        found = incidents_listed(ledger.store, now(), None, show=show, system=system, limit=_MOST)
        if as_json:
            for each in found:
                print_json(
                    {
                        "incident": each.name,
                        "system": each.stated.system,
                        "severity": each.stated.severity,
                        "opened_at": each.stated.opened_at,
                        "resolved_at": each.resolved_at,
                        "needs_change": bool(each.decision.needs_change) if each.decision else None,
                        "due_at": each.due_at,
                        "time_to_change": each.time_to_change,
                        "verdict": each.verdict,
                        "changes": {row.change: row.relation for row in each.changes},
                    }
                )
            return
        if not found:
            stderr.print("No such incident is on record.")
            return
        print_table(
            f"{counted(len(found), 'incident')}, the latest first",
            ("Incident", "System", "Severity", "Opened", "Due", "Stands"),
            [
                (
                    each.name,
                    each.stated.system or "",
                    each.stated.severity or "",
                    utc_words(each.stated.opened_at),
                    utc_words(each.due_at),
                    each.verdict,
                )
                for each in found
            ],
        )
