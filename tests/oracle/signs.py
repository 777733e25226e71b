"""The eight signs: clear or raised, never a judgement of their own."""

from collections.abc import Collection

from changeproof.ledger.people import AccountDeclaration
from changeproof.ledger.pulls import PullOpened, Review, ReviewDismissal
from changeproof.ledger.requests import Schedule
from changeproof.ledger.revisions import PushRevision, Revision, RevisionAuthor
from tests.oracle.answer import Answer
from tests.oracle.approval import approval_moment, yeses
from tests.oracle.authorization import authorizations
from tests.oracle.deployment import is_other_build, put_there_again
from tests.oracle.emergency import declared
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import Work


def _raised(record: Record, work: Work) -> Answer:
    return Answer("not_verifiable" if unseen(record, work) else "raised")


def unauthorized_deployment(
    record: Record, people: People, work: Work, terms: Terms, emergency: str | None
) -> Answer:
    """Not authorized, yet deployed."""
    if not work.is_deployed:
        return Answer("not_applicable")
    at, times = work.deployed_at, authorizations(record, people, work, terms)
    if emergency is not None:
        return Answer("clear")
    until = at if at is not None else work.merged_at
    if any(each is not None and until is not None and not_after(each, until) for each in times):
        return Answer("clear")
    if (at is None and times) or None in times or (not work.is_covered and not times):
        return Answer("not_verifiable")
    return _raised(record, work)


def untracked_change(record: Record, work: Work, emergency: str | None) -> Answer:
    """In production, or pushed to where the next deployment takes it from, and held by no pull
    request, request or emergency."""
    if not work.is_deployed:
        is_past_all = work.kind == "commit" and work.is_covered and work.closed_at is None
        if is_past_all and work.change.origin != "requested" and not declared(record, work):
            if unseen(record, work):
                return Answer("not_applicable")
            return Answer("raised")
        return Answer("not_applicable")
    if work.kind == "pull" or work.change.origin == "requested" or emergency is not None:
        return Answer("clear")
    if not work.is_covered:
        return Answer("not_verifiable")
    return _raised(record, work)


def requirements_unmet(verdicts: Collection[str]) -> Answer:
    """Any of the points deviates."""
    if "deviation" in verdicts:
        return Answer("raised")
    if "not_verifiable" in verdicts:
        return Answer("not_verifiable")
    return Answer("clear" if "met" in verdicts else "not_applicable")


def unattributed_change(record: Record, people: People, work: Work, terms: Terms) -> Answer:
    """Some act on it names nobody."""
    unknown = False
    opened = record.of(PullOpened, "pull", work.name)
    if work.kind == "pull":
        unknown |= not opened or opened[0].author is None
    if work.merge is not None and work.merge.merged_by is None:
        unknown = True
    for review in record.of(Review, "pull", work.name):
        if review.account is None and review.verdict != "commented":
            unknown |= not _is_dismissed(record, review, approval_moment(work, terms))
    for revision in work.revisions | ({work.landed} if work.kind == "commit" else set()):
        known = record.of(Revision, "revision", revision)
        if known and not record.of(RevisionAuthor, "revision", revision):
            unknown = True
        for row in record.of(PushRevision, "revision", revision):
            unknown |= row.pusher is None
    if work.kind == "commit" and not record.of(RevisionAuthor, "revision", work.landed):
        pushers = [row.pusher for row in record.of(PushRevision, "revision", work.landed)]
        unknown |= not any(pushers)
    first = work.first
    if first is not None and not first.landing and "/tag/" not in first.deployment:
        unknown |= first.triggered_by is None and (
            first.account is None or _is_service(people, first.account)
        )
    for later, is_back in put_there_again(record, work):
        unknown |= is_back and later.account is None and later.triggered_by is None
    if work.observed is not None and work.is_deployed:
        unknown = True
    if work.act is not None and work.is_deployed:
        unknown |= work.act.account is None
    return _raised(record, work) if unknown else Answer("clear")


def _is_dismissed(record: Record, review: Review, until: int | None) -> bool:
    """A review that was dismissed after it counted was one all the same."""
    for row in record.of(ReviewDismissal, "review", review.review):
        late = until is not None and (row.dismissed_at or 0) > until
        return not (late and until is not None and not_after(review.submitted_at or 0, until))
    return False


def _is_service(people: People, account: str | None) -> bool:
    rows = people.record.of(AccountDeclaration, "account", account)
    return bool(rows) and rows[0].kind == "service"


def overdue_change(record: Record, works: list[Work]) -> Answer:
    """Planned, and not deployed in time."""
    names = {name for work in works for name in work.names}
    plans = sorted(
        (row for name in names for row in record.of(Schedule, "change_name", name)),
        key=lambda row: (row.scheduled_at or 0, row.event),
    )
    if not plans:
        return Answer("not_applicable")
    window = plans[0]
    for plan in plans[1:]:
        if plan.scheduled_at is not None and plan.scheduled_at <= window.ends_at:
            window = plan
    ends = window.ends_at
    times = [work.deployed_at for work in works if work.is_deployed]
    open_ = [
        work
        for work in works
        if not work.is_deployed and (work.closed_at is None or work.closed_at > ends)
    ]
    if any(at is not None and at > ends for at in times):
        return Answer("raised")
    if not open_:
        return Answer("not_verifiable" if None in times else "clear")
    if record.as_of <= ends:
        return Answer("clear")
    blind = any(unseen(record, work, ends) for work in open_)
    return Answer("not_verifiable" if blind else "raised")


def configuration_mismatch(record: Record, people: People, work: Work, terms: Terms) -> Answer:
    """Somebody who may approve approved one thing, and another was deployed."""
    if not work.is_deployed or work.act is not None:
        return Answer("not_applicable")
    said = yeses(record, people, work, approval_moment(work, terms))
    right = [word for word in said if word.fits]
    wrong = [
        word
        for word in said
        if word.names_content
        and not word.fits
        and not any(r.person == word.person and (r.at or 0) >= (word.at or 0) for r in right)
    ]
    if any(not word.is_review for word in wrong) and all(word.is_review for word in right):
        return Answer("raised")
    if is_other_build(record, work):
        return Answer("raised")
    if wrong and not right:
        return _raised(record, work)
    if right:
        return Answer("clear")
    return Answer("not_applicable" if work.is_covered else "not_verifiable")


def unlogged_deployment(record: Record, work: Work) -> Answer:
    """In production, in nobody's log."""
    if work.observed is not None and work.is_deployed:
        return _raised(record, work)
    if not work.is_deployed:
        return Answer("not_applicable")
    if work.first is not None and (work.first.landing or "/tag/" in work.first.deployment):
        return Answer("not_verifiable")
    return Answer("clear")


def no_emergency_path(terms: Terms) -> Answer:
    """The policy in force says how an emergency is declared."""
    return Answer("clear" if terms.has_emergencies else "raised")
