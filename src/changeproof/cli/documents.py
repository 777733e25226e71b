"""document write, in-force, acknowledge, review, list: procedures and runbooks by version."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr, utc_words

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="Procedures and runbooks, by version.")
DocumentName = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its name.")]
VersionNumber = Annotated[str, typer.Argument(metavar="VERSION", help="Such as 2.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="document")


@group.command()
def write(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Such as restore-runbook.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The whole text.")
    ],
    title: Annotated[str, typer.Option(help="What it is called.")],
    system: Annotated[str, typer.Option("--system", help="Whose people it concerns.")],
    reason: Reason,
    kind: Annotated[str, typer.Option(help="runbook, procedure or policy.")] = "runbook",
    after: Annotated[str, typer.Option(help="The version in force that it was begun from.")] = "",
    review_days: Annotated[int | None, typer.Option(help="Looked at again that often.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="Who is to read it; repeatable.")] = None,
    person: Annotated[
        list[str] | None, typer.Option(help="An e-mail address of theirs; repeatable.")
    ] = None,
    acknowledge_days: Annotated[int | None, typer.Option(help="Within so many days.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write a version: a request for a change of kind procedure; prints its id."""
    if kind not in ("runbook", "procedure", "policy"):
        raise typer.BadParameter(f'"{kind}" is not one of: runbook, procedure, policy')
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is no text in UTF-8") from error
    stated: dict[str, Any] = {"document": document, "title": title, "kind": kind, "system": system}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.documents import WriteVersion, write_version

        command = WriteVersion(
            text=text,
            reason=reason,
            after=after,
            review_days=review_days,
            roles=tuple(role or ()),
            accounts=tuple(person or ()),
            acknowledge_days=acknowledge_days,
            **stated,
        )
        return write_version(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command("in-force")
def in_force(
    document: DocumentName,
    version: VersionNumber,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put a version in force that somebody else approved."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.documents import PutInForce, put_in_force

        return put_in_force(ledger, actor, PutInForce(document, version))

    perform_act(data, user, as_json, perform)


@group.command()
def acknowledge(
    document: DocumentName,
    version: VersionNumber,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that you read the version in force and agree."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.documents import Acknowledge, acknowledge

        return acknowledge(ledger, actor, Acknowledge(document, version))

    perform_act(data, user, as_json, perform)


@group.command()
def review(
    document: DocumentName,
    version: VersionNumber,
    reason: Reason,
    outcome: Annotated[str, typer.Option(help="kept or changed.")] = "kept",
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say what came of looking at the version in force again."""
    if outcome not in ("kept", "changed"):
        raise typer.BadParameter(f'"{outcome}" is not one of: kept, changed')
    stated: dict[str, Any] = {"outcome": outcome}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.documents import ReviewDocument, review_document

        command = ReviewDocument(document, version, reason=reason, **stated)
        return review_document(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_documents(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Each document, what is in force, and who has not acknowledged it."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.readers import obliged_to_read
        from changeproof.ledger.documents_read import documents_at
        from changeproof.ledger.service import now

        moment = now()
        rows = [
            (
                each,
                [
                    one.account
                    for one in obliged_to_read(ledger.store, each, moment)
                    if one.acknowledged_at is None
                ],
            )
            for each in documents_at(ledger.store, moment)
        ]
        if as_json:
            for each, unread in rows:
                print_json(
                    {
                        "document": each.name,
                        "title": each.shown.title,
                        "system": each.shown.system,
                        "in_force": each.in_force.document_version if each.in_force else None,
                        "review_due": each.review_due,
                        "not_acknowledged": unread,
                    }
                )
            return
        if not rows:
            stderr.print("No document is kept here.")
            return
        print_table(
            f"{len(rows):,} kept",
            ("Document", "In force", "Looked at again by", "Not acknowledged by"),
            [
                (
                    each.name,
                    each.in_force.document_version if each.in_force else "none",
                    utc_words(each.review_due) if each.review_due is not None else "",
                    ", ".join(unread),
                )
                for each, unread in rows
            ],
        )
