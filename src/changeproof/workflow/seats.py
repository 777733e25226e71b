"""Give an auditor a seat for one engagement, and end it: who may read which period, until when."""

from dataclasses import dataclass

from django.db import transaction

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user
from changeproof.accounts.permissions import may, person_of, roles_of
from changeproof.accounts.seats import held_seats
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.events.seats import AuditorSeatEnded, AuditorSeatGiven
from changeproof.ledger.seats import AuditorSeat
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems, names_to_choose
from changeproof.workflow.naming import next_name
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import Window, ordered_window, short_name
from changeproof.workflow.rulings import MayNot

PREFIX = "SEAT-"
LONGEST = 400 * 86_400_000_000
"""Microseconds for which a seat may hold: an engagement of a year, and the time to report."""
MOST_SYSTEMS = 50
_NOT_GIVEN = "The seat was not given."
_NOT_ENDED = "The seat was not ended."


@dataclass(frozen=True, slots=True)
class GiveSeat:
    """`email` is the auditor's address; who is not known here yet is added, without a role.

    Of no `systems`: all. `period.ends_at` is excluded; `ends_at` is the end of the seat itself.
    """

    email: str
    engagement: str
    period: Window
    ends_at: int
    systems: tuple[str, ...] = ()
    name: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EndSeat:
    """Before its time."""

    seat: str
    reason: str | None = None


def give_seat(ledger: Ledger, actor: str, command: GiveSeat, *, at: int | None = None) -> Done:
    """Record a seat under the next free `SEAT-<year>-<number>`. Raises Refusal, MayNot."""
    _require_manager(actor, _NOT_GIVEN)
    with transaction.atomic(), acting(ledger, actor, at) as act:
        engagement = " ".join(command.engagement.split())
        if not 0 < len(engagement) <= 200:
            raise _not_given("engagement", "it has no name of 200 characters or less", "Name it.")
        period = ordered_window("period", command.period)
        _require_end(act, command.ends_at)
        systems = _known(ledger, command.systems)
        account = add_user(command.email, command.name, (), by=actor).account
        _require_outsider(act, account)
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (AuditorSeat, "seat"))
        event = AuditorSeatGiven(
            **act.header,
            seat=name,
            account=account,
            engagement=engagement,
            period_from=period.begins_at,
            period_until=period.ends_at,
            systems=systems,
            ends_at=command.ends_at,
            reason=act.keep("reason", command.reason),
        )
        note = f"{{{account}}} reads that period, and nothing else."
        return act.record("", event, name=name, note=note)


def end_seat(ledger: Ledger, actor: str, command: EndSeat, *, at: int | None = None) -> Done:
    """Record that a seat ended. Raises Refusal, MayNot."""
    _require_manager(actor, _NOT_ENDED)
    with acting(ledger, actor, at) as act:
        name = short_name("seat", command.seat)
        if not held_seats(ledger.store.by(AuditorSeat, "seat", [name]), act.at):
            raise Refusal(
                _NOT_ENDED,
                where=name,
                why="no seat of this name holds",
                cure="Choose one of those that hold.",
            )
        event = AuditorSeatEnded(**act.header, seat=name, reason=act.keep("reason", command.reason))
        return act.record("", event, name=name, note="Nothing is shown by it any more.")


def new_auditor(ledger: Ledger, seat: str) -> User | None:
    """Whose seat it is, if they never signed in: they need a link for their first visit."""
    rows = ledger.store.by(AuditorSeat, "seat", [seat])
    numbers = [row.account.removeprefix("local:user/") for row in rows]
    return User.objects.filter(pk__in=numbers, last_login=None, is_active=True).first()


def _require_manager(actor: str, what: str) -> None:
    if not may(actor, Permission.ACCOUNT_MANAGE):
        raise MayNot(
            what,
            why="whoever reads as an auditor is for administrators to say",
            cure="Ask an administrator.",
        )


def _require_end(act: Act, ends_at: int) -> None:
    if not act.at < ends_at <= act.at + LONGEST:
        why = "it is over already" if ends_at <= act.at else "it is more than 400 days away"
        raise _not_given("ends", why, "Name the day on which the engagement ends.")


def _require_outsider(act: Act, account: str) -> None:
    """A role shows more than any seat, and whoever takes part audits nothing here."""
    if person_of(account, act.at) == person_of(act.actor, act.at):
        raise _not_given("email", "it is your own address", "Name the auditor's.")
    roles = sorted(roles_of(account, act.at))
    if roles:
        held = ", ".join(each.replace("_", " ") for each in roles)
        raise _not_given(
            "email",
            f"they hold a role here ({held}), which shows more than a seat would",
            "Take it back first, or name somebody who takes no part.",
        )


def _known(ledger: Ledger, systems: tuple[str, ...]) -> tuple[str, ...]:
    wanted = sorted({short_name("systems", each) for each in systems})
    if len(wanted) > MOST_SYSTEMS:
        raise _not_given("systems", f"they are more than {MOST_SYSTEMS}", "Leave them out for all.")
    known = known_systems(ledger.store)
    for each in wanted:
        if each not in known:
            why = f"no system “{each[:60]}” is known"
            raise _not_given("systems", why, names_to_choose(each, known))
    return tuple(wanted)


def _not_given(where: str, why: str, cure: str) -> Refusal:
    return Refusal(_NOT_GIVEN, where=where, why=why, cure=cure)
