"""Whether somebody may: said before the act, and tested again under the lock in the act.

Nobody approves or authorizes what they requested, wrote or pushed, whatever account they use.
"""

from dataclasses import dataclass

from changeproof.accounts.deputies import absences_at, absent_for, deciding
from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of, person_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.forges import is_pull, repository_of_pull
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change, Implementation
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.joins.systems import read_systems
from changeproof.ledger.people import RoleGrant
from changeproof.ledger.requests import Emergency
from changeproof.ledger.revisions import RevisionRepository
from changeproof.ledger.service import Ledger, now
from changeproof.ledger.store import Store
from changeproof.workflow.board_asked import board_rule
from changeproof.workflow.closed import closure_of
from changeproof.workflow.parts import kind_of_account, named, parts_in

COMPENSATING_PROFILE = "small_team"
_LISTED = 5


class MayNot(Refusal):
    """The actor is known, and may not (HTTP 403)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an account may do it; if not, why, the cure, and who may.

    `compensating`: nobody else could, and policy lets the act stand as a compensating review,
    never as what was asked for.
    """

    allowed: bool
    what: str = ""
    why: str = ""
    cure: str = ""
    who_may: tuple[str, ...] = ()
    compensating: bool = False
    system: str = ""
    on_behalf_of: str | None = None
    """Whose deputy the account is: the act names them."""

    def require(self, where: str) -> None:
        """Raise MayNot unless allowed."""
        if not self.allowed:
            raise MayNot(self.what, where=where, why=self.why, cure=self.cure)


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind of decision on a change: what it takes, how it is spoken of.

    `needs_second_person`: not by who requested or wrote it. `closed_stops`: not once it is closed.
    `by_deputy`: whoever is away may have it decided in their place.
    """

    permission: Permission
    verb: str
    needs_second_person: bool = True
    closed_stops: bool = True
    by_deputy: bool = False


_AUTHORIZE = Decision(Permission.CHANGE_AUTHORIZE, "authorize", by_deputy=True)
_CHAIR = Decision(Permission.CHANGE_AUTHORIZE, "bring before the board")
_APPROVE = Decision(Permission.CHANGE_APPROVE, "approve", by_deputy=True)
_DECLINE = Decision(Permission.CHANGE_APPROVE, "decline", needs_second_person=False, by_deputy=True)
_REVIEW = Decision(Permission.EMERGENCY_REVIEW, "review", closed_stops=False)
_CLOSE = Decision(Permission.CHANGE_CLOSE, "close", needs_second_person=False)
_REOPEN = Decision(Permission.CHANGE_CLOSE, "reopen", needs_second_person=False, closed_stops=False)
_RESOLVE = Decision(Permission.CHANGE_AUTHORIZE, "resolve", closed_stops=False)

DECISIONS = (_AUTHORIZE, _APPROVE, _DECLINE, _REVIEW, _CLOSE)


def may_authorize(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` alone may say that work on `change` may begin: not where policy asks the
    board, but for what could not wait."""
    moment = now() if at is None else at
    ruling = _ruling(ledger, actor, change, _AUTHORIZE, moment)
    rows = ledger.store.by(Change, "change_id", [change]) if ruling.allowed else []
    rule = board_rule(ledger.store, rows[0], moment) if rows else None
    if rule is None or ledger.store.by(Emergency, "change_name", [change]):
        return ruling
    return Ruling(
        False,
        "You may not authorize this alone.",
        f"policy asks the advisory board (board rule {rule})",
        "Put it on the agenda of a meeting: a change manager or approver calls one.",
        ruling.who_may,
        system=ruling.system,
    )


