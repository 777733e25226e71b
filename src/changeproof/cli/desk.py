"""request, authorize, approve, decline, emergency, review, close, freeze: people's acts."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from changeproof.cli.exits import named, refusals_exit
from changeproof.cli.judging import judge_all
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory, Server, read_time
from changeproof.cli.output import print_json, stderr, stdout

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

ChangeName = Annotated[str, typer.Argument(metavar="CHANGE", help="An id, alias or revision.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]
Actor = Annotated[
    str, typer.Option("--user", help="Who acts: an e-mail address; default: the operator.")
]
Perform = Callable[["Ledger", str], "Done"]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (request, authorize, approve, decline, emergency, review, close, freeze):
        app.command()(command)


def request(
    title: Annotated[str, typer.Argument(help="What is to change, in one line.")],
    system: Annotated[str, typer.Option("--system", help="The system that changes.")],
    reason: Reason,
    kind: Annotated[str, typer.Option(help="software, infrastructure, data, procedure.")] = (
        "software"
    ),
    risk: Annotated[str | None, typer.Option(help="low, medium, high or critical.")] = None,
    back_out: Annotated[str | None, typer.Option(help="How to undo it.")] = None,
    ticket: Annotated[str | None, typer.Option(help="A ticket's key.")] = None,
    link: Annotated[
        list[str] | None, typer.Option(help="A pull request or revision; repeatable.")
    ] = None,
    begins: Annotated[str | None, typer.Option(help="Window: from.")] = None,
    ends: Annotated[str | None, typer.Option(help="Window: until.")] = None,
    template: Annotated[str | None, typer.Option(help="The standard change it is.")] = None,
    impact: Annotated[str | None, typer.Option(help="Who notices, how much, how long.")] = None,
    test_plan: Annotated[str | None, typer.Option(help="What is tested, where, by whom.")] = None,
    reaches: Annotated[
        list[str] | None, typer.Option(help="Another system it reaches, or none; repeatable.")
    ] = None,
    objective: Annotated[
        list[str] | None, typer.Option(help="An objective it touches, or none; repeatable.")
    ] = None,
    data_class: Annotated[
        list[str] | None, typer.Option(help="Data it touches, or none; repeatable.")
    ] = None,
    risk_reason: Annotated[str | None, typer.Option(help="Why riskier than policy says.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(help="What it sets: ENVIRONMENT/ITEM=BEFORE=>AFTER; repeatable."),
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a change; prints its id."""
    with refusals_exit():
        start, end = read_time(begins), read_time(ends)
        _one_of(kind, "software", "infrastructure", "data", "procedure")
        if risk is not None:
            _one_of(risk, "low", "medium", "high", "critical")
        if (start is None) != (end is None):
            raise typer.BadParameter("a window needs --begins and --ends")
        stated: dict[str, Any] = {
            "title": title,
            "system": system,
            "reason": reason,
            "kind": kind,
            "risk": risk,
            "back_out": back_out,
            "ticket_key": ticket,
            "links": list(link or ()),
            "template": template,
        }
        said: dict[str, Any] = {
            "impact": impact,
            "test_plan": test_plan,
            "systems": _listed(reaches),
            "objectives": _listed(objective),
            "data_classes": _listed(data_class),
            "risk_reason": risk_reason,
            "settings": [_setting(each) for each in setting or ()],
        }
        if server:
            window = {"begins_at": start, "ends_at": end} if start is not None else None
            told = {**stated, "window": window, "description": said}
            _tell_remote(server, "/api/requests", told, as_json)
            return

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.describing import Description, Setting
            from changeproof.workflow.requesting import RequestChange, Window, request_change

            settings = tuple(Setting(**each) for each in said["settings"])
            command = RequestChange(
                **{**stated, "links": tuple(stated["links"])},
                window=Window(start, end) if start is not None and end is not None else None,
                description=Description(**{**said, "settings": settings}),
            )
            return request_change(ledger, actor, command)

        perform_act(data, user, as_json, perform)


