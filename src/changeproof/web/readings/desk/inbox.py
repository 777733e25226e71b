"""What waits for the viewer, by what is asked: approve, authorize, review, resolve.

Candidates come out of the findings by an index; whether somebody may is said exactly where the
item is opened, so the list costs the same however many changes there are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from changeproof.accounts.callers import Caller
from changeproof.accounts.permissions import persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.joined import Change, Finding, SubjectJudged
from changeproof.ledger.service import Ledger
from changeproof.web.pages.desk_page import InboxGroup, InboxItem
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.states import State, state

AUTHORIZE, APPROVE, REVIEW, RESOLVE = "authorize", "approve", "review", "resolve"
_SHOWN = 25  # of each group
_APPROVAL = "cc8_1/08_approval"
_AUTHORIZATION = "cc8_1/02_authorization"
_EMERGENCY = "cc8_1/13_emergency"

EMERGENCY_OWES = (
    ("emergency that nobody else has authorized", AUTHORIZE),
    ("approval until", APPROVE),
    ("review until", REVIEW),
)
"""Words of point 13 while something is owed, and the act that gives it; the first comes first."""

_COUNTED = re.compile(r"([0-9]+) of ([0-9]+) ")

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
    " AND EXISTS (SELECT 1 FROM implementation AS i WHERE i.change_id = f.subject)"
)
_ORDER = " ORDER BY s.listed_at DESC, f.subject LIMIT 100"


@dataclass(frozen=True)
class Candidate:
    """A change that waits for one kind of act."""

    act: str
    change: str
    words: str
    state: State | None


def read_candidates(held: Ledger, caller: Caller) -> list[tuple[str, list[Candidate]]]:
    """(heading, candidates) in the order of the page, of what the viewer's roles could do."""
    groups: list[tuple[str, list[Candidate]]] = []
    if caller.may_somewhere(Permission.CHANGE_AUTHORIZE):
        groups.append(("Resolve", _cases(held)))
    if caller.may_somewhere(Permission.EMERGENCY_REVIEW):
        groups.append(("Review afterwards", _reviews(held)))
    if caller.may_somewhere(Permission.CHANGE_AUTHORIZE):
        asked = _pending(held, AUTHORIZE, _AUTHORIZATION, requested=True)
        groups.append(("Authorize", [*_owed(held, AUTHORIZE), *asked]))
    if caller.may_somewhere(Permission.CHANGE_APPROVE):
        asked = _pending(held, APPROVE, _APPROVAL, requested=False)
        groups.append(("Approve", [*_owed(held, APPROVE), *asked]))
    found = held.store.by(
        Change, "change_id", {each.change for _, group in groups for each in group}
    )
    changes = {row.change_id: row for row in found}
    own = _own(caller, changes.values())
    return [
        (
            heading,
            [
                each
                for each in group
                if each.change in changes
                and caller.may(_NEEDS[each.act], changes[each.change].system)
                and (each.act == RESOLVE or each.change not in own)
            ][:_SHOWN],
        )
        for heading, group in groups
    ]


_NEEDS = {
    AUTHORIZE: Permission.CHANGE_AUTHORIZE,
    APPROVE: Permission.CHANGE_APPROVE,
    REVIEW: Permission.EMERGENCY_REVIEW,
    RESOLVE: Permission.CHANGE_AUTHORIZE,
}


def read_inbox(held: Ledger, caller: Caller, current: str = "") -> tuple[InboxGroup, ...]:
    """The list at the left."""
    groups = read_candidates(held, caller)
    changes = {
        row.change_id: row
        for row in held.store.by(
            Change, "change_id", {each.change for _, group in groups for each in group}
        )
    }
    texts = held.texts({row.title for row in changes.values() if row.title})
    return tuple(
        InboxGroup(
            heading,
            tuple(
                InboxItem(
                    url=f"{reverse('desk_item', args=[each.change])}?act={each.act}",
                    title=title_of(texts.get(changes[each.change].title or ""), each.change),
                    system=changes[each.change].system,
                    content=each.words,
                    state=each.state,
                    is_current=each.change == current,
                )
                for each in group
            ),
        )
        for heading, group in groups
        if group
    )


def waiting_for(held: Ledger, caller: Caller) -> int:
    """How many decisions wait for the viewer: the number beside "Desk"."""
    if not any(caller.may_somewhere(permission) for permission in _NEEDS.values()):
        return 0
    return sum(len(group) for _, group in read_candidates(held, caller))


def _own(caller: Caller, changes: Iterable[Change]) -> set[str]:
    """Changes that the viewer asked for: never theirs to decide."""
    rows = [row for row in changes if row.requested_by]
    persons = persons_of({str(row.requested_by) for row in rows})
    return {row.change_id for row in rows if persons[str(row.requested_by)] == caller.person}


def _pending(held: Ledger, act: str, check: str, *, requested: bool) -> list[Candidate]:
    narrower = _REQUESTED if requested else _WITH_WORK
    rows = held.database.execute(
        f"{_WITH_VERDICT}{narrower}{_NOT_CLOSED}{_ORDER}", (check, "pending")
    )
    return [
        Candidate(act, subject, parted(reason).what, state("pending", due=due_of(reason, due_at)))
        for subject, reason, due_at, _ in rows
        if not _is_given(reason)
    ]


def _owed(held: Ledger, act: str) -> list[Candidate]:
    """Emergencies in production that wait for this act; point 8 leaves them to point 13."""
    rows = held.database.execute(
        f"{_WITH_VERDICT} AND s.deployed_at IS NOT NULL{_NOT_CLOSED}{_ORDER}",
        (_EMERGENCY, "pending"),
    )
    return [
        Candidate(act, subject, parted(reason).what, state("pending", due=due_of(reason, due_at)))
        for subject, reason, due_at, _ in rows
        if any(words in reason for words, owed in EMERGENCY_OWES if owed == act)
    ]


def awaited_act(check: str, reason: str) -> str:
    """The act that this pending finding waits for; empty where it waits for something else."""
    if check == _EMERGENCY:
        return next((act for words, act in EMERGENCY_OWES if words in reason), "")
    act = {_AUTHORIZATION: AUTHORIZE, _APPROVAL: APPROVE}.get(check, "")
    return "" if _is_given(reason) else act


def _is_given(reason: str) -> bool:
    """Whether it only waits for its deployment: the act itself is on record, as often as asked."""
    counted = _COUNTED.match(reason)
    if counted is not None:
        return int(counted[1]) >= int(counted[2])
    return reason.startswith("Authorized")


def _reviews(held: Ledger) -> list[Candidate]:
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
        Candidate(
            REVIEW,
            row.subject,
            f"Emergency {owed[row.subject]}: its review is owed",
            State("deviation", "Late") if row.subject in late else state("pending", due=row.due_at),
        )
        for row in sorted(standings, key=lambda row: (-row.listed_at, row.subject))
    ]


def _cases(held: Ledger) -> list[Candidate]:
    rows = held.database.execute(
        "SELECT c.subject FROM case_file AS c LEFT JOIN case_resolution AS r"
        " ON r.case_id = c.case_id WHERE r.case_id IS NULL"
        " ORDER BY c.opened_at DESC, c.case_id LIMIT 100"
    )
    return [
        Candidate(RESOLVE, str(row[0]), "Nobody authorized it", State("deviation", "Open case"))
        for row in rows
    ]
