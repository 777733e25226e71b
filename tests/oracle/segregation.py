"""Which duties one person held in one change, and whether policy keeps them apart."""

from changeproof.ledger.people import AccountDeclaration
from changeproof.ledger.requests import PostReview
from tests.oracle.answer import Answer
from tests.oracle.approval import approval_moment, independent, said_yes
from tests.oracle.authorization import decisions
from tests.oracle.emergency import authorizers
from tests.oracle.makers import contributions
from tests.oracle.people import People
from tests.oracle.record import Record
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import Work

JUDGING = ("authorizer", "reviewer", "tester", "post_reviewer")
STANDARD = (
    "requester:authorizer",
    "author:reviewer",
    "co_author:reviewer",
    "last_pusher:reviewer",
    "author:post_reviewer",
)


def duties(record: Record, people: People, work: Work, terms: Terms) -> dict[str, set[str]]:
    """Persons by duty; what a machine did, whoever stands behind it did, or nobody."""
    held: dict[str, set[str]] = {}

    def hold(duty: str, account: str | None, at: int | None) -> None:
        if account is None:
            return
        if people.is_human(account):
            held.setdefault(duty, set()).add(people.person(account, at))
            return
        for row in record.of(AccountDeclaration, "account", account):
            if row.run_by:
                held.setdefault(duty, set()).add(people.person(row.run_by, at))

    at = work.deployed_at
    hold("requester", work.change.requested_by, work.change.opened_at)
    for part, account, when, revision in contributions(record, work):
        if part != "pusher":
            hold(part, account, when)
        elif revision == (work.head or work.landed):
            hold("last_pusher", account, when)
    valid, said = decisions(record, people, work, terms)
    for word in valid or said:
        hold("authorizer", word.account, word.at)
    for account in authorizers(record, people, work, terms):
        hold("authorizer", account, at)
    until = approval_moment(work, terms)
    counting = independent(record, people, work, until)
    held["reviewer"] = set(counting)
    if len(counting) < needed(work, terms):
        for account in said_yes(record, people, work, until):
            hold("reviewer", account, until)
    for name in work.names:
        for row in record.of(PostReview, "change_name", name):
            hold("post_reviewer", row.account, row.reviewed_at)
    return held


def needed(work: Work, terms: Terms) -> int:
    """How many approvals its risk asks for."""
    return terms.approvals(work.change.risk or terms.one("unrated_risk", "medium"))


def shared(held: dict[str, set[str]], one: str, other: str, reviewers: int) -> bool:
    """Whether one person held both, and not enough others judged."""
    both = held.get(one, set()) & held.get(other, set())
    if not both:
        return False
    for duty in (one, other):
        if duty in JUDGING:
            asked = max(reviewers, 1) if duty == "reviewer" else 1
            if len(held[duty] - both) >= asked:
                return False
    return True


def point(record: Record, people: People, work: Work, terms: Terms) -> Answer:
    """No person held two duties that policy keeps apart."""
    pairs = terms.many("separate_duties", STANDARD)
    if work.closed_at is not None and not work.is_deployed:
        return Answer("not_applicable")
    if not pairs:
        return Answer("not_applicable")
    if not work.is_deployed:
        return Answer("pending")
    held = duties(record, people, work, terms)
    for pair in pairs:
        one, other = pair.split(":")
        if shared(held, one, other, needed(work, terms)):
            return Answer("deviation", why=pair)
    if not work.is_covered and not held["reviewer"]:
        return Answer("not_verifiable", why="git alone")
    counting = independent(record, people, work, approval_moment(work, terms))
    if unseen(record, work) and len(counting) < needed(work, terms):
        return Answer("not_verifiable", why="unseen")
    named = [
        part
        for part, _, _, revision in contributions(record, work)
        if part == "author" and revision is None
    ]
    if (work.kind == "pull" and not named) or work.kind in ("observed", "deployment"):
        return Answer("not_verifiable", why="nobody is named as its author")
    if not held.get("reviewer") or not held.get("authorizer"):
        return Answer("not_applicable", why="nobody judged it, which points 2 and 8 tell")
    return Answer("met")
