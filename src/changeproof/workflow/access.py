"""Let somebody reach production, for a reason and for a time; and take that back.

What is on record here is what the checks read. It opens no door by itself: the platform does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.ledger.access_read import HeldAccess, held_access
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems
from changeproof.workflow.accounts_named import account_named
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission, short_name
from changeproof.workflow.rulings import MayNot

Kind = Literal["write", "deploy", "administer_pipeline", "administer_protection", "break_glass"]
DAY = 86_400_000_000
LONGEST = 366 * DAY
SHORTEST = 12
"""Characters of an event's id that name an access."""


@dataclass(frozen=True, slots=True)
class GrantAccess:
    """`account` may do so on `system` until `ends_at`; without an environment in all of them."""

    account: str
    access: Kind
    system: str
    ends_at: int
    reason: str
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class EndAccess:
    """`grant` is the event of the access's first grant, as lists and forms name it."""

    grant: str
    reason: str


def grant_access(
    ledger: Ledger, actor: str, command: GrantAccess, *, at: int | None = None
) -> Done:
    """Record that an account may, granted by somebody else than its holder.

    Raises Refusal, MayNot.
    """
    with acting(ledger, actor, at) as act:
        system = _system(ledger, command.system)
        require_permission(ledger, actor, Permission.ACCESS_GRANT, system, act.at)
        account = account_named("The access was not granted.", "account", command.account)
        _require_other(act, account, "You may not grant this access.")
        if not act.at < command.ends_at <= act.at + LONGEST:
            raise Refusal(
                "The access was not granted.",
                where="end",
                why="it is past" if command.ends_at <= act.at else "it is more than a year away",
                cure="Name an end within a year; what is still needed then is granted again.",
            )
        event = AccessGranted(
            **act.header,
            account=account,
            access=command.access,
            system=system,
            environment=short_name("environment", command.environment)
            if command.environment
            else None,
            approved_by=actor,
            ends_at=command.ends_at,
            reason=act.needed("reason", command.reason, "Say what it is needed for."),
        )
        note = "It is on record; the platform is told by whoever runs it."
        return act.record("", event, name=account, note=note)


def end_access(ledger: Ledger, actor: str, command: EndAccess, *, at: int | None = None) -> Done:
    """Record that an account may no longer; one's own too. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = access_named(act, command.grant)
        require_permission(ledger, actor, Permission.ACCESS_GRANT, held.system, act.at)
        reason = act.needed("reason", command.reason, "Say why it ends.")
        return act.record("", ended(act, held, reason), name=held.account, note=REMOVE)


REMOVE = "Remove it at the platform too: a deployment after this is one without a right."


def ended(act: Act, held: HeldAccess, reason: str | None) -> Event:
    """The end of one access."""
    return AccessEnded(
        **act.header,
        account=held.account,
        access=held.access,  # type: ignore[arg-type]  # a row of the same closed list
        system=held.system,
        environment=held.environment or None,
        reason=reason,
    )


def access_named(act: Act, grant: str) -> HeldAccess:
    """The access that is held under this name. Raises Refusal where it ended meanwhile."""
    found = named_by(held_access(act.ledger.store, act.at), grant)
    if found is not None:
        return found
    raise Refusal(
        "Nothing was recorded.",
        where=grant[:100],
        why="no access of this name is held any more; it ended, or somebody ended it meanwhile",
        cure="Look at the list again: changeproof access list",
    )


def named_by(among: Iterable[HeldAccess], grant: str) -> HeldAccess | None:
    """The one access that an event's id, or its first twelve characters or more, stands for."""
    found = [held for held in among if held.event.startswith(grant)]
    return found[0] if len(found) == 1 and len(grant) >= SHORTEST else None


def may_grant(ledger: Ledger, actor: str, account: str, at: int) -> str:
    """Why `actor` may not decide about the access of `account`; empty if they may."""
    if person_of(actor, at) == person_of(account, at):
        return "it is your own, and nobody decides about their own access"
    return not_human(ledger.store, actor)


def _require_other(act: Act, account: str, what: str) -> None:
    why = may_grant(act.ledger, act.actor, account, act.at)
    if why:
        cure = "Ask somebody else who may grant access."
        raise MayNot(what, where=account, why=why, cure=cure)


def _system(ledger: Ledger, text: str) -> str:
    """The system's name as it is known. Raises Refusal."""
    wanted = short_name("system", text)
    known = {name.lower(): name for name in known_systems(ledger.store)}
    if wanted.lower() not in known:
        raise Refusal(
            "The access was not granted.",
            where="system",
            why=f"no system on record is called “{wanted[:100]}”",
            cure="Choose one that is: changeproof systems",
        )
    return known[wanted.lower()]
