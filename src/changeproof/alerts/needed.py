"""Which decisions wait for people: after a failed step, approve, authorize, review, resolve.

Candidates come out of the findings by an index; whether somebody may is said exactly where the
item is opened, so the list costs the same however many changes there are.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from changeproof.accounts.holdings import person_at
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.cases_read import IS_OPEN
from changeproof.ledger.escalations import Escalation
from changeproof.ledger.holders import USER_HERE
from changeproof.ledger.joined import Change, Finding, SubjectJudged
from changeproof.ledger.people import AccountPerson, AccountSettlement
from changeproof.ledger.service import Ledger, now

AUTHORIZE, APPROVE, REVIEW, RESOLVE = "authorize", "approve", "review", "resolve"
DECIDE = "decide"
"""Go on after a failed step, or back out."""
NEEDS: Mapping[str, Permission] = {
    DECIDE: Permission.CHANGE_AUTHORIZE,
    RESOLVE: Permission.CHANGE_AUTHORIZE,
    REVIEW: Permission.EMERGENCY_REVIEW,
    AUTHORIZE: Permission.CHANGE_AUTHORIZE,
    APPROVE: Permission.CHANGE_APPROVE,
}
"""What each act takes, in the order in which pages list them."""
_APPROVAL = "cc8_1/08_approval"
_AUTHORIZATION = "cc8_1/02_authorization"
_EMERGENCY = "cc8_1/13_emergency"
UNAUTHORIZED = "signs/unauthorized_deployment"
POST_REVIEW = "practices/post_implementation_review"
_REVIEW_OWED = "it waits for a review until"
REVIEW_OWED_LIKE = f"%{_REVIEW_OWED}%"

EMERGENCY_OWES = (
    ("emergency that nobody else has authorized", AUTHORIZE),
    ("approval until", APPROVE),
    ("review until", REVIEW),
)
"""Words of point 13 while something is owed, and the act that gives it; the first comes first."""

WAITS_FOR_BOARD = "Not authorized so far by the advisory board"
"""How point 2 begins where policy leaves it to the board: nobody decides it alone."""

_COUNTED = re.compile(r"([0-9]+) of ([0-9]+) ")

_WHICH = re.compile(r"^[a-z][a-z0-9_-]*:\S+: ")
"""Of several pieces of work, which one: the one that lacks most stands for them all."""

_WITH_VERDICT = (
    "SELECT f.subject, f.reason, s.due_at, s.listed_at FROM finding AS f"
    " JOIN subject_judged AS s ON s.subject = f.subject"
    " WHERE f.check_id = ? AND f.verdict = ?"
)
_NOT_CLOSED = " AND NOT EXISTS (SELECT 1 FROM request_closure AS r WHERE r.change_name = f.subject)"
_REQUESTED = (  # by a person here: an emergency may name work that a forge told of
    " AND (s.origin = 'requested' OR EXISTS"
    " (SELECT 1 FROM emergency AS e WHERE e.change_name = f.subject))"
)
_WITH_WORK = (  # a request alone has no content that somebody could approve
    " AND (EXISTS (SELECT 1 FROM implementation AS i WHERE i.change_id = f.subject)"
    " OR EXISTS (SELECT 1 FROM document_version AS d WHERE d.change_name = f.subject)"
    " OR EXISTS (SELECT 1 FROM step_plan AS p WHERE p.change_name = f.subject))"
)
_ORDER = " ORDER BY s.listed_at DESC, f.subject LIMIT ?"


@dataclass(frozen=True, slots=True)
class Needed:
    """A change that waits for one kind of act. Times are UTC microseconds."""

    act: str
    change: str
    reason: str  # as checks write it
    due_at: int | None = None
    is_late: bool = False
    opened_at: int | None = None  # of a case
    asked: frozenset[str] = frozenset()  # the accounts that it was escalated to


def read_needed(held: Ledger, acts: Collection[str], most: int) -> dict[str, list[Needed]]:
    """What waits for these acts, by act, in the order of pages, the newest `most` of each."""
    readers: dict[str, Callable[[], list[Needed]]] = {
        DECIDE: lambda: _failed_steps(held, most),
        RESOLVE: lambda: _cases(held, most),
        REVIEW: lambda: [*_reviews(held), *_asked_reviews(held, most)],
        AUTHORIZE: lambda: [
            *_owed(held, AUTHORIZE, most),
            *_pending(held, AUTHORIZE, _AUTHORIZATION, _REQUESTED, most),
        ],
        APPROVE: lambda: [
            *_owed(held, APPROVE, most),
            *_pending(held, APPROVE, _APPROVAL, _WITH_WORK, most),
        ],
    }
    return {act: _escalated(held, act, read()) for act, read in readers.items() if act in acts}


def _escalated(held: Ledger, act: str, rows: list[Needed]) -> list[Needed]:
    """The same; what was asked of somebody else because nobody gave it is late."""
    decision = {AUTHORIZE: "authorization", APPROVE: "approval"}.get(act)
    if decision is None:
        return rows
    asked: dict[str, set[str]] = {}
    for row in held.store.by(Escalation, "change_name", {each.change for each in rows}):
        if row.decision == decision:
            asked.setdefault(row.change_name, set()).add(row.account)
    return [
        replace(each, is_late=True, asked=frozenset(asked[each.change] - {""}))
        if each.change in asked
        else each
        for each in rows
    ]


@dataclass(frozen=True)
class Deciding:
    """The changes that wait, and who asked for them: nobody decides about their own."""

    changes: Mapping[str, Change]
    requesters: Mapping[str, str]  # persons, by change

    def is_for(self, each: Needed, person: str, may: Callable[[Permission, str], bool]) -> bool:
        """Whether it waits for this person, who may what `may` says on a system."""
        change = self.changes.get(each.change)
        if change is None or not may(NEEDS[each.act], change.system):
            return False
        return each.act in (DECIDE, RESOLVE) or self.requesters.get(each.change) != person


@dataclass(frozen=True)
class Waiting:
    """What waits, with all that the record says of whose it is: the clock has no part in it."""

    needed: Mapping[str, Sequence[Needed]]
    changes: Mapping[str, Change]
    joins: Sequence[AccountPerson]  # of those who asked for them, and of users whom they name
    settlements: Sequence[AccountSettlement]

    def at(self, moment: int) -> Deciding:
        """Who the people behind the accounts are at this time."""
        asked = {each: row.requested_by or "" for each, row in self.changes.items()}
        accounts = {account for account in asked.values() if account}
        persons = {each: person_at(each, self.joins, moment, self.settlements) for each in accounts}
        return Deciding(
            self.changes,
            {name: persons[account] for name, account in asked.items() if account},
        )


def read_waiting(held: Ledger, needed: Mapping[str, Sequence[Needed]]) -> Waiting:
    """The changes that wait, and who asked for them."""
    names = {each.change for group in needed.values() for each in group}
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    asked = {row.requested_by for row in changes.values() if row.requested_by}
    joins = held.store.by(AccountPerson, "account", asked)
    users = {row.person for row in joins if row.person.startswith(USER_HERE)} - asked
    joins = [*joins, *held.store.by(AccountPerson, "account", users)]
    settlements = held.store.by(AccountSettlement, "account", asked)
    return Waiting(needed, changes, joins, settlements)


def deciding(held: Ledger, needed: Mapping[str, Sequence[Needed]]) -> Deciding:
    """What is known of the changes that wait."""
    return read_waiting(held, needed).at(now())


def awaited_act(check: str, reason: str) -> str:
    """The act that this pending finding waits for; empty where it waits for something else."""
    if check == _EMERGENCY:
        return next((act for words, act in EMERGENCY_OWES if words in reason), "")
    act = {_AUTHORIZATION: AUTHORIZE, _APPROVAL: APPROVE}.get(check, "")
    return "" if _is_given(reason) or _is_for_board(reason) else act


def _is_for_board(reason: str) -> bool:
    """Whether nobody decides it alone, whichever piece of the work the reason speaks of."""
    return _WHICH.sub("", reason).startswith(WAITS_FOR_BOARD)


def _pending(held: Ledger, act: str, check: str, narrower: str, most: int) -> list[Needed]:
    rows = held.database.execute(
        f"{_WITH_VERDICT}{narrower}{_NOT_CLOSED}{_ORDER}", (check, "pending", most)
    )
    return [
        Needed(act, subject, reason, due_at)
        for subject, reason, due_at, _ in rows
        if not _is_given(reason) and not _is_for_board(reason)
    ]


def waiting_for_board(held: Ledger, most: int) -> list[str]:
    """The changes, not closed, that wait for the board, the newest first."""
    rows = held.database.execute(
        f"{_WITH_VERDICT} AND f.reason LIKE ?{_NOT_CLOSED}{_ORDER}",
        (_AUTHORIZATION, "pending", f"%{WAITS_FOR_BOARD}%", most),
    )
    return [str(row[0]) for row in rows if _is_for_board(str(row[1]))]


def _owed(held: Ledger, act: str, most: int) -> list[Needed]:
    """Emergencies in production that wait for this act; point 8 leaves them to point 13."""
    rows = held.database.execute(
        f"{_WITH_VERDICT} AND s.deployed_at IS NOT NULL{_NOT_CLOSED}{_ORDER}",
        (_EMERGENCY, "pending", most),
    )
    return [
        Needed(act, subject, reason, due_at)
        for subject, reason, due_at, _ in rows
        if any(words in reason for words, owed in EMERGENCY_OWES if owed == act)
    ]


def _is_given(reason: str) -> bool:
    """Whether it only waits for its deployment: the act itself is on record, as often as asked."""
    said = _WHICH.sub("", reason)
    counted = _COUNTED.match(said)
    if counted is not None:
        return int(counted[1]) >= int(counted[2])
    return said.startswith("Authorized")


def is_decided(findings: Iterable[Finding], *, is_requested: bool) -> bool:
    """Whether nobody has to decide on a change before it goes live: it is authorized, where
    somebody here asked for it, and approved as often as policy asks."""
    said = {row.check_id: row for row in findings}
    authorization, approval = said.get(_AUTHORIZATION), said.get(_APPROVAL)
    return (not is_requested or _is_settled(authorization)) and _is_settled(approval)


def _is_settled(finding: Finding | None) -> bool:
    if finding is None or finding.verdict not in ("met", "pending", "not_applicable"):
        return False
    return finding.verdict != "pending" or _is_given(finding.reason)


def _reviews(held: Ledger) -> list[Needed]:
    """Emergencies that nobody reviewed, whether that is still in time or not."""
    owed = {
        str(change): str(emergency)
        for emergency, change in held.database.execute(
            "SELECT e.emergency, e.change_name FROM emergency AS e WHERE NOT EXISTS"
            " (SELECT 1 FROM post_review AS p WHERE p.change_name = e.change_name)"
        )
    }
    standings = [
        row for row in held.store.by(SubjectJudged, "subject", owed) if row.deployed_at is not None
    ]
    late = {
        row.subject
        for row in held.store.by(Finding, "subject", [row.subject for row in standings])
        if row.check_id == _EMERGENCY and row.verdict == "deviation"
    }
    return [
        Needed(
            REVIEW,
            row.subject,
            f"Emergency {owed[row.subject]}: its review is owed",
            row.due_at,
            row.subject in late,
        )
        for row in sorted(standings, key=lambda row: (-row.listed_at, row.subject))
    ]


def review_is_owed(verdict: str, reason: str) -> bool:
    """Whether the check on reviews afterwards waits for one now, or has waited in vain."""
    return verdict == "deviation" or (verdict == "pending" and _REVIEW_OWED in reason)


def _asked_reviews(held: Ledger, most: int) -> list[Needed]:
    """Changes in production, or that failed there, that policy wants looked at, in time or late; no
    emergencies."""
    rows = held.database.execute(
        "SELECT f.subject, f.reason, f.verdict, s.due_at FROM finding AS f"
        " JOIN subject_judged AS s ON s.subject = f.subject"
        " WHERE f.check_id = ? AND f.verdict IN ('pending', 'deviation')"
        " AND (f.verdict = 'deviation' OR f.reason LIKE ?)"
        " AND NOT EXISTS (SELECT 1 FROM emergency AS e WHERE e.change_name = f.subject)"
        " AND NOT EXISTS (SELECT 1 FROM post_review AS p WHERE p.change_name = f.subject)"
        f"{_ORDER}",
        (POST_REVIEW, REVIEW_OWED_LIKE, most),
    )
    return [
        Needed(REVIEW, subject, reason, due_at, verdict == "deviation")
        for subject, reason, verdict, due_at in rows
    ]


def _cases(held: Ledger, most: int) -> list[Needed]:
    rows = held.database.execute(
        "SELECT c.subject, c.opened_at FROM case_file AS c"
        f" WHERE c.check_id = ? AND {IS_OPEN} ORDER BY c.opened_at DESC, c.case_id LIMIT ?",
        (UNAUTHORIZED, most),
    )
    return [
        Needed(RESOLVE, str(subject), "Nobody authorized it", opened_at=int(opened_at))
        for subject, opened_at in rows
    ]


def _failed_steps(held: Ledger, most: int) -> list[Needed]:
    """Steps that failed in the plan that stands, and of which nothing was said since."""
    rows = held.database.execute(
        "SELECT a.change_name, a.step FROM step_act AS a"
        " JOIN step_plan AS p ON p.change_name = a.change_name AND p.text = a.text"
        " WHERE a.outcome = 'failed'"
        " AND NOT EXISTS (SELECT 1 FROM step_act AS b WHERE b.change_name = a.change_name"
        " AND b.text = a.text AND b.step = a.step"
        " AND (b.stated_at, b.event) > (a.stated_at, a.event))"
        " AND NOT EXISTS (SELECT 1 FROM request_closure AS r WHERE r.change_name = a.change_name)"
        " ORDER BY a.stated_at DESC, a.change_name LIMIT ?",
        (most,),
    )
    return [
        Needed(DECIDE, str(change), f"Step {step} failed: go on, or back out")
        for change, step in rows
    ]
