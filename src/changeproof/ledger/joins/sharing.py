"""Who asked for the other changes that the same work carries out.

What one change means for another the ledger derives, so that a check joins a change with its own
rows only (DESIGN.md section 7). Two people who cite one pull request in a request each would
otherwise decide for one another.
"""

from collections.abc import Collection

from changeproof.ledger.joined import Change, Implementation, SharedRequest
from changeproof.ledger.store import Store


def derive_shared_requests(store: Store, names: Collection[str]) -> list[SharedRequest]:
    """For each of these changes, the other requests that its implementations carry.

    The changes must be stored already. A request that comes or goes touches its implementations,
    and with them every change that shares them.
    """
    held = store.by(Implementation, "change_id", names)
    carried: dict[str, set[str]] = {}
    for row in store.by(Implementation, "implementation", {row.implementation for row in held}):
        carried.setdefault(row.implementation, set()).add(row.change_id)
    shared = {change for changes in carried.values() if len(changes) > 1 for change in changes}
    known = {row.change_id: row for row in store.by(Change, "change_id", shared)}
    return [
        SharedRequest(
            row.change_id,
            row.implementation,
            other,
            known[other].requested_by,
            known[other].opened_at,
            known[other].events,
        )
        for row in held
        for other in sorted(carried[row.implementation] - {row.change_id})
        if other in known and known[other].requested_by is not None
    ]
