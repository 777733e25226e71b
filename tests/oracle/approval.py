"""Point 8: who agreed to this very content, before it went live."""

from dataclasses import dataclass

from changeproof.ledger.decisions import Approval, DecisionWithdrawal, Decline
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.joined import Implementation, RevisionImplementation
from changeproof.ledger.pulls import Review, ReviewDismissal
from changeproof.ledger.requests import PostReview
from changeproof.ledger.revisions import Revision, RevisionClaim
from tests.oracle.answer import Answer
from tests.oracle.makers import makers, makers_of_all, requesters
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms, terms_at
from tests.oracle.work import Work, content

APPROVER = ("approver",)


@dataclass(frozen=True)
class Word:
    """A yes or a no of one person, at one time."""

    person: str
    account: str
    at: int | None
    is_yes: bool
    fits: bool
    """Whether it names the content that was deployed."""
    is_review: bool = False
    names_content: bool = True
    is_withdrawal: bool = False


def _words(record: Record, people: People, work: Work, until: int | None) -> list[Word]:
    """What people said of it that stands at a moment: dismissed reviews do not."""
    fitting = content(record, work)
    writers = makers(record, people, work)
    found = []
    for review in record.of(Review, "pull", work.name):
        if review.account is None or review.verdict not in ("approved", "changes_requested"):
            continue
        is_yes = review.verdict == "approved"
        gone = False
        for row in record.of(ReviewDismissal, "review", review.review):
            late = until is not None and row.dismissed_at is not None and row.dismissed_at > until
            by = people.person(row.account, row.dismissed_at) if row.account else None
            # An objection that its own author, or nobody known, dismissed stands (hard case 64).
            is_others = by not in writers if by is not None else not writers
            gone = not late and (is_yes or is_others)
        if not gone:
            person = people.person(review.account, review.submitted_at)
            fits = review.revision in fitting
            found.append(
                Word(
                    person,
                    review.account,
                    review.submitted_at,
                    is_yes,
                    fits,
                    True,
                    bool(review.revision),
                )
            )
    artifact = work.first.artifact if work.first else None
    artifact = work.observed.artifact if work.observed else artifact
    for name in sorted(work.names):
        for yes in record.of(Approval, "change_name", name):
            if yes.account is not None:
                fits = yes.revision in fitting if yes.revision else False
                fits = fits or (yes.artifact is not None and yes.artifact == artifact)
                fits = fits or _is_built_of_it(record, work, yes.artifact)
                person = people.person(yes.account, yes.approved_at)
                named = bool(yes.revision or yes.artifact)
                own = named and not _is_of_another_piece(record, work, yes)
                fits = fits or (work.kind == "act" and not named)
                found.append(
                    Word(person, yes.account, yes.approved_at, True, fits, names_content=own)
                )
        for no in record.of(Decline, "change_name", name):
            if no.account is not None:
                person = people.person(no.account, no.declined_at)
                found.append(Word(person, no.account, no.declined_at, False, True))
        for back in record.of(DecisionWithdrawal, "change_name", name):
            if back.account is not None and back.decision == "approval":
                person = people.person(back.account, back.withdrawn_at)
                found.append(
                    Word(person, back.account, back.withdrawn_at, False, True, is_withdrawal=True)
                )
    terms = terms_at(record, work.deployed_at or record.as_of)
    if work.kind == "commit" and not work.is_covered and trailers_count(record, work, terms):
        for claim in record.of(RevisionClaim, "revision", work.landed):
            if claim.claim == "reviewer":
                at = work.deployed_at
                person = people.person(claim.value, at)
                found.append(Word(person, claim.value, at, True, True, True))
    return found


def _is_of_another_piece(record: Record, work: Work, yes: Approval) -> bool:
    """Whether what it names is another piece's of the same change."""
    theirs = {
        row.revision
        for piece in record.of(Implementation, "change_id", work.change.change_id)
        if piece.implementation != work.name
        for row in record.of(RevisionImplementation, "implementation", piece.implementation)
    }
    built = {row.revision for row in record.of(Artifact, "artifact", yes.artifact)}
    return yes.revision in theirs or bool(built & theirs)


def _is_built_of_it(record: Record, work: Work, artifact: str | None) -> bool:
    """Whether a build made this artifact of the work's head, landed or deployed commit."""
    mine = {work.head, work.landed, work.first.revision if work.first else None} - {None}
    return artifact is not None and any(
        row.revision in mine for row in record.of(Artifact, "artifact", artifact)
    )


def is_entitled(people: People, work: Work, word: Word, roles: tuple[str, ...]) -> bool:
    if not people.is_human(word.account):
        return False
    # What nobody dated is held against the roles of the end.
    at = word.at if word.at is not None else people.record.as_of
    return all(people.holds(word.account, roles, system, at) for system in work.systems)


def said_yes(record: Record, people: People, work: Work, until: int | None) -> set[str]:
    """Accounts that said yes by then, whether or not it counts, and did not take it back."""
    words = [
        word
        for word in _words(record, people, work, until)
        if word.at is not None and (until is None or not_after(word.at, until))
    ]
    return {
        word.account
        for word in words
        if word.is_yes and not any(_takes_back(other, word) for other in words)
    }


