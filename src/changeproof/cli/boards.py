"""board call, vote, conclude, minutes: the advisory board."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, read_time
from changeproof.cli.output import print_json

if TYPE_CHECKING:
    from changeproof.events.boards import MeetingForm, Vote
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

group = typer.Typer(no_args_is_help=True, help="The advisory board: meetings, votes, minutes.")
MeetingName = Annotated[
    str, typer.Argument(metavar="MEETING", help="Its name, such as CAB-2026-0001.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="board")


@group.command()
def call(
    changes: Annotated[list[str], typer.Argument(metavar="CHANGE…", help="The agenda.")],
    ends: Annotated[str, typer.Option(help="Until when.")],
    begins: Annotated[str | None, typer.Option(help="From when; default: now.")] = None,
    member: Annotated[
        list[str] | None,
        typer.Option(help="An account or a role; repeatable. Default: all who may sit on it."),
    ] = None,
    by_page: Annotated[
        bool, typer.Option("--by-page", help="Nobody comes together: votes are taken until then.")
    ] = False,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Call a meeting; prints its name."""
    with refusals_exit():
        start, end = read_time(begins), read_time(ends)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.ledger.service import now
            from changeproof.workflow.boards import CallMeeting, call_meeting
            from changeproof.workflow.requesting import Window

            window = Window(now() if start is None else start, end or 0)
            form: MeetingForm = "by_page" if by_page else "seated"
            command = CallMeeting(window, tuple(changes), form, tuple(member or ()))
            return call_meeting(ledger, actor, command)

        perform_act(data, user, as_json, perform)


@group.command()
def vote(
    meeting: MeetingName,
    change: Annotated[str, typer.Argument(help="The change on its agenda.")],
    vote: Annotated[str, typer.Argument(metavar="VOTE", help="for, against or abstain.")],
    reason: Annotated[
        str | None, typer.Option(help="Stands in the minutes; needed but for a yes.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Vote on a change; a later vote replaces it, and none comes after the decision."""
    if vote not in ("for", "against", "abstain"):
        raise typer.BadParameter(f'"{vote}" is not one of: for, against, abstain')

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.boards import CastVote, cast_vote

        return cast_vote(ledger, actor, CastVote(meeting, change, cast("Vote", vote), reason))

    perform_act(data, user, as_json, perform)


@group.command()
def conclude(
    meeting: MeetingName,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Conclude it, as its chair: what has the votes is authorized."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.boards import ConcludeMeeting, conclude_meeting

        return conclude_meeting(ledger, actor, ConcludeMeeting(meeting))

    perform_act(data, user, as_json, perform)


@group.command(name="minutes")
def print_minutes(
    meeting: MeetingName, data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False
) -> None:
    """Print the minutes, made from the record."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.names import names_of
        from changeproof.ledger.service import now
        from changeproof.workflow.boards import require_meeting
        from changeproof.workflow.minutes import minutes, texts_of

        found = require_meeting(ledger.store, meeting, now())
        titles, texts = texts_of(ledger, found)
        names = names_of({*found.members, found.chair})
        text = minutes(found, titles, texts, lambda account: names.get(account, account))
        if as_json:
            print_json({"meeting": found.name, "minutes": text})
        else:
            typer.echo(text, nl=False)
