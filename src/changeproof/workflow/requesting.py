"""Ask for a change, say what work belongs to it, and plan its window."""

from dataclasses import dataclass, field
from typing import Literal

from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeLinked, ChangeRequested, ChangeScheduled
from changeproof.ledger.joined import Change
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.service import Ledger
from changeproof.workflow.closed import closure_of
from changeproof.workflow.describing import Description, described, names
from changeproof.workflow.naming import UnknownName, find_change, find_work, next_change
from changeproof.workflow.parts import named
from changeproof.workflow.rating import Risk, rate, rated_above, touched_by
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.rulings import MayNot, able
from changeproof.workflow.standard_changes import template_for

Kind = Literal["infrastructure", "data", "software", "procedure"]
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, UTC microseconds, end excluded."""

    begins_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class RequestChange:
    """`links` are pull requests (id, address, `owner/name#7`) or revisions.

    `template` is the standard change that it claims to be. The risk is what policy's rules say
    unless it is stated higher, with `description.risk_reason`.
    """

    title: str
    system: str
    reason: str
    kind: Kind = "software"
    risk: Risk | None = None
    back_out: str | None = None
    ticket_key: str | None = None
    links: tuple[str, ...] = ()
    window: Window | None = None
    template: str | None = None
    description: Description = field(default_factory=Description)


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
        works = tuple(dict.fromkeys(find_work(ledger, link) for link in command.links))
        note = _rated(ledger, act, command, works)
        head = requested(act, change, command)
        events: list[Event] = [head]
        system = head.system or ""
        events += described(act, change, system, command.risk, command.description)
        events += [ChangeLinked(**act.header, change=change, implementation=work) for work in works]
        if command.window is not None:
            events.append(_scheduled(act, change, command.window))
        return act.record(change, *events, name=change, note=note)


def _rated(ledger: Ledger, act: Act, command: RequestChange, works: tuple[str, ...]) -> str:
    """Hold the stated risk and template against the policy; what to tell of its rating."""
    further = names("systems", command.description.systems or ())
    systems = {short_name("system", command.system), *further}
    if command.template is not None:
        template_for(ledger.store, act.at, command.template, systems, command.kind)
    touched = touched_by(ledger.store, systems, command.kind, works)
    rating = rate(ledger.store, act.at, touched)
    rated_above(rating, command.risk, command.description.risk_reason)
    if rating is None or command.risk is not None:
        return ""
    return f"Policy rates it {rating.risk}: {rating.because}."


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
        template=command.template,
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


def other_change(act: Act, name: str) -> str:
    """A change that an act names beside its own: one that the actor may read. Raises Refusal.

    Whoever may not see it neither learns that it is there nor writes into its record.
    """
    change = find_change(act.ledger, name)
    held = holdings_of([act.actor], act.at)[act.actor]
    for row in act.ledger.store.by(Change, "change_id", [change]):
        if allows(held, Permission.CHANGE_READ, row.system):
            return change
    raise UnknownName(
        "The act was not recorded.",
        where=name.strip()[:200],
        why="no change that you may see is called so",
        cure="Name another one.",
    )


def refuse_closed(ledger: Ledger, change: str) -> None:
    """Raise Refusal for a change that ended: it keeps its decisions."""
    if closure_of(ledger.store, change):
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
