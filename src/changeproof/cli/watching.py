"""watch-folder: take in what is put into a folder."""

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, stderr, stdout

if TYPE_CHECKING:
    from changeproof.intake.files import FileTaken

PULSE = 2.0
"""Seconds between two looks."""


def watch_folder(
    folder: Annotated[Path, typer.Argument(help="Where files are put.")],
    kind: Annotated[
        str | None, typer.Option(help="Of which kind they are; default: the shape of each decides.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Take what is there now, all of it complete, and end.")
    ] = False,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take files in once they are complete, and judge what they touched, until interrupted.

    They are moved to taken/, or to refused/ with the reason beside them.
    """
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.intake.folder import WatchedFolder

        watched = WatchedFolder(folder, kind)
        if once:
            done = watched.look(ledger, complete=True)
            judge_all(ledger)
            _say(done, as_json=as_json)
            if not all(each.was_read for each in done):
                raise typer.Exit(ExitStatus.FOUND)
            return
        stderr.print(f"Files in {folder} are taken in. Stop with Ctrl-C.", highlight=False)
        with suppress(KeyboardInterrupt):
            while True:
                done = watched.look(ledger)
                if done:
                    judge_all(ledger)
                    _say(done, as_json=as_json)
                time.sleep(PULSE)


def _say(done: list["FileTaken"], *, as_json: bool) -> None:
    for each in done:
        if as_json:
            print_json(
                {
                    "file": each.name,
                    "kind": each.kind,
                    "outcome": each.outcome,
                    "events": each.events,
                    "reason": each.reason,
                }
            )
        else:
            said = each.reason or f"{each.kind}, {each.events:,} new events"
            stdout.print(f"{each.outcome}  {each.name}: {said}", soft_wrap=True, markup=False)
