"""What runs without a deployment on record that put it there."""

from collections.abc import Collection

from changeproof.ledger.deployments import ObservedState
from changeproof.ledger.joined import Deployment, UnloggedState
from changeproof.ledger.store import Store


def derive_unlogged(store: Store, systems: Collection[str]) -> list[UnloggedState]:
    """One row a content that was seen running in a place where nobody's log put it.

    The first sighting counts. A content without artifact and revision is its item's name.
    """
    seen = sorted(
        store.by(ObservedState, "system", systems),
        key=lambda row: (row.observed_at or 0, row.event),
    )
    if not seen:
        return []
    logged = {
        (row.system, row.environment.lower(), content)
        for column, values in (
            ("artifact", {row.artifact for row in seen if row.artifact}),
            ("revision", {row.revision for row in seen if row.revision}),
        )
        for row in store.by(Deployment, column, values)
        for content in (row.artifact, row.revision)
        if content
    }
    rows: dict[str, UnloggedState] = {}
    for row in seen:
        place = (row.system, row.environment.lower())
        if any((*place, content) in logged for content in (row.artifact, row.revision) if content):
            continue
        content = row.artifact or row.revision or row.item
        name = f"observed:{row.system}/{row.environment.lower()}/{content}"
        rows.setdefault(
            name,
            UnloggedState(
                name,
                row.system,
                row.environment,
                row.item,
                row.revision,
                row.artifact,
                row.observed_at,
                row.event,
            ),
        )
    return list(rows.values())
