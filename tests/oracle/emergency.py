"""Point 13: the emergency was declared, authorized, bounded, and what it skipped followed."""

from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.requests import Emergency
from tests.oracle.answer import Answer
from tests.oracle.approval import is_approved, later_looks
from tests.oracle.authorization import AUTHORIZER, authorize_moment, taken_back
from tests.oracle.makers import asker, makers_of_all
from tests.oracle.people import People
from tests.oracle.record import Record
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.testing import passed
from tests.oracle.work import Work


def declared(record: Record, work: Work) -> list[Emergency]:
    """The emergencies that were declared for this change."""
    return [row for name in sorted(work.names) for row in record.of(Emergency, "change_name", name)]


def standing(record: Record, people: People, work: Work, terms: Terms, row: Emergency) -> Answer:
    """`met` if the declaration covers the deployment; `pending` if somebody may still allow it."""
    at = work.deployed_at
    if at is None:
        return Answer("not_verifiable", why="nobody stated when it was deployed")
    if not terms.has_emergencies:
        return Answer("deviation", why="policy has no way for emergencies")
    if terms.one("emergency.incident_required", "true") == "true" and row.incident is None:
        return Answer("deviation", why="no incident")
    if row.ends_at is None or row.ends_at < at:
        return Answer("deviation", why="without an end, or ended before")
    if row.declared_at is None:
        return Answer("not_verifiable", why="nobody stated when it was declared")
    if row.declared_at > at + terms.declare_within:
        return Answer("deviation", why="declared too late")
    until = max(row.declared_at, at) + terms.declare_within
    barred = makers_of_all(record, people, work) | asker(people, work.change)
    if row.declared_by:
        barred |= people.behind(row.declared_by, row.declared_at)
    for name in sorted(work.names):
        for act in record.of(ChangeAuthorization, "change_name", name):
            if act.account is None or act.authorized_at is None or act.authorized_at > until:
                continue
            if people.person(act.account, act.authorized_at) in barred:
                continue
            if not people.is_human(act.account) or taken_back(record, people, work, act, until):
                continue
            if all(
                people.holds(act.account, AUTHORIZER, system, act.authorized_at)
                for system in work.systems
            ):
                return Answer("met", "direct" if row.declared_at <= at else "late_declared")
    if record.as_of <= until:
        return Answer("pending", why="authorization still owed")
    return Answer("deviation", why="nobody entitled authorized it in time")


def authorizers(record: Record, people: People, work: Work, terms: Terms) -> list[str]:
    """Whose act let an emergency that covers the work begin."""
    if covering(record, people, work, terms) is None:
        return []
    barred = makers_of_all(record, people, work) | asker(people, work.change)
    for row in declared(record, work):
        if row.declared_by:
            barred |= people.behind(row.declared_by, row.declared_at)
    return [
        act.account
        for name in sorted(work.names)
        for act in record.of(ChangeAuthorization, "change_name", name)
        if act.account
        and people.person(act.account, act.authorized_at) not in barred
        and not taken_back(record, people, work, act, authorize_moment(work, terms))
    ]


def covering(record: Record, people: People, work: Work, terms: Terms) -> Answer | None:
    """How an emergency that the policy allows covers this work."""
    found = [standing(record, people, work, terms, row) for row in declared(record, work)]
    return next((one for one in found if one.verdict == "met"), None)


def point_13(record: Record, people: People, work: Work, terms: Terms) -> Answer:
    """What was owed came in time, or is not due yet."""
    rows = declared(record, work)
    if not rows:
        return Answer("not_applicable")
    if not work.is_deployed:
        return Answer("not_applicable" if work.closed_at is not None else "pending")
    answers = [standing(record, people, work, terms, row) for row in rows]
    order = ("met", "pending", "not_verifiable", "deviation")
    said = min(answers, key=lambda one: order.index(one.verdict))
    if said.verdict != "met":
        return said
    at = work.deployed_at
    assert at is not None
    approve_due, review_due = at + terms.approve_within, at + terms.review_within
    seen_later = later_looks(record, people, work, review_due)
    owed = (
        (approve_due, is_approved(record, people, work, terms, approve_due)),
        (review_due, passed(record, work, terms, review_due)),
    )
    missing = [due for due, is_there in owed if not is_there]
    if not seen_later and review_due < record.as_of:
        return Answer("deviation", why="not reviewed afterwards")
    if any(due < record.as_of for due in missing):
        if unseen(record, work, review_due):
            return Answer("not_verifiable", why="unseen")
        return Answer("deviation", why="what was owed did not come")
    missing += [] if seen_later else [review_due]
    if missing:
        return Answer("pending")
    return said
