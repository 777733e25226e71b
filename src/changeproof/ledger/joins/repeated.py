"""Changes that say they undo or repeat others: whose record each of them reads."""

from collections.abc import Collection

from changeproof.ledger.joined import Implementation, RevisionImplementation
from changeproof.ledger.revisions import RevisionClaim
from changeproof.ledger.store import Store

ORIGINS = ("reverts", "cherry_pick")
"""The claims that name another commit as origin."""


def changes_of(store: Store, revisions: Collection[str]) -> set[str]:
    """The changes that these commits belong to."""
    owned = store.by(RevisionImplementation, "revision", revisions)
    works = {row.implementation for row in owned}
    return {row.change_id for row in store.by(Implementation, "implementation", works)}


def reverting(store: Store, revisions: Collection[str]) -> set[str]:
    """The commits that say they revert one of these."""
    claims = store.by(RevisionClaim, "value", revisions)
    return {row.revision for row in claims if row.claim == "reverts"}


def repeating_changes(store: Store, changes: Collection[str]) -> set[str]:
    """The changes that read the record of one of these: whose messages name one of its commits,
    or a commit that it names as well; and those that name such a change in turn."""
    found: set[str] = set()
    asked = set(changes)
    while asked:
        works = {row.implementation for row in store.by(Implementation, "change_id", asked)}
        revisions = {
            row.revision for row in store.by(RevisionImplementation, "implementation", works)
        }
        if not revisions:
            break
        named = {
            row.value
            for row in store.by(RevisionClaim, "revision", revisions)
            if row.claim == "reverts"
        }
        claims = store.by(RevisionClaim, "value", revisions | named)
        naming = {row.revision for row in claims if row.claim in ORIGINS} - revisions
        asked = changes_of(store, naming) - found - set(changes) if naming else set()
        found |= asked
    return found
