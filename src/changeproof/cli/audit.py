"""snapshot, audit pack, verifier: what leaves the house."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import counted, print_json, progress, stderr, stdout

audit = typer.Typer(help="Evidence for an examination.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(snapshot)
    app.add_typer(audit, name="audit")
    app.command()(verifier)


def snapshot(
    directory: Annotated[Path, typer.Argument(help="Where to write Parquet files.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write every evidence table as Parquet; the same log gives the same bytes."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.snapshot import write_snapshot

        with progress("Writing tables"):
            manifest = write_snapshot(ledger.store, directory)
        if as_json:
            for each in manifest.files:
                print_json({"table": each.table, "rows": each.rows, "sha256": each.sha256})
        else:
            rows = sum(each.rows for each in manifest.files)
            count = len(manifest.files)
            stdout.print(
                f"{counted(count, 'table')}, {counted(rows, 'row')} in {directory}.", soft_wrap=True
            )


@audit.command("pack")
def pack(
    start: Annotated[str, typer.Option("--from", help="First day, or a time.")],
    end: Annotated[str, typer.Option("--to", help="The day or time after the last.")],
    output: Annotated[Path, typer.Option("--output", help="The file to write.")],
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write the evidence pack of a period; a period not yet closed gives an interim pack."""
    with refusals_exit():
        period = (read_time(start), read_time(end))
        if period[0] is None or period[1] is None or period[0] >= period[1]:
            raise typer.BadParameter("--from must be before --to")
        ledger = open_ledger(data)
        from changeproof.audits.issue import issue_pack

        judge_all(ledger)
        with progress("Writing the pack") as advance:

            def tell(_what: str, done: int, total: int) -> None:
                advance(done, total)

            issued = issue_pack(ledger, period[0], period[1], output, tell)
        if as_json:
            told = {**asdict(issued), "file": str(issued.file)}
            print_json(told)
        else:
            kind = "Interim pack" if issued.interim else "Pack"
            stdout.print(f"{kind} written: {output}", soft_wrap=True)
            stdout.print(f"sha256 {issued.digest}", highlight=False)
        stderr.print(f"Next: changeproof verifier {output}", highlight=False, soft_wrap=True)


def verifier(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A pack.")],
    key: Annotated[
        str | None, typer.Option(metavar="VKEY", help="The log's key, from elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a pack and perform it again, offline: proofs, evidence, every check."""
    with refusals_exit():
        from changeproof.log.notes import BadNote, Verifier
        from changeproof.verifier.verification import verify_pack

        try:
            if key is not None:
                Verifier.parse(key)
        except BadNote as error:
            raise typer.BadParameter(
                f"--key is no verifier key ({error}); it is the line that"
                " `changeproof log key` prints"
            ) from error

        with progress("Verifying") as advance:
            report = verify_pack(
                file, key, on_progress=lambda _what, done, total: advance(done, total)
            )
        if as_json:
            for step in report.steps:
                print_json(asdict(step))
        else:
            for line in report.lines():
                stdout.print(line, highlight=False, markup=False, soft_wrap=True)
        if not report.is_sound:
            raise typer.Exit(ExitStatus.FOUND)
