"""search: changes by words, names, numbers and revisions, as the pages find them."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, Server
from changeproof.cli.output import counted, print_json, print_table, stderr, verdict_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger

MOST = 500
"""Changes that are listed: of more, a longer text finds fewer."""


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(search)


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD…", help="Words, a name, #7, a revision.")
    ],
    data: DataDirectory = DEFAULT_DATA,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Find changes by what was said of them, who took part, or what they are called."""
    with refusals_exit():
        text = " ".join(words).strip()
        if not text:
            raise typer.BadParameter("say what to look for")
        found = _there(server, text) if server else _here(open_ledger(data), text)
        if as_json:
            for each in found:
                print_json(each)
            return
        rows = [
            [verdict_words(each["verdict"]), each["id"], each["system"], _first_line(each["title"])]
            for each in found
        ]
        print_table(counted(len(rows), "change"), ["Verdict", "Change", "System", "Title"], rows)


def _here(ledger: "Ledger", text: str) -> list[dict[str, Any]]:
    from changeproof.ledger.changes_found import find_changes
    from changeproof.ledger.changes_read import change_json, read_changes, read_findings
    from changeproof.ledger.search_index import waiting_to_be_indexed
    from changeproof.workflow.searching import matching_changes

    ids = find_changes(ledger.store, matching=matching_changes(ledger, text), limit=MOST)
    waiting = waiting_to_be_indexed(ledger)
    if waiting:
        stderr.print(f"{waiting:,} wait to be indexed; a running server does so.")
    findings = read_findings(ledger.store, ids)
    return [change_json(each, findings[each.id]) for each in read_changes(ledger, ids)]


def _there(server: str, text: str) -> list[dict[str, Any]]:
    from changeproof.cli.remote import Remote

    remote = Remote(server, os.environ.get("CHANGEPROOF_TOKEN"))
    return list(remote.all_items("/api/changes", {"text": text}))


def _first_line(title: str | None) -> str:
    return (title or "").split("\n", 1)[0][:80].replace("[", r"\[")