def may_chair(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may bring `change` before the board, and tell what it decided."""
    return _ruling(ledger, actor, change, _CHAIR, at)


def may_approve(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may say that `change` may go live."""
    return _ruling(ledger, actor, change, _APPROVE, at)


def may_decline(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may say no; about one's own change too."""
    return _ruling(ledger, actor, change, _DECLINE, at)


def may_review(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may hold the review after `change` went live."""
    return _ruling(ledger, actor, change, _REVIEW, at)


def may_close(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may end `change`."""
    return _ruling(ledger, actor, change, _CLOSE, at)


def may_reopen(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may open `change` again after it ended."""
    return _ruling(ledger, actor, change, _REOPEN, at)


def may_resolve(ledger: Ledger, actor: str, change: str, at: int | None = None) -> Ruling:
    """Whether `actor` may say how a case about `change` ended; not about what they did."""
    return _ruling(ledger, actor, change, _RESOLVE, at)


def _ruling(ledger: Ledger, actor: str, change: str, kind: Decision, at: int | None) -> Ruling:
    moment = now() if at is None else at
    store = ledger.store
    what = f"You may not {kind.verb} this."
    found = store.by(Change, "change_id", [change])
    system = found[0].system if found else None
    systems = _systems_of(store, found[0]) if found else (None,)
    parts = parts_in(store, change, moment)
    excluded = parts.persons if kind.needs_second_person else frozenset()
    able_on = [set(able(store, kind.permission, each, excluded, moment)) for each in systems]
    who_may = tuple(sorted(set.intersection(*able_on)))
    others = _ask(_present(store, who_may, excluded, kind, moment), who_may, kind)

    if kind.closed_stops and closure_of(store, change):
        why = "it is closed, and a closed change keeps its decisions"
        return Ruling(False, what, why, "Request a new change.", system=system or "")
    account_kind = kind_of_account(store, actor)
    if account_kind != "human":
        why = f"{{{actor}}} is declared as {_article(account_kind)}, and a human decides"
        return Ruling(False, what, why, others, who_may, system=system or "")
    held = holdings_of([actor], moment)[actor]
    barred = [each for each in systems if not allows(held, kind.permission, each)]
    absent = _in_whose_place(store, actor, kind, systems, excluded, moment) if barred else None
    if barred and absent is None:
        where = f" on {barred[0]}" if barred[0] else ""
        why = f"none of your roles holds {kind.permission.value}{where}"
        return Ruling(False, what, why, others, who_may, system=system or "")
    own = parts.of(person_of(actor, moment)) if kind.needs_second_person else ()
    if not own:
        return Ruling(True, who_may=who_may, system=system or "", on_behalf_of=absent)
    alone = not who_may and absent is None
    compensating = alone and ledger.instance.profile == COMPENSATING_PROFILE
    return Ruling(
        allowed=compensating,
        what=what,
        why=f"you {_sentence(own)}",
        cure=others,
        who_may=who_may,
        compensating=compensating,
        system=system or "",
    )


def _systems_of(store: Store, change: Change) -> tuple[str, ...]:
    """The change's system, and those whose repositories its work stands in.

    A request names its own system. If that alone were asked, linking work to a request on a
    playground would let the playground's approvers decide about production.
    """
    works = [
        row.implementation for row in store.by(Implementation, "change_id", [change.change_id])
    ]
    commits = [name.removeprefix("git:") for name in works if is_commit(name)]
    places = {repository_of_pull(name) for name in works if is_pull(name)}
    places |= {row.repository for row in store.by(RevisionRepository, "revision", commits)}
    if not places:
        return (change.system,)
    known = read_systems(store)
    return tuple(sorted({change.system, *(known.of(place) for place in places)}))


def able(
    store: Store,
    permission: Permission,
    system: str | None,
    excluded: frozenset[str],
    at: int,
) -> tuple[str, ...]:
    """The accounts that hold `permission` on `system`, without the persons excluded."""
    granted = {row.account for row in store.all(RoleGrant)}
    holdings = holdings_of(granted, at)
    holders = [each for each, held in holdings.items() if allows(held, permission, system)]
    persons = persons_of(holders, at)
    return tuple(sorted(each for each in holders if persons[each] not in excluded))


def _in_whose_place(
    store: Store,
    actor: str,
    kind: Decision,
    systems: tuple[str | None, ...],
    excluded: frozenset[str],
    at: int,
) -> str | None:
    """Somebody who is away, took no part, may decide on all these systems, and whose deputy
    `actor` is."""
    absent = absent_for(store, actor, at) if kind.by_deputy else ()
    holdings = holdings_of(absent, at)
    persons = persons_of(absent, at)
    return next(
        (
            each
            for each in absent
            if persons[each] not in excluded
            and all(allows(deciding([holdings[each]]), kind.permission, on) for on in systems)
        ),
        None,
    )


def _present(
    store: Store, who_may: tuple[str, ...], excluded: frozenset[str], kind: Decision, at: int
) -> tuple[str, ...]:
    """Whom it makes sense to ask: not who is away, but who decides for them."""
    away = {str(row.account): row.deputy for row in absences_at(store, at)}
    deputies = {
        deputy for who, deputy in away.items() if who in who_may and deputy and kind.by_deputy
    }
    persons = persons_of(deputies, at)
    asked = {each for each in who_may if each not in away}
    return tuple(sorted(asked | {each for each in deputies if persons[each] not in excluded}))


def _ask(present: tuple[str, ...], who_may: tuple[str, ...], kind: Decision) -> str:
    if present or who_may:
        asked = present or who_may
        more = len(asked) - _LISTED
        rest = f" and {more} more" if more > 0 else ""
        away = "" if present else " All of them are away now; one of them can name a deputy."
        return f"Ask somebody who may: {named(asked[:_LISTED])}{rest}.{away}"
    role = "approver"
    return (
        f"Nobody else may {kind.verb} it yet: add a second person"
        f" (changeproof user add EMAIL --role {role})."
    )


def _sentence(parts: tuple[str, ...]) -> str:
    shown = parts[:_LISTED]
    if len(parts) > _LISTED:
        return f"{', '.join(shown)} and more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
