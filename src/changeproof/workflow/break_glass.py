"""Break the glass: an administrator for hours, made on the host, told to all others at once.

Each use is an account of its own with the role of an administrator and no other, so it decides
nothing about changes; the grant's end is recorded with the grant. Evidence it can alter no more
than any administrator.
"""

import secrets
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from changeproof.accounts.models import User
from changeproof.accounts.permissions import may, person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.notices import Notice, named
from changeproof.alerts.outbox import enqueue
from changeproof.alerts.persons import sweep_persons
from changeproof.events.break_glass import BreakGlassReviewed, BreakGlassUsed
from changeproof.events.people import RoleGranted, RoleRevoked
from changeproof.events.refusal import Refusal
from changeproof.ledger.break_glass import BreakGlassReview, BreakGlassUse
from changeproof.ledger.service import Ledger
from changeproof.workflow.naming import next_name
from changeproof.workflow.parts import kind_of_account
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "BG-"
LONGEST = 4 * 3600 * 1_000_000
"""Microseconds; who needs longer breaks the glass again, and is asked again why."""
_NOT_BROKEN = "The glass was not broken."
_NOT_REVIEWED = "The review was not recorded."


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """For `lasts` microseconds."""

    reason: str
    lasts: int


@dataclass(frozen=True, slots=True)
class ReviewUse:
    """What somebody else found."""

    use: str
    outcome: Literal["justified", "not_justified"]
    reason: str


def break_glass(ledger: Ledger, actor: str, command: BreakGlass) -> tuple[Done, User]:
    """Record a use under the next free `BG-<year>-<number>`; who signs in by it. Called on the
    host alone: no door of the server leads here. Raises Refusal."""
    if not 0 < command.lasts <= LONGEST:
        raise Refusal(
            _NOT_BROKEN,
            where="for",
            why="it is for four hours at most",
            cure="Name a shorter time, such as 1h.",
        )
    with transaction.atomic():
        with acting(ledger, actor) as act:
            reason = act.needed("reason", command.reason, "Say why nobody else could do it.")
            name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (BreakGlassUse, "use_name"))
            user = User.objects.create_user(f"{name.lower()}@localhost", f"Break glass {name}")
            ends_at = act.at + command.lasts
            used = BreakGlassUsed(
                **act.header, use=name, account=user.account, ends_at=ends_at, reason=reason
            )
            granted = RoleGranted(**act.header, account=user.account, role="administrator")
            later = {**act.header, "delivery": secrets.token_hex(16), "effective_at": ends_at}
            ended = RoleRevoked(**later, account=user.account, role="administrator")
            done = act.record("", used, granted, ended, name=name, note="All others are told.")
            case = named("break_glass", name)
            enqueue([Notice("break_glass", case, f"By {{{actor}}} on the host")], act.at)
        sweep_persons(ledger, act.at)
    return done, user


def review_use(ledger: Ledger, actor: str, command: ReviewUse) -> Done:
    """Record what somebody else found. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        name = short_name("use", command.use)
        found = ledger.store.by(BreakGlassUse, "use_name", [name])
        if not found or ledger.store.by(BreakGlassReview, "use_name", [name]):
            raise Refusal(
                _NOT_REVIEWED,
                where=name,
                why="no use of this name waits for a review",
                cure="Choose one of those that wait.",
            )
        why_not = _why_not(ledger, actor, found[0], act.at)
        if why_not:
            raise MayNot(_NOT_REVIEWED, where=name, why=why_not, cure="Ask another administrator.")
        reviewed = BreakGlassReviewed(
            **act.header,
            use=name,
            outcome=command.outcome,
            reason=act.needed("reason", command.reason, "Say what was done, and how you know."),
        )
        return act.record("", reviewed, name=name)


def _why_not(ledger: Ledger, actor: str, use: BreakGlassUse, at: int) -> str:
    if not may(actor, Permission.ACCOUNT_MANAGE):
        return "administrators look at it"
    if kind_of_account(ledger.store, actor) != "human":
        return "a human looks at it"
    part = {use.account, *([use.used_by] if use.used_by else [])}
    if person_of(actor, at) in {person_of(each, at) for each in part}:
        return "nobody reviews their own use"
    if ledger.store.by(BreakGlassUse, "account", [actor]):
        return "whoever broke the glass reviews no use of it"
    return ""
