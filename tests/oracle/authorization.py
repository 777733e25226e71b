"""Point 2: who let it begin, and when."""

from changeproof.ledger.decisions import ChangeAuthorization, DecisionWithdrawal
from changeproof.ledger.requests import ChangeRequest, RequestClosure, TicketMove
from tests.oracle.answer import Answer
from tests.oracle.approval import APPROVER, Word, approval_moment, is_entitled, yeses
from tests.oracle.makers import asker
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import Work

AUTHORIZER = ("change_manager", "approver")


def authorizations(record: Record, people: People, work: Work, terms: Terms) -> list[int | None]:
    """When somebody entitled, other than the requester, said that it may begin."""
    return [word.at for word in decisions(record, people, work, terms)[0]]


def decisions(
    record: Record, people: People, work: Work, terms: Terms
) -> tuple[list[Word], list[Word]]:
    """Decisions that count, and all of them."""
    asked = asker(people, work.change)
    words: list[tuple[Word, tuple[str, ...]]] = []
    for name in sorted(work.names):
        for row in record.of(ChangeAuthorization, "change_name", name):
            until = authorize_moment(work, terms)
            if row.account is not None and not taken_back(record, people, work, row, until):
                person = people.person(row.account, row.authorized_at)
                words.append((Word(person, row.account, row.authorized_at, True, True), AUTHORIZER))
        statuses = [
            each.lower() for each in terms.many("authorized_statuses", ("Approved", "Authorized"))
        ]
        for move in record.of(TicketMove, "change_name", name):
            if move.account is not None and move.to_status.lower() in statuses:
                person = people.person(move.account, move.moved_at)
                words.append((Word(person, move.account, move.moved_at, True, True), AUTHORIZER))
    void = len(words) if _decides_nothing(record, work) else 0
    risk = work.change.risk or terms.one("unrated_risk", "medium")
    if risk in terms.many("review_authorizes", ("low", "medium")):
        # An approval that counts also authorizes, whenever it was given.
        for until in (approval_moment(work, terms), None):
            words += [(word, APPROVER) for word in yeses(record, people, work, until) if word.fits]
    valid = [
        word
        for word, roles in words[void:]
        if word.person not in asked and is_entitled(people, work, word, roles)
    ]
    return valid, [word for word, _ in words]


def _decides_nothing(record: Record, work: Work) -> bool:
    """Hard case 67: a request about another system than the work's, or one that was closed
    before the work was opened, decides nothing about it."""
    asked = {
        row.system.lower()
        for name in work.names
        for row in record.of(ChangeRequest, "change_name", name)
        if row.system
    }
    if asked and not asked & {system.lower() for system in work.systems}:
        return True
    told = [
        (row.closed_at, True)
        for name in work.names
        for row in record.of(RequestClosure, "change_name", name)
    ] + [
        (row.moved_at, row.to_status.lower() in ("done", "closed"))
        for name in work.names
        for row in record.of(TicketMove, "change_name", name)
    ]
    before = [(at, ends) for at, ends in told if at and work.opened_at and at < work.opened_at]
    return bool(before) and max(before)[1]


def taken_back(
    record: Record, people: People, work: Work, given: ChangeAuthorization, moment: int | None
) -> bool:
    """Whether the same person took it back by then."""
    person = people.person(given.account, given.authorized_at) if given.account else None
    return any(
        row.decision == "authorization"
        and row.account is not None
        and row.withdrawn_at is not None
        and people.person(row.account, row.withdrawn_at) == person
        and (given.authorized_at or 0) <= row.withdrawn_at
        and (moment is None or row.withdrawn_at <= moment)
        for name in work.names
        for row in record.of(DecisionWithdrawal, "change_name", name)
    )


def authorize_moment(work: Work, terms: Terms) -> int | None:
    """The moment by which it must be authorized."""
    named = terms.one("authorize_before", "merge")
    moments = [work.deployed_at]
    if named in ("merge", "development"):
        moments.append(work.merged_at)
    if named == "development":
        moments.append(work.begun_at)
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)


def point_2(
    record: Record, people: People, work: Work, terms: Terms, emergency: str | None
) -> Answer:
    """Authorized by another than the requester before the work went in."""
    if not work.is_deployed:
        return Answer("not_applicable" if work.closed_at is not None else "pending")
    moment = authorize_moment(work, terms)
    times = authorizations(record, people, work, terms)
    if any(at is not None and moment is not None and not_after(at, moment) for at in times):
        return Answer("met")
    if emergency is not None:
        return Answer("met", emergency)
    if (moment is None and times) or None in times:
        return Answer("not_verifiable", why="no time stated")
    if unseen(record, work):
        return Answer("not_verifiable", why="unseen")
    if not work.is_covered and not times:
        return Answer("not_verifiable", why="git alone")
    return Answer("deviation")
