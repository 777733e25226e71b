"""verify, and log checkpoint, prove, key, export: what an outsider can check."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import (
    counted,
    print_answer,
    print_facts,
    print_json,
    progress,
    stderr,
    stdout,
)
from changeproof.events.event import LARGEST_INTEGER
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.log.difference import LogDifference

log = typer.Typer(help="The log: its head, proofs, key and tiles.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(verify)
    app.add_typer(log, name="log")


def verify(
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint kept elsewhere, to compare with.")
    ] = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Recompute every hash, project the evidence again, compare it with the database.

    With --json a sound instance is one object with `"sound": true`; else each difference is one.
    """
    with refusals_exit():
        opened = open_ledger(data, as_it_stands=True)
        instance = opened.instance
        from changeproof.checks.judge import judge_with_due
        from changeproof.ledger.backup import latest_checkpoint
        from changeproof.ledger.reading import reading
        from changeproof.ledger.verify import verify_ledger
        from changeproof.log.keys import load_key
        from changeproof.log.verify import verify_against
        from changeproof.monitor.judging import is_judged_with_these

        signer = load_key(instance.log_key_file)
        judge_again = judge_with_due if is_judged_with_these(opened) else None
        with progress("Verifying") as advance, reading(instance) as database:
            found = verify_ledger(
                database, signer, judge_again, lambda _what, done, total: advance(done, total)
            )
            differences = list(found.differences)
            signed = latest_checkpoint(database) if found.is_sound else None
            if checkpoint is not None:
                differences += verify_against(database, _kept(checkpoint), signer.verifier.vkey)
        for each in differences:
            if as_json:
                print_json(asdict(each))
            else:
                place = f"log entry {each.entry}" if each.entry is not None else "no log entry"
                stdout.print(
                    f"{each.table}, row {each.row}, {each.column or 'row'}: {each.what} ({place})",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
        if differences:
            _next_step(differences)
            raise typer.Exit(ExitStatus.FOUND)
        if judge_again is None and found.not_yet_judged:
            # Said by a private cell that anybody with the database can edit: never "sound".
            raise Refusal(
                "The findings were not compared; all else is as the log gives it.",
                where=counted(found.not_yet_judged, "subject"),
                why="they were judged with other checks than those here",
                cure="Let them be judged again (changeproof serve, or any ingest), then verify.",
            )
        if as_json:
            print_json(
                {
                    "sound": True,
                    "entries": found.entries,
                    "checkpoint": signed,
                    "tables": found.tables,
                    "rows": found.rows,
                    "not_yet_judged": found.not_yet_judged,
                }
            )
        else:
            waiting = f" {found.not_yet_judged:,} not judged yet." if found.not_yet_judged else ""
            stdout.print(
                f"Sound: {counted(found.entries, 'entry', 'entries')}, {found.tables} tables, every"
                f" cell as the log gives it.{waiting}",
                highlight=False,
                soft_wrap=True,
            )


def _kept(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeError) as error:
        raise Refusal(
            "Nothing was verified.",
            where=str(file),
            why="the checkpoint cannot be read",
            cure="Name a file that `changeproof log checkpoint` printed.",
        ) from error


def _next_step(differences: "Sequence[LogDifference]") -> None:
    first = next((each.entry for each in differences if each.entry is not None), None)
    if first is not None:
        stderr.print(f"Next: changeproof log prove {first}", highlight=False)


@log.command("checkpoint")
def show_checkpoint(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Print the latest signed checkpoint."""
    with refusals_exit():
        note = open_ledger(data).log.checkpoint()
        if as_json:
            print_json({"checkpoint": note})
        else:
            typer.echo(note, nl=False)


@log.command("key")
def show_key(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Print the verifier key (C2SP vkey) on one line."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.log.keys import load_key

        key = load_key(ledger.instance.log_key_file).verifier.vkey
        print_answer({"key": key}, key, as_json=as_json)


@log.command("prove")
def prove(
    position: Annotated[str, typer.Argument(metavar="ENTRY", help="A position or an event id.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Print an entry, and the proof that the signed head includes it."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.log.tree import leaf_hash

        number = ledger.log.position_of(position) if len(position) == 64 else _number(position)
        entry = None if number is None else ledger.log.entry(number)
        if entry is None:
            raise Refusal(
                "There is no such entry.",
                where=position,
                why=f"the log has {counted(ledger.log.size(), 'entry', 'entries')}, counted from 0",
                cure="Name a position below that, or an event id.",
            )
        head = ledger.log.head()
        proof = [each.hex() for each in ledger.log.inclusion_proof(entry.position, head.size)]
        proven = {
            "position": entry.position,
            "event": entry.event_id,
            "leaf": leaf_hash(entry.entry).hex(),
            "size": head.size,
            "root": head.root.hex(),
            "proof": proof,
        }
        if as_json:
            print_json({**proven, "entry": entry.entry.decode()})
            return
        print_facts({key: str(value) for key, value in proven.items() if key != "proof"})
        for each in proof:
            stdout.print(each, highlight=False)
        stdout.print(entry.entry.decode(), markup=False, highlight=False, soft_wrap=True)


def _number(text: str) -> int | None:
    """A position; None for what is none, or is beyond every log."""
    fits = text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_INTEGER))
    return int(text) if fits else None


@log.command("export")
def export(
    directory: Annotated[Path, typer.Argument(help="Where to write.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write checkpoint, tiles and entry bundles as static files (C2SP tlog-tiles)."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.log.export import export as write

        size = write(ledger.log, directory)
        if as_json:
            print_json({"directory": str(directory), "size": size})
            return
        stdout.print(f"{counted(size, 'entry', 'entries')} written to {directory}.", soft_wrap=True)