def authorize(
    change: ChangeName,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Allow work on a change to begin."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.decisions import AuthorizeChange
        from changeproof.workflow.decisions import authorize as act

        return act(ledger, actor, AuthorizeChange(change, reason))

    perform_act(data, user, as_json, perform)


def approve(
    change: ChangeName,
    revision: Annotated[str | None, typer.Option(help="The revision you looked at.")] = None,
    artifact: Annotated[str | None, typer.Option(help="The artifact you looked at.")] = None,
    reason: Annotated[str | None, typer.Option(help="What you looked at.")] = None,
    code: Annotated[
        str | None, typer.Option(help="Of your authenticator, where policy asks for one.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Allow this very content to go live; a later push, build or setting voids it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.accounts.people import user_named
        from changeproof.accounts.second_factor import factor_by_code
        from changeproof.workflow.decisions import ApproveChange
        from changeproof.workflow.decisions import approve as act

        factor = factor_by_code(user_named(actor), code) if code else None
        command = ApproveChange(change, revision, artifact, reason=reason, factor=factor)
        return act(ledger, actor, command)

    perform_act(data, user, as_json, perform)


def decline(
    change: ChangeName,
    reason: Reason,
    revision: Annotated[str | None, typer.Option(help="The revision you looked at.")] = None,
    ask_changes: Annotated[
        bool, typer.Option("--ask-changes", help="Not until something is changed.")
    ] = False,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say no to a change, with the reason; it stands until you say yes or withdraw it."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.decisions import DeclineChange
        from changeproof.workflow.decisions import decline as act

        asks: Literal["changes"] | None = "changes" if ask_changes else None
        return act(ledger, actor, DeclineChange(change, reason, revision, asks))

    perform_act(data, user, as_json, perform)


def emergency(
    system: Annotated[str, typer.Option("--system", help="The system.")],
    reason: Reason,
    incident: Annotated[str | None, typer.Option(help="The incident that it answers.")] = None,
    change: Annotated[str | None, typer.Option(help="The change, if it is on record.")] = None,
    title: Annotated[str | None, typer.Option(help="What is done, in one line.")] = None,
    ends: Annotated[str | None, typer.Option(help="When it ends.")] = None,
    authorized_by: Annotated[
        str | None,
        typer.Option(
            help="Who is asked to allow it (e-mail or account); they authorize it themselves."
        ),
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Declare that a change cannot wait. Approval and review stay owed."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.emergencies import DeclareEmergency, declare_emergency

        command = DeclareEmergency(
            system=system,
            reason=reason,
            incident=incident,
            change=change,
            ends_at=read_time(ends),
            authorized_by=_account(authorized_by) if authorized_by else None,
            title=title,
        )
        return declare_emergency(ledger, actor, command)

    perform_act(data, user, as_json, perform)


def review(
    change: ChangeName,
    reason: Reason,
    outcome: Annotated[str, typer.Option(help="accepted, or follow_up.")] = "accepted",
    achieved: Annotated[
        str | None, typer.Option(help="What was expected: achieved, partly, not_achieved.")
    ] = None,
    back_out: Annotated[
        str | None, typer.Option(help="The way back: not_needed, used, failed.")
    ] = None,
    incident: Annotated[
        list[str] | None, typer.Option(help="An incident that it caused; repeatable.")
    ] = None,
    lessons: Annotated[str | None, typer.Option(help="What to do otherwise.")] = None,
    follow_up: Annotated[
        list[str] | None, typer.Option(help="A change that follows from it; repeatable.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write down what a change achieved against what was expected."""
    _one_of(outcome, "accepted", "follow_up")
    if achieved is not None:
        _one_of(achieved, "achieved", "partly", "not_achieved")
    if back_out is not None:
        _one_of(back_out, "not_needed", "used", "failed")
    stated: dict[str, Any] = {
        "outcome": outcome,
        "reason": reason,
        "achieved": achieved,
        "back_out": back_out,
        "incidents": tuple(incident or ()),
        "lessons": lessons,
        "follow_ups": tuple(follow_up or ()),
    }

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.reviewing import HoldPostReview, hold_post_review

        return hold_post_review(ledger, actor, HoldPostReview(change, **stated))

    perform_act(data, user, as_json, perform)


def close(
    change: ChangeName,
    outcome: Annotated[str, typer.Option(help="implemented, cancelled or rejected.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End a request."""
    word = _one_of(outcome, "implemented", "cancelled", "rejected")

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.closing import CloseChange
        from changeproof.workflow.closing import close as act

        return act(ledger, actor, CloseChange(change, word))  # type: ignore[arg-type]

    perform_act(data, user, as_json, perform)


def freeze(
    begins: Annotated[str, typer.Option(help="From.")],
    ends: Annotated[str, typer.Option(help="Until.")],
    reason: Reason,
    system: Annotated[
        str | None, typer.Option("--system", help="One system; default: all.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Of one that stands: it is moved.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Set a freeze: until it ends, only declared emergencies pass the gate."""
    start, end = read_time(begins), read_time(ends)

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.closing import SetWindow, set_window
        from changeproof.workflow.requesting import Window

        window = Window(start or 0, end or 0)
        return set_window(ledger, actor, SetWindow("freeze", window, reason, system, name))

    perform_act(data, user, as_json, perform)


def perform_act(data: Path, user: str, as_json: bool, perform: Perform) -> None:
    """Do one act in the name of `user`, judge what it touched, and tell what came of it; a
    refusal ends the command."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.workflow.recording import door

        door.set("cli")  # whoever reads the log sees that nobody clicked
        done = perform(ledger, _account(user))
        judge_all(ledger)
        told = {
            "change": done.change,
            "event": done.event,
            "entry": done.entry,
            "occurred_at": done.occurred_at,
            "name": done.name,
            "note": done.note,
        }
        _tell(told, as_json)


def _account(word: str) -> str:
    """The account of somebody who may sign in here; nobody else acts at the desk."""
    from changeproof.accounts.people import user_named

    return user_named(word).account


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    name = told.get("name") or told["change"]
    stdout.print(f"{name}", highlight=False, soft_wrap=True)
    stderr.print(
        named(f"Recorded as log entry {told['entry']}. {told.get('note') or ''}".strip()),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _tell_remote(server: str, path: str, stated: dict[str, Any], as_json: bool) -> None:
    from changeproof.cli.remote import Remote

    remote = Remote(server, os.environ.get("CHANGEPROOF_TOKEN"))
    _tell(remote.post(path, json=stated), as_json)


def _one_of(word: str, *known: str) -> str:
    if word not in known:
        raise typer.BadParameter(f'"{word}" is not one of: {", ".join(known)}')
    return word


def _listed(words: list[str] | None) -> tuple[str, ...] | None:
    """None where nothing was said; empty where "none" was."""
    return None if words is None else tuple(word for word in words if word.lower() != "none")


def _setting(text: str) -> dict[str, str | None]:
    name, equals, values = text.partition("=")
    environment, slash, item = name.partition("/")
    before, arrow, after = values.partition("=>")
    if not (equals and slash and arrow):
        raise typer.BadParameter(f'"{text}" is not ENVIRONMENT/ITEM=BEFORE=>AFTER')
    return {"environment": environment, "item": item, "before": before or None, "after": after}
