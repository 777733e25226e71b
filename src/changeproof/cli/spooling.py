"""spool: what waits on this disk for a server that was away, and sending it."""

import typer

from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.options import AsJson, Server, needed
from changeproof.cli.output import print_json, print_table, utc_words
from changeproof.cli.spool import spool_here

spool = typer.Typer(name="spool", help="Reports that wait for their server.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(spool)


@spool.command("list")
def list_waiting(as_json: AsJson = False) -> None:
    """List what waits, oldest first."""
    with refusals_exit():
        waiting = list(spool_here().waiting())
        if as_json:
            for each in waiting:
                print_json(each.described())
            return
        rows = [
            [utc_words(each.report.reported_at), each.report.name, each.report.server]
            for each in waiting
        ]
        print_table(f"{len(rows)} waiting", ["reported", "file", "server"], rows)


@spool.command("send")
def send(server: Server = None, as_json: AsJson = False) -> None:
    """Send what waits for a server, with CHANGEPROOF_TOKEN."""
    with refusals_exit():
        from changeproof.cli.reporting import Reporting

        address = needed(server, "--server", "Name it, or set CHANGEPROOF_SERVER.")
        reporting = Reporting(address)
        sent, refused = reporting.send_waiting()
        left = sum(1 for _ in reporting.spool.waiting(reporting.server))
        if as_json:
            print_json({"sent": sent, "refused": refused, "waiting": left})
        elif reporting.is_away:
            reporting.say_what_waits([each.file.name for each in reporting.spool.waiting()])
        if left:
            raise typer.Exit(ExitStatus.UNABLE if reporting.is_away else ExitStatus.FOUND)
