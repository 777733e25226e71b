"""connect, import, ingest: how evidence gets in."""

import os
from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli import asked_sources, watching, webhooks
from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, Server
from changeproof.cli.output import print_answer, print_json, print_table, progress, stderr, stdout
from changeproof.events.refusal import WrongUsage

connect = typer.Typer(help="Connect a source.", no_args_is_help=True)
imports = typer.Typer(help="Take in what a system holds already.", no_args_is_help=True)

_SHALLOW = (
    "The history is shallow: what lies before its first commits was left out of the clone. That is"
    " on record, and what turns on it is not verifiable.\n"
    "Cure: git -C {path} fetch --unshallow, then import it again."
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(connect, name="connect")
    app.add_typer(imports, name="import")
    app.command()(ingest)
    app.command()(kinds)
    connect.command("source")(asked_sources.connect_source)
    connect.command("github")(webhooks.connect_github)
    connect.command("webhook")(webhooks.connect_webhook)
    app.command("watch-folder")(watching.watch_folder)
    app.command()(asked_sources.fetch)
    app.command()(asked_sources.sources)
    app.command()(asked_sources.disconnect)


@connect.command("alerts")
def connect_alerts(
    kind: Annotated[str, typer.Argument(help="mail, webhook or service.")],
    address: Annotated[
        str | None,
        typer.Argument(
            help="An e-mail address, a URL that takes JSON, or an apprise URL; default: the"
            " variable CHANGEPROOF_ALERT_ADDRESS, or asked for, so that no secret is typed."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What it is called here; default: its kind.")] = "",
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Tell this address of unauthorized changes, and of deliveries that could not be read."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.workflow.recording import door
        from changeproof.workflow.telling import AddChannel, connect_channel

        stated = address or os.environ.get("CHANGEPROOF_ALERT_ADDRESS", "")
        stated = stated or typer.prompt("Address", hide_input=True, err=True)
        door.set("cli")
        command = AddChannel(kind, stated, name)
        channel = connect_channel(ledger, user_named(user).account, command)
        told = f"Alerts go to {channel.shown} by {kind}, called “{channel.name}”."
        known = {"channel": channel.name, "kind": kind, "to": channel.shown}
        print_answer(known, told, as_json=as_json)
        stderr.print(
            f'Next: changeproof alerts test "{channel.name}" --data {data}',
            highlight=False,
            soft_wrap=True,
            markup=False,
        )


@imports.command("git")
def import_history(
    path: Annotated[str, typer.Argument(help="A repository, bare or not.")],
    system: Annotated[str, typer.Option("--system", help="The system that it belongs to.")],
    production: Annotated[
        str | None,
        typer.Option(help="What is production: a branch, or 'tags:GLOB'. Default: the branch."),
    ] = None,
    configuration_files: Annotated[
        str | None,
        typer.Option(
            help="Which files are configuration items: patterns with commas, as in"
            " 'default,deploy/*.ini'; or 'none'. Default: those of CI and deployment."
        ),
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take in a git history and judge it. A second import takes in only what is new."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.intake.file_trust import require_files_accepted
        from changeproof.intake.git import import_git

        _refuse_bad_name(system)
        require_files_accepted(ledger, "git")
        with progress("Reading the history") as advance:
            imported = import_git(ledger, path, system, production, advance, configuration_files)
        judge_all(ledger)
        if imported.shallow:
            stderr.print(_SHALLOW.format(path=path), markup=False, highlight=False, soft_wrap=True)
        if as_json:
            print_json(
                {
                    "commits": imported.commits,
                    "events": imported.events,
                    "system": system,
                    "shallow": imported.shallow,
                }
            )
        else:
            stdout.print(
                f"{imported.commits:,} new commits of {system}, {imported.events:,} new events.",
                soft_wrap=True,
            )
            stderr.print(
                f"Next: changeproof changes --data {data}", highlight=False, soft_wrap=True
            )


def _refuse_bad_name(system: str) -> None:
    if system != system.strip() or not system.isprintable() or not 1 <= len(system) <= 200:
        raise WrongUsage(
            "The history was not read.",
            where="--system",
            why="it is empty, long, surrounded by blanks, or has unprintable characters",
            cure="Name the system as people speak of it, such as: --system shop",
        )


def ingest(
    kind: Annotated[
        str, typer.Argument(help="github, jira, junit, …; `changeproof kinds` lists them.")
    ],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Payloads as files.", metavar="FILE…")
    ] = None,
    event: Annotated[
        str | None, typer.Option(help="The event's name, where its sender puts it in a header.")
    ] = None,
    detect: Annotated[
        bool, typer.Option("--detect", help="No KIND: each file's shape decides.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(help="For reports: the revision that was looked at.")
    ] = None,
    repository: Annotated[
        str | None, typer.Option(help="For reports: the repository that the revision is of.")
    ] = None,
    system: Annotated[
        str | None, typer.Option(help="The system that the payload is about.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option(help="The environment that the payload is about.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="For test reports: what the suite or check is called.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="For reports that state no time: when the tool ran (RFC 3339)."),
    ] = None,
    decided_by: Annotated[
        str | None,
        typer.Option(
            help="For statements about vulnerabilities (VEX): the account of who decided."
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="The forge's server, where the payload does not name it.")
    ] = None,
    project: Annotated[
        str | None, typer.Option(help="The project's number there, where the payload has none.")
    ] = None,
    stated: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="What else its kind lets you state, such as cluster=eu or applied_at=….",
        ),
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Take payloads in from files, and judge what they touched."""
    with refusals_exit():
        from changeproof.cli.ingestion import Ingested, ingest_here, ingest_there

        known = {
            **_pairs(stated),
            "revision": revision,
            "repository": repository,
            "system": system,
            "environment": environment,
            "name": name,
            "at": at,
            "decided_by": decided_by,
            "host": host,
            "project": project,
        }
        options = {key: said for key, said in known.items() if said}
        named = [*([Path(kind)] if detect else []), *(files or [])]
        if not named:
            raise WrongUsage(
                "Nothing was taken in.", where="FILE…", why="no file was named", cure="Name a file."
            )
        if server:
            results: list[Ingested] = ingest_there(
                server, None if detect else kind, named, event, options
            )
        else:
            ledger = open_ledger(data)
            results = ingest_here(ledger, None if detect else kind, named, event, options)
            judge_all(ledger)
        for each in results:
            if as_json:
                print_json(each.described())
            elif each.outcome != "translated":
                stdout.print(f"{each.outcome}  {each.file}: {each.reason}", soft_wrap=True)
        if not as_json:
            taken = sum(1 for each in results if each.outcome == "translated")
            stdout.print(f"{taken} of {len(results)} files translated.")
        if any(each.outcome in ("refused", "quarantined") for each in results):
            raise typer.Exit(ExitStatus.FOUND)


def _pairs(stated: list[str] | None) -> dict[str, str]:
    from changeproof.sources.translate import stated_names

    pairs = {}
    for each in stated or []:
        name, found, value = each.partition("=")
        if not found or not value or name not in stated_names():
            raise WrongUsage(
                "Nothing was taken in.",
                where=f"--stated {each[:60]}",
                why="it states none of the names that kinds take, or no value",
                cure=f"Write NAME=VALUE with one of: {', '.join(stated_names())}.",
            )
        pairs[name] = value
    return pairs


def kinds(
    counts: Annotated[
        bool, typer.Option("--counts", help="How many deliveries of each came of it, here.")
    ] = False,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List what `ingest` reads."""
    if counts:
        _print_counts(data, as_json=as_json)
        return
    from changeproof.sources.translate import described

    rows = described()
    if as_json:
        for row in rows:
            print_json(row)
        return
    width = max(len(row["kind"]) for row in rows)
    for row in rows:
        also = f" (also: {', '.join(row['aliases'])})" if row["aliases"] else ""
        stdout.print(
            f"{row['kind']:<{width}}  {row['title']}{also}", soft_wrap=True, highlight=False
        )


def _print_counts(data: Path, *, as_json: bool) -> None:
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.intake.counts import COUNTED, read_counts, table_of
        from changeproof.sources.translate import KINDS

        rows = table_of(read_counts(ledger), KINDS)
        if as_json:
            for row in rows:
                print_json(row)
            return
        came = [row for row in rows if any(row[outcome] for outcome in COUNTED)]
        print_table(
            f"{len(came)} of {len(rows)} kinds brought something",
            ("Kind", *(outcome.title() for outcome in COUNTED)),
            [(str(row["kind"]), *(f"{row[each]:,}" for each in COUNTED)) for row in came],
        )