def yeses(record: Record, people: People, work: Work, until: int | None) -> list[Word]:
    """Yeses of entitled others by `until`, whatever content they name."""
    barred = makers(record, people, work) | requesters(record, people, work)
    words = [
        word
        for word in _words(record, people, work, until)
        if until is None or word.at is None or not_after(word.at, until)
    ]
    return [
        word
        for word in words
        if word.is_yes
        and word.person not in barred
        and is_entitled(people, work, word, APPROVER)
        and not any(_takes_back(other, word) for other in words)
    ]


def _takes_back(no: Word, yes: Word) -> bool:
    """Whoever says no after a yes has taken the yes back."""
    return not no.is_yes and no.person == yes.person and (no.at or 0) >= (yes.at or 0)


def independent(
    record: Record, people: People, work: Work, until: int | None
) -> dict[str, int | None]:
    """Persons whose yes counts by `until`, and when they first gave it."""
    found: dict[str, int | None] = {}
    for word in yeses(record, people, work, until):
        if not word.fits:
            continue
        held = found.get(word.person)
        if word.person not in found or (word.at is not None and (held is None or word.at < held)):
            found[word.person] = word.at
    return found


def objections(record: Record, people: People, work: Work, until: int | None) -> set[str]:
    """Persons who said no and did not take it back."""
    words = [
        word
        for word in _words(record, people, work, until)
        if until is None or word.at is None or not_after(word.at, until)
    ]
    standing = set()
    for no in words:
        if no.is_yes or no.is_withdrawal:
            continue
        cleared = any(
            (yes.is_yes and yes.person == no.person and (yes.at or 0) > (no.at or 0))
            or (yes.is_withdrawal and yes.person == no.person and (yes.at or 0) >= (no.at or 0))
            for yes in words
        )
        if not cleared:
            standing.add(no.person)
    return standing


def is_approved(
    record: Record, people: People, work: Work, terms: Terms, until: int | None
) -> bool:
    """Enough independent yeses by then, and no standing no."""
    risk = work.change.risk or terms.one("unrated_risk", "medium")
    counts = terms.one("blocking_reviews_count", "true") == "true"
    if counts and objections(record, people, work, until):
        return False
    return len(independent(record, people, work, until)) >= terms.approvals(risk)


def approval_moment(work: Work, terms: Terms) -> int | None:
    """The moment by which approvals must be there."""
    moments = [work.deployed_at]
    if terms.one("approve_before", "deployment") == "merge":
        moments.append(work.merged_at)
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)


def trailers_count(record: Record, work: Work, terms: Terms) -> bool:
    """Whether reviewers named in the commit's message are accepted."""
    accepted = terms.one("trailers_accepted", "gerrit")
    if accepted == "all":
        return bool(
            [
                row
                for row in record.of(RevisionClaim, "revision", work.landed)
                if row.claim == "reviewer"
            ]
        )
    rows = record.of(Revision, "revision", work.landed)
    return accepted == "gerrit" and any(row.claimed_review for row in rows)


def point_8(
    record: Record, people: People, work: Work, terms: Terms, emergency: str | None
) -> Answer:
    """Approved by others, on this content, before it was deployed."""
    if not work.is_deployed:
        return Answer("not_applicable" if work.closed_at is not None else "pending")
    moment = approval_moment(work, terms)
    if moment is None and is_approved(record, people, work, terms, None):
        return Answer("not_verifiable", why="no time of deployment")
    is_told = work.is_covered or trailers_count(record, work, terms)
    if not is_told and not any(record.of(Approval, "change_name", name) for name in work.names):
        return Answer("not_verifiable", why="git alone")
    if moment is not None and is_approved(record, people, work, terms, moment):
        return Answer("met")
    if emergency is not None and work.deployed_at is not None:
        late = work.deployed_at + terms.approve_within
        if is_approved(record, people, work, terms, late):
            return Answer("met", "late_declared")
        return Answer("not_applicable", why="judged by point 13")
    if _alternative(record, people, work, terms):
        return Answer("met", "compensating")
    if unseen(record, work):
        return Answer("not_verifiable", why="unseen")
    if not work.is_covered and not trailers_count(record, work, terms):
        return Answer("not_verifiable", why="git alone")
    return Answer("deviation")


def _alternative(record: Record, people: People, work: Work, terms: Terms) -> bool:
    """A look afterwards by another, where the policy names it (hard case 11).

    It stands for an approval that nobody gave, not against somebody's no.
    """
    counts = terms.one("blocking_reviews_count", "true") == "true"
    if counts and objections(record, people, work, approval_moment(work, terms)):
        return False
    for position, check in enumerate(terms.many("alternative_control_check")):
        if check != "cc8_1/08_approval" or work.deployed_at is None:
            continue
        within = int(terms.many("alternative_control_within")[position])
        if later_looks(record, people, work, work.deployed_at + within):
            return True
    return False


def later_looks(record: Record, people: People, work: Work, until: int) -> list[PostReview]:
    """Reviews after deployment by a human who made none of it and did not ask for it."""
    barred = makers_of_all(record, people, work) | requesters(record, people, work)
    found = []
    for name in sorted(work.names):
        for row in record.of(PostReview, "change_name", name):
            if row.account is None or row.reviewed_at is None or work.deployed_at is None:
                continue
            if not work.deployed_at <= row.reviewed_at <= until:
                continue
            is_other = people.person(row.account, row.reviewed_at) not in barred
            if is_other and people.is_human(row.account):
                found.append(row)
    return found
