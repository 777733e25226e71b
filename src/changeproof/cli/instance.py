"""init, serve, doctor, backup, restore: the life of an instance."""

import os
from pathlib import Path
from typing import Annotated, get_args

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_answer, print_facts, print_json, stderr
from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import Instance, Profile, create_instance

PSEUDONYM_KEY = "CHANGEPROOF_PSEUDONYM_KEY"
DATABASE_URL = "CHANGEPROOF_DATABASE_URL"

_MARKS = {True: "✓", False: "✕", None: "–"}
"""Sound, not sound, nothing yet."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(init)
    app.command()(serve)
    app.command()(doctor)
    app.command()(reindex)
    app.command()(backup)
    app.command()(restore)


def init(
    profile: Annotated[str, typer.Option(help="standard, small_team or regulated.")] = "standard",
    pseudonym_key: Annotated[
        Path | None,
        typer.Option("--pseudonym-key", help="A file with 64 hexadecimal digits."),
    ] = None,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="For invented data; for life.")
    ] = False,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make an instance. Asks nothing; twice is harmless."""
    with refusals_exit():
        made = make_instance(data, _profile(profile), pseudonym_key, demonstration)
        kind = "Demonstration instance" if made.demonstration else "Instance"
        told = {
            "data": str(data),
            "profile": made.profile,
            "demonstration": made.demonstration,
            "origin": made.origin,
        }
        words = f"{kind} ready in {data} (profile {made.profile})."
        print_answer(told, words, as_json=as_json)
        stderr.print(f"Next: changeproof serve --data {data}", highlight=False, soft_wrap=True)


def _profile(word: str) -> Profile:
    for profile in get_args(Profile):
        if profile == word:
            named: Profile = profile
            return named
    raise typer.BadParameter(f'"{word}" is no profile; use one of: {", ".join(get_args(Profile))}')


def make_instance(
    data: Path, profile: Profile, key_file: Path | None, demonstration: bool
) -> Instance:
    """Directory, keys, tables, initial policy, the operator. Repeating it adds nothing."""
    made = create_instance(
        data,
        profile=profile,
        demonstration=demonstration,
        pseudonym_key=_pseudonym_key(key_file),
        database_url=_database_url(),
    )
    ledger = open_ledger(data, begins=True)
    from changeproof.accounts.people import operator
    from changeproof.policy.parameters import initial_policy_event
    from changeproof.workflow.controls import record_initial_controls

    event, content = initial_policy_event(made.profile)
    ledger.record_events([event], [content], collector="init")
    record_initial_controls(ledger)
    operator()
    return made


def _database_url() -> str | None:
    """The address in the environment. Raises Refusal for one that PostgreSQL cannot read."""
    url = os.environ.get(DATABASE_URL) or None
    if url is not None:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict

        try:
            conninfo_to_dict(url)
        except ProgrammingError as error:
            raise Refusal(
                "The instance was not made.",
                where=DATABASE_URL,
                why="it is no PostgreSQL address",
                cure="Write it like postgresql://user:password@host:5432/changeproof.",
            ) from error
    return url


def _pseudonym_key(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(PSEUDONYM_KEY) or None
    try:
        return file.read_text().strip()
    except (OSError, UnicodeError) as error:
        raise Refusal(
            "The instance was not made.",
            where=str(file),
            why="the pseudonym key cannot be read",
            cure="Name a file with 64 hexadecimal digits.",
        ) from error


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8000,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Serve pages, API and webhooks, and judge what comes in, in one process."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.cli.serving import run_server

        run_server(ledger, port, as_json=as_json)


def doctor(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say what is healthy and what is not: keys, database, queue, sources."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.cli.diagnosis import diagnose

        findings = diagnose(ledger)
        for each in findings:
            if as_json:
                print_json({"what": each.what, "sound": each.sound, "detail": each.detail})
        if not as_json:
            print_facts({each.what: f"{_MARKS[each.sound]} {each.detail}" for each in findings})
        if any(each.sound is False for each in findings):
            raise typer.Exit(ExitStatus.FOUND)


def reindex(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Throw the index of the search away and make it anew out of the record."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.search_index import index_again

        number = index_again(ledger)
        words = f"{number:,} changes and other subjects were indexed."
        print_answer({"indexed": number}, words, as_json=as_json)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if there is one.")
    ] = False,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write database, keys and description into one file, while events may arrive."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.backup import backup as write_backup

        write_backup(ledger.instance, file, overwrite=overwrite)
        told = {"file": str(file), "bytes": file.stat().st_size}
        print_answer(told, f"Backup written: {file}", as_json=as_json)
        stderr.print("It holds the instance's keys: keep it as you keep them.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    database: Annotated[
        str | None, typer.Option(help="For PostgreSQL: the URL of an empty database.")
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make an instance out of a backup, in an empty directory."""
    with refusals_exit():
        from changeproof.ledger.backup import restore as read_backup

        read_backup(file, data, database or os.environ.get(DATABASE_URL) or None)
        entries = open_ledger(data).log.size()
        told = {"data": str(data), "entries": entries}
        print_answer(told, f"Instance restored in {data}.", as_json=as_json)
        stderr.print(f"Next: changeproof verify --data {data}", highlight=False)
