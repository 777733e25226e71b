"""Ask for a change, say what work belongs to it, and plan its window."""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeLinked, ChangeRequested, ChangeScheduled
from changeproof.ledger.requests import ChangeRequest, RequestClosure
from changeproof.ledger.service import Ledger
from changeproof.workflow.naming import find_change, find_work, next_change
from changeproof.workflow.parts import named
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.rulings import MayNot, able

Kind = Literal["infrastructure", "data", "software", "procedure"]
Risk = Literal["low", "medium", "high", "critical"]
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, UTC microseconds, end excluded."""

    begins_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class RequestChange:
    """`links` are pull requests (id, address, `owner/name#7`) or revisions."""

    title: str
    system: str
    reason: str
    kind: Kind = "software"
    risk: Risk | None = None
    back_out: str | None = None
    ticket_key: str | None = None
    links: tuple[str, ...] = ()
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class LinkWork:
    """`work` is a pull request or a revision that `change` explains."""

    change: str
    work: str


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """A later schedule replaces an earlier one; after the window's end it comes too late."""

    change: str
    window: Window


def request_change(
    ledger: Ledger, actor: str, command: RequestChange, *, at: int | None = None
) -> Done:
    """Record a request under the next free `CHG-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, command.system, act.at)
        change = next_change(ledger.store, act.year)
        events: list[Event] = [requested(act, change, command)]
        events += [
            ChangeLinked(**act.header, change=change, implementation=work)
            for work in dict.fromkeys(find_work(ledger, link) for link in command.links)
        ]
        if command.window is not None:
            events.append(_scheduled(act, change, command.window))
        return act.record(change, *events, name=change)


def requested(act: Act, change: str, command: RequestChange) -> ChangeRequested:
    """The event of a request; refuses what cannot stand on record."""
    return ChangeRequested(
        **act.header,
        change=change,
        system=short_name("system", command.system),
        kind=command.kind,
        risk=command.risk,
        ticket_key=short_name("ticket", command.ticket_key) if command.ticket_key else None,
        title=act.line("title", command.title),
        reason=act.needed("reason", command.reason),
        back_out=act.keep("back-out plan", command.back_out),
    )


def link_work(ledger: Ledger, actor: str, command: LinkWork, *, at: int | None = None) -> Done:
    """Record that work belongs to a request. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        request = _request(ledger, change)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, request.system, act.at)
        refuse_closed(ledger, change)
        work = find_work(ledger, command.work)
        return act.record(
            change, ChangeLinked(**act.header, change=change, implementation=work), name=work
        )


def schedule(ledger: Ledger, actor: str, command: ScheduleChange, *, at: int | None = None) -> Done:
    """Record when a change is to be deployed. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        request = _request(ledger, change)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, request.system, act.at)
        refuse_closed(ledger, change)
        return act.record(change, _scheduled(act, change, command.window))


def require_permission(
    ledger: Ledger, actor: str, permission: Permission, system: str | None, at: int
) -> None:
    """Raise MayNot with who may, unless `actor` holds it on `system`."""
    if allows(holdings_of([actor], at)[actor], permission, system):
        return
    holders = able(ledger.store, permission, system, frozenset(), at)
    raise MayNot(
        "You may not do this.",
        where=system or "",
        why=f"none of your roles holds {permission.value}",
        cure=f"Ask somebody who may: {named(holders[:5])}."
        if holders
        else "Ask an administrator for a role that holds it.",
    )


def refuse_closed(ledger: Ledger, change: str) -> None:
    """Raise Refusal for a change that ended: it keeps its decisions."""
    if ledger.store.by(RequestClosure, "change_name", [change]):
        raise Refusal(
            "The act was not recorded.",
            where=change,
            why="the change is closed, and a closed change keeps its record",
            cure="Request a new change.",
        )


def ordered_window(field: str, window: Window) -> Window:
    """The window, unless it ends before it begins. Raises Refusal."""
    if window.ends_at <= window.begins_at:
        raise Refusal(
            "The act was not recorded.",
            where=field,
            why="it ends before it begins",
            cure="Name an end after the beginning.",
        )
    return window


def short_name(field: str, text: str) -> str:
    """A name of one line. Raises Refusal where it is empty or too long."""
    tidy = " ".join(text.split())
    why = ""
    if not tidy:
        why = "it is empty"
    elif len(tidy) > LONGEST_NAME:
        why = f"it has more than {LONGEST_NAME} characters"
    elif not tidy.isprintable():
        why = "it holds characters that nobody can see"
    if why:
        raise Refusal(
            "The act was not recorded.",
            where=field,
            why=why,
            cure=f"Write a {field} of 1 to {LONGEST_NAME} characters.",
        )
    return tidy


def _scheduled(act: Act, change: str, window: Window) -> ChangeScheduled:
    stated = ordered_window("window", window)
    return ChangeScheduled(
        **act.header, change=change, begins_at=stated.begins_at, ends_at=stated.ends_at
    )


def _request(ledger: Ledger, change: str) -> ChangeRequest:
    found = ledger.store.by(ChangeRequest, "change_name", [change])
    if not found:
        raise Refusal(
            "The act was not recorded.",
            where=change,
            why="nobody requested this change, so there is no request to plan or link",
            cure="Request one that names this work: changeproof request --link",
        )
    return found[0]
