"""What happened at the forge, or in git alone: proposed, pushed, reviewed, merged."""

from collections.abc import Iterator

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
            f"Pull request {number} opened",
            f"Into `{into}`" if into else "",
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
        detail = "" if place == 0 else "The content changed: earlier approvals are void"
        if place and not any(
            (r.submitted_at or 0) <= (head.revised_at or 0)
            for r in work.reviews
            if r.verdict == "approved"
        ):
            detail = ""
        yield teller.moment(
            head.revised_at,
            f"Revision pushed `{head.revision[:7]}`",
            detail,
            head.pushed_by or (pushers[0] if pushers else None),
            head.event,
        )
    yield from _reviews(teller, work)
    for closed in evidence.closures:
        if closed.pull == work.name:
            yield teller.moment(
                closed.closed_at,
                f"Pull request {number} closed",
                "Not merged",
                closed.account,
                closed.event,
            )
    for opened in evidence.reopenings:
        if opened.pull == work.name:
            yield teller.moment(
                opened.reopened_at,
                f"Pull request {number} opened again",
                "",
                opened.account,
                opened.event,
            )
    merge = work.merge
    if merge is not None:
        into = f"to `{merge.base_ref}`" if merge.base_ref else ""
        as_commit = f"as `{merge.revision[:7]}`" if merge.revision else ""
        yield teller.moment(
            merge.merged_at,
            f"Merged {into}".strip(),
            as_commit.capitalize(),
            merge.merged_by,
            merge.event,
        )


def _brought(push: PushRevision, head: PullHead) -> bool:
    """Whether a push of the forge is the one that made this head."""
    return push.revision == head.revision and push.after_revision == head.revision


def _reviews(teller: Teller, work: Work) -> Iterator[Moment]:
    words = {
        "approved": "Approved",
        "changes_requested": "Changes requested on",
        "commented": "Commented on",
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
            detail = "Dismissed later" if gone else "Void: a later push changed the content"
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
                "Review dismissed",
                f"The one of {{{review.account}}}" if review.account else "",
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
        said = [f"With {listed([f'{{{each}}}' for each in co_authors])}"] if co_authors else []
        if row.claimed_pull:
            said.append(f"Its message claims pull request {row.claimed_pull}")
        if claims:
            named = listed([f"{{{each}}}" for each in sorted(set(claims))])
            said.append(f"Its message claims a review by {named}")
        yield teller.moment(
            row.committed_at,
            f"Committed `{revision[:7]}`",
            ". ".join(said),
            row.author,
            row.event,
        )
    for push in teller.evidence.pushes:
        if push.revision == revision:
            branch = push.ref.removeprefix("refs/heads/")
            yield teller.moment(
                push.pushed_at, f"Pushed straight to `{branch}`", "", push.pusher, push.event
            )
