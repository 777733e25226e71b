"""changes, change, evaluate: what is on record and how it is judged."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import (
    DEFAULT_DATA,
    AsJson,
    AsOf,
    DataDirectory,
    Server,
    SystemName,
    read_time,
)
from changeproof.cli.output import (
    counted,
    print_facts,
    print_json,
    print_table,
    stdout,
    utc_words,
    verdict_words,
)
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.ledger.joined import Finding
    from changeproof.ledger.service import Ledger
    from changeproof.ledger.store import Store

Verdict = Annotated[str | None, typer.Option(help="Only changes with this verdict.")]
Engine = Annotated[str, typer.Option(help="sqlite, duckdb or spark.")]


VERDICTS = ("deviation", "not_verifiable", "pending", "met", "not_applicable")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(changes)
    app.command()(change)
    app.command()(evaluate)


def changes(
    system: SystemName = None,
    verdict: Verdict = None,
    as_of: AsOf = None,
    data: DataDirectory = DEFAULT_DATA,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List the changes on record, each with its findings, judged for a moment."""
    with refusals_exit():
        moment = read_time(as_of)
        if verdict is not None and verdict not in VERDICTS:
            raise typer.BadParameter(f'"{verdict}" is no verdict; use {", ".join(VERDICTS)}')
        if server:
            described = _remote_changes(server, system, verdict, as_of)
        else:
            described = _local_changes(open_ledger(data), system, verdict, moment)
        if as_json:
            for each in described:
                print_json(each)
            return
        rows = [
            [
                verdict_words(each["verdict"]),
                each["id"],
                each["system"],
                _first_line(each["title"]),
            ]
            for each in described
        ]
        print_table(counted(len(rows), "change"), ["Verdict", "Change", "System", "Title"], rows)


@dataclass(slots=True)
class _View:
    """One unchanging view of the record, while others write: what is read of it fits together."""

    store: "Store"
    texts: "Callable[[Iterable[str]], dict[str, str]]"


def _local_changes(
    ledger: "Ledger", system: str | None, verdict: str | None, moment: int | None
) -> list[dict[str, Any]]:
    """Every change with its findings for a moment (default: now), computed here and now."""
    from changeproof.checks.judge import evaluate_all
    from changeproof.ledger.changes_read import change_json, read_changes
    from changeproof.ledger.reading import reading
    from changeproof.ledger.service import now
    from changeproof.ledger.store import Store
    from changeproof.ledger.systems_known import known_systems, names_to_choose

    findings: dict[str, list[Finding]] = {}
    with reading(ledger.instance) as database:
        view = _View(Store(database), ledger.texts)
        if system is not None and system not in (known := known_systems(view.store)):
            raise Refusal(
                "The changes were not listed.",
                where=f"--system {system}",
                why="no such system is known",
                cure=names_to_choose(system, known),
            )
        for finding in evaluate_all(view.store, now() if moment is None else moment):
            findings.setdefault(finding.subject, []).append(finding)
        described = [
            change_json(record, findings.get(record.id, []))
            for record in read_changes(view, as_of=moment)
            if system is None or record.system == system
        ]
    return [each for each in described if verdict is None or each["verdict"] == verdict]


def _remote_changes(
    server: str, system: str | None, verdict: str | None, as_of: str | None
) -> list[dict[str, Any]]:
    from changeproof.cli.remote import Remote

    remote = Remote(server, os.environ.get("CHANGEPROOF_TOKEN"))
    query = {"system": system, "verdict": verdict, "as_of": as_of}
    asked = {name: value for name, value in query.items() if value is not None}
    return list(remote.all_items("/api/changes", asked))


def _first_line(title: str | None) -> str:
    return (title or "").split("\n", 1)[0][:80].replace("[", r"\[")


def change(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id, alias or revision.")],
    as_of: AsOf = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show one change: who, what, and every finding with its reason."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.checks.judge import judge
        from changeproof.ledger.changes_read import change_json, read_changes
        from changeproof.ledger.service import now
        from changeproof.workflow.naming import find_change

        found = find_change(ledger, name)
        moment = read_time(as_of)
        findings = judge(ledger.store, [found], now() if moment is None else moment)
        record = read_changes(ledger, [found])[0]
        described = change_json(record, findings)
        if as_json:
            print_json(described)
            return
        _show(described, record.opened_at)


def _show(described: dict[str, Any], opened_at: int | None) -> None:
    from changeproof.accounts.names import filled

    stdout.print(f"[bold]{_first_line(described['title']) or described['id']}[/bold]")
    print_facts(
        {
            "Verdict": verdict_words(described["verdict"]),
            "Change": described["id"],
            "Also": ", ".join(described["aliases"][:6]) or "–",
            "System": described["system"],
            "Origin": described["origin"],
            "Opened": utc_words(opened_at),
            "Requested by": _who(described["requested_by"]),
            "Written by": ", ".join(map(_who, described["authors"])) or "–",
            "Revisions": ", ".join(each[:12] for each in described["revisions"][:8]) or "–",
        }
    )
    stdout.print()
    rows = [
        [
            verdict_words(each["verdict"]),
            each["check"],
            filled(each["reason"]).replace("[", r"\["),
        ]
        for each in described["findings"]
    ]
    print_table(counted(len(rows), "finding"), ["State", "Check", "Reason"], rows)


def _who(account: str | None) -> str:
    from changeproof.accounts.names import filled

    return filled(f"{{{account}}}") if account else "–"


def evaluate(
    engine: Engine = "sqlite",
    as_of: AsOf = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Judge everything anew for a moment, on any engine; the answers are the same."""
    with refusals_exit():
        if engine not in ("sqlite", "duckdb", "spark"):
            raise typer.BadParameter(f'"{engine}" is no engine; use sqlite, duckdb or spark')
        chosen = cast(Literal["sqlite", "duckdb", "spark"], engine)
        ledger = open_ledger(data)
        from changeproof.checks.judge import evaluate_all
        from changeproof.ledger.changes_read import finding_json
        from changeproof.ledger.service import now

        moment = read_time(as_of)
        findings = sorted(
            evaluate_all(ledger.store, now() if moment is None else moment, chosen),
            key=lambda row: (row.subject, row.check_id),
        )
        if as_json:
            for each in findings:
                print_json({"subject": each.subject, **finding_json(each)})
            return
        _count(findings)


def _count(findings: "list[Finding]") -> None:
    states = ("deviation", "not_verifiable", "pending", "met", "not_applicable", "raised", "clear")
    counts: dict[str, dict[str, int]] = {}
    for each in findings:
        held = counts.setdefault(each.check_id, dict.fromkeys(states, 0))
        held[each.verdict] += 1
    rows = [
        [check_id, *(str(held[state]) if held[state] else "" for state in states)]
        for check_id, held in sorted(counts.items())
    ]
    headings = ["Check", *(verdict_words(state) for state in states)]
    print_table(counted(len(findings), "finding"), headings, rows)
