"""Who made a piece of work, and who asked for it: those who cannot vouch for it."""

from changeproof.ledger.joined import Change, SharedRequest
from changeproof.ledger.pulls import PullHead, PullHeadPusher, PullOpened
from changeproof.ledger.revisions import PushRevision, Revision, RevisionAuthor
from tests.oracle.people import People
from tests.oracle.record import Record
from tests.oracle.work import Work, is_base_merge, is_merge_edited, tree_of, works_of

Given = tuple[str, str, int | None, str | None]
"""A part (`author`, `co_author`, `pusher`), an account, a time, and the commit."""


def contributions(record: Record, work: Work) -> list[Given]:
    """Who wrote or pushed what of it (hard cases 2 and 3)."""
    edited = is_merge_edited(record, work)
    found: list[Given] = [
        ("author", row.author, row.opened_at, None)
        for row in record.of(PullOpened, "pull", work.name)
        if row.author
    ]
    for revision in sorted(work.revisions | set(work.heads)):
        mere = is_base_merge(record, work, revision)
        is_landing = work.merge is not None and revision == work.landed != work.head
        for written in record.of(RevisionAuthor, "revision", revision):
            if written.part == "author" and (
                mere
                or (is_landing and not edited and not _is_squash_of_other_content(record, work))
            ):
                continue
            found.append((written.part, written.account, _time(record, revision), revision))
        if mere:
            continue
        for pushed in record.of(PushRevision, "revision", revision):
            landing = work.merge is not None and pushed.ref in (
                "refs/heads/main",
                "refs/heads/master",
            )
            if pushed.pusher and (not landing or (edited and revision == work.landed)):
                found.append(("pusher", pushed.pusher, pushed.pushed_at, revision))
    found += [
        ("pusher", head.pushed_by, head.revised_at, head.revision)
        for head in record.of(PullHead, "pull", work.name)
        if head.pushed_by and not is_base_merge(record, work, head.revision)
    ]
    found += [
        ("pusher", pusher.account, pusher.pushed_at, pusher.revision)
        for pusher in record.of(PullHeadPusher, "pull", work.name)
        if not is_base_merge(record, work, pusher.revision)
    ]
    acted = (work.act.account, work.act.on_behalf_of) if work.act is not None else ()
    at = work.act.acted_at if work.act is not None else None
    found += [("author", account, at, None) for account in acted if account]
    return found


def makers(record: Record, people: People, work: Work) -> set[str]:
    """Persons who wrote or pushed any of it, and those behind their agents (hard case 4)."""
    given = contributions(record, work)
    return {person for _, account, at, _ in given for person in people.behind(account, at)}


def makers_of_all(record: Record, people: People, work: Work) -> set[str]:
    """Persons who made any piece of the change: of an emergency and of a look back, which are the
    whole change's, none of them is another."""
    pieces = works_of(record, people, work.change)
    return {person for piece in pieces for person in makers(record, people, piece)}


def _time(record: Record, revision: str) -> int | None:
    rows = record.of(Revision, "revision", revision)
    return rows[0].committed_at if rows else None


def _is_squash_of_other_content(record: Record, work: Work) -> bool:
    """A single commit that landed with another tree than its head: its author wrote it."""
    rows = [row for row in record.of(Revision, "revision", work.landed) if row.complete]
    if not rows or rows[0].parent_count != 1:
        return False
    mine, theirs = tree_of(record, work.landed), tree_of(record, work.head)
    return mine is None or theirs is None or mine != theirs


def asker(people: People, change: Change) -> set[str]:
    """Who asked for this change."""
    return people.behind(change.requested_by, change.opened_at) if change.requested_by else set()


def requesters(record: Record, people: People, work: Work) -> set[str]:
    """Who asked for it, or for another change that the same work carries."""
    change = work.change
    found = asker(people, change)
    for row in record.of(SharedRequest, "change_id", change.change_id):
        if row.implementation != work.name or row.requested_by is None:
            continue
        until = work.deployed_at
        if until is None or row.requested_at is None or row.requested_at <= until:
            found |= people.behind(row.requested_by, row.requested_at)
    return found
