"""verify, and log checkpoint, prove, key, export: what an outsider can check."""

from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_facts, print_json, progress, stderr, stdout
from changeproof.events.refusal import Refusal

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
    """Recompute every hash, project the evidence again, compare it with the database."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.checks.judgement import judge
        from changeproof.ledger.verify import verify_instance

        kept = checkpoint.read_text() if checkpoint else None
        with progress("Verifying") as advance:
            report = verify_instance(ledger, judge, kept, advance)
        for each in report.differences:
            if as_json:
                print_json(each.described())
            else:
                stdout.print(each.sentence, markup=False, highlight=False, soft_wrap=True)
        if report.differences:
            first = next((e.entry for e in report.differences if e.entry is not None), None)
            if first is not None:
                stderr.print(f"Next: changeproof log prove {first}", highlight=False)
            raise typer.Exit(ExitStatus.FOUND)
        if not as_json:
            stdout.print(report.sentence, highlight=False, soft_wrap=True)


@log.command("checkpoint")
def show_checkpoint(data: DataDirectory = DEFAULT_DATA) -> None:
    """Print the latest signed checkpoint."""
    with refusals_exit():
        typer.echo(open_ledger(data).log.checkpoint(), nl=False)


@log.command("key")
def show_key(data: DataDirectory = DEFAULT_DATA) -> None:
    """Print the verifier key (C2SP vkey) on one line."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.log.keys import load_key

        typer.echo(load_key(ledger.instance.log_key_file).verifier.vkey)


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
                why=f"the log has {ledger.log.size():,} entries, counted from 0",
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
    return int(text) if text.isascii() and text.isdigit() else None


@log.command("export")
def export(
    directory: Annotated[Path, typer.Argument(help="Where to write.")],
    data: DataDirectory = DEFAULT_DATA,
) -> None:
    """Write checkpoint, tiles and entry bundles as static files (C2SP tlog-tiles)."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.log.export import export as write

        size = write(ledger.log, directory)
        stdout.print(f"{size:,} entries written to {directory}.", soft_wrap=True)
