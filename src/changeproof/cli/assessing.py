"""assess, attach: answer a question that a change raises, and put a file beside it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from changeproof.cli.desk import Actor, ChangeName, perform_act
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.events.assessments import Topic

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.assessing import Verdict
    from changeproof.workflow.recording import Done

_TOPICS: tuple[str, ...] = get_args(Topic)
_ANSWERS = ("addressed", "not_affected", "rejected")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (assess, attach):
        app.command()(command)


def assess(
    change: ChangeName,
    topic: Annotated[str, typer.Option(help=f"One of: {', '.join(_TOPICS)}.")],
    answer: Annotated[str, typer.Option(help="addressed, not_affected or rejected.")],
    item: Annotated[
        list[str] | None, typer.Option(help="What it is about: a system, a risk; repeatable.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="How, or why not; kept with it.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Answer one question about a change; a later answer replaces yours, and both are kept."""
    for word, known in ((topic, _TOPICS), (answer, _ANSWERS)):
        if word not in known:
            raise typer.BadParameter(f'"{word}" is not one of: {", ".join(known)}')

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.assessing import Answer, AssessChange
        from changeproof.workflow.assessing import assess as act

        said = Answer(cast(Topic, topic), cast("Verdict", answer), tuple(item or ()), reason)
        return act(ledger, actor, AssessChange(change, (said,)))

    perform_act(data, user, as_json, perform)


def attach(
    change: ChangeName,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put a file beside a change; it is kept by its digest."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.attaching import AttachFile, refuse_size
        from changeproof.workflow.attaching import attach as act

        refuse_size(file.stat().st_size)
        return act(ledger, actor, AttachFile(change, file.name, file.read_bytes()))

    perform_act(data, user, as_json, perform)
