"""Heads of pull requests that a forge tells by the first digits of their hashes alone.

Twelve digits name a commit well enough among those of one repository that are on record, and only
there: whoever means to can make two that begin alike. Where two are on record, or none, nothing is
derived, and what was said of that head is not verifiable.
"""

from collections.abc import Collection

from changeproof.events.forges import repository_of_pull
from changeproof.ledger.joined import BegunHead
from changeproof.ledger.joins.versions import begun_by
from changeproof.ledger.pulls import ABBREVIATED
from changeproof.ledger.revisions import PushRevision, RevisionRepository
from changeproof.ledger.store import Store

_TOLD = (
    "SELECT pull, revision_begins FROM review WHERE revision_begins IS NOT NULL AND {pull}"
    " UNION SELECT pull, head_begins FROM pull_merge WHERE head_begins IS NOT NULL AND {pull}"
    " UNION SELECT pull, begins FROM begun_head WHERE {pull}"
)
_TELLING = (
    "SELECT pull FROM review WHERE {revision_begins}"
    " UNION SELECT pull FROM pull_merge WHERE {head_begins}"
)


def pulls_telling(store: Store, revisions: Collection[str]) -> set[str]:
    """The pull requests of which somebody said something by how one of these hashes begins."""
    if not revisions:
        return set()
    beginnings = {revision[:ABBREVIATED] for revision in revisions}
    review, listed = store.among("revision_begins", beginnings)
    merge, _ = store.among("head_begins", beginnings)
    asked = _TELLING.format(revision_begins=review, head_begins=merge)
    return {str(row[0]) for row in store.database.execute(asked, [listed, listed])}


def derive_begun_heads(store: Store, pulls: Collection[str]) -> None:
    """Bring the heads of these pull requests up to date."""
    if not pulls:
        return
    among, listed = store.among("pull", pulls)
    told = store.database.execute(_TOLD.format(pull=among), [listed] * 3)
    rows = []
    for pull, begins in sorted(told):
        found = _in_repository(store, begun_by(store, begins), repository_of_pull(pull))
        if len(found) == 1:
            rows.append(BegunHead(pull, begins, found.pop()))
    if told:
        store.replace(BegunHead, "pull", {str(pull) for pull, _ in told}, rows)


def _in_repository(store: Store, revisions: Collection[str], repository: str) -> set[str]:
    placed = {
        (row.revision, row.repository)
        for row in store.by(RevisionRepository, "revision", revisions)
    }
    placed |= {
        (row.revision, row.repository) for row in store.by(PushRevision, "revision", revisions)
    }
    return {revision for revision, place in placed if place == repository}
