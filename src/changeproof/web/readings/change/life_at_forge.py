"""What happened at the forge, or in git alone: proposed, pushed, reviewed, merged."""

from collections.abc import Iterator

from django.utils.translation import gettext

from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.revisions import PushRevision
from changeproof.web.counting import listed
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.evidence import Work
from changeproof.web.readings.change.teller import Teller


def of_pull(teller: Teller, work: Work) -> Iterator[Moment]:
    evidence = teller.evidence
    number = work.name.rpartition("/")[2]
    if work.opened is not None:
        into = work.description.base_ref if work.description is not None else None
        yield teller.moment(
            work.opened.opened_at,
            gettext("Pull request %(number)s opened") % {"number": number},
            gettext("Into `%(into)s`") % {"into": into} if into else "",
            work.opened.author,
            work.opened.event,
        )
    for place, head in enumerate(work.heads):
        pushers = [
            row.account
            for row in evidence.head_pushers
            if row.pull == work.name and row.revision == head.revision
        ]
        pushers += [row.pusher for row in evidence.pushes if _brought(row, head) and row.pusher]
        detail = "" if place == 0 else gettext("The content changed: earlier approvals are void")
        if place and not any(
            (r.submitted_at or 0) <= (head.revised_at or 0)
            for r in work.reviews
            if r.verdict == "approved"
        ):
            detail = ""
        yield teller.moment(
            head.revised_at,
            gettext("Revision pushed `%(revision)s`") % {"revision": head.revision[:7]},
            detail,
            head.pushed_by or (pushers[0] if pushers else None),
            head.event,
        )
    yield from _reviews(teller, work)
    for closed in evidence.closures:
        if closed.pull == work.name:
            yield teller.moment(
                closed.closed_at,
                gettext("Pull request %(number)s closed") % {"number": number},
                gettext("Not merged"),
                closed.account,
                closed.event,
            )
    for opened in evidence.reopenings:
        if opened.pull == work.name:
            yield teller.moment(
                opened.reopened_at,
                gettext("Pull request %(number)s opened again") % {"number": number},
                "",
                opened.account,
                opened.event,
            )
    merge = work.merge
    if merge is not None:
        into = gettext("to `%(base_ref)s`") % {"base_ref": merge.base_ref} if merge.base_ref else ""
        as_commit = (
            gettext("as `%(revision)s`") % {"revision": merge.revision[:7]}
            if merge.revision
            else ""
        )
        yield teller.moment(
            merge.merged_at,
            (gettext("Merged %(into)s") % {"into": into}).strip(),
            as_commit.capitalize(),
            merge.merged_by,
            merge.event,
        )


def _brought(push: PushRevision, head: PullHead) -> bool:
    """Whether a push of the forge is the one that made this head."""
    return push.revision == head.revision and push.after_revision == head.revision


def _reviews(teller: Teller, work: Work) -> Iterator[Moment]:
    words = {
        "approved": gettext("Approved"),
        "changes_requested": gettext("Changes requested on"),
        "commented": gettext("Commented on"),
    }
    dismissed = {row.review: row for row in teller.evidence.dismissals}
    for review in work.reviews:
        verdict = words.get(review.verdict, review.verdict.capitalize())
        content = f" `{review.revision[:7]}`" if review.revision else ""
        gone = dismissed.get(review.review)
        void = review.verdict == "approved" and (
            gone is not None or not teller.counts(review.revision)
        )
        detail = ""
        if void:
            detail = (
                gettext("Dismissed later")
                if gone
                else gettext("Void: a later push changed the content")
            )
        yield teller.moment(
            review.submitted_at,
            f"{verdict}{content}",
            detail,
            review.account,
            review.event,
            is_void=void,
        )
        if gone is not None:
            yield teller.moment(
                gone.dismissed_at,
                gettext("Review dismissed"),
                gettext("The one of {%(account)s}") % {"account": review.account}
                if review.account
                else "",
                gone.account,
                gone.event,
            )


def of_commit(teller: Teller, work: Work) -> Iterator[Moment]:
    if not is_commit(work.name):
        return
    revision = work.name.removeprefix("git:")
    row = teller.evidence.revisions.get(revision)
    if row is not None:
        co_authors = sorted(
            {
                each.account
                for each in teller.evidence.authors
                if each.revision == revision and each.part == "co_author"
            }
        )
        claims = [
            each.value
            for each in teller.evidence.claims
            if each.revision == revision and each.claim == "reviewer"
        ]
        with_them = listed([f"{{{each}}}" for each in co_authors])
        said = [gettext("With %(people)s") % {"people": with_them}] if co_authors else []
        if row.claimed_pull:
            said.append(
                gettext("Its message claims pull request %(claimed_pull)s")
                % {"claimed_pull": row.claimed_pull}
            )
        if claims:
            named = listed([f"{{{each}}}" for each in sorted(set(claims))])
            said.append(gettext("Its message claims a review by %(named)s") % {"named": named})
        yield teller.moment(
            row.committed_at,
            gettext("Committed `%(revision)s`") % {"revision": revision[:7]},
            ". ".join(said),
            row.author,
            row.event,
        )
    for push in teller.evidence.pushes:
        if push.revision == revision:
            branch = push.ref.removeprefix("refs/heads/")
            yield teller.moment(
                push.pushed_at,
                gettext("Pushed straight to `%(branch)s`") % {"branch": branch},
                "",
                push.pusher,
                push.event,
            )
