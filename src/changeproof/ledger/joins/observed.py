"""What runs without a deployment on record that put it there."""

from collections.abc import Collection

from changeproof.ledger.baselines import Baseline
from changeproof.ledger.deployments import DeploymentRequest, ObservedState
from changeproof.ledger.joined import Deployment, UnloggedState
from changeproof.ledger.production_acts import AuthorizedItem, ProductionAct
from changeproof.ledger.store import Store

_HOUR = 3_600_000_000
"""Microseconds before its end: when a deployment begins, where nobody told the begin of it."""


def derive_unlogged(store: Store, systems: Collection[str]) -> list[UnloggedState]:
    """One row a content that was seen running in a place where nobody's log had put it by then.

    The first such sighting counts: a deployment that began afterwards explains what runs from then
    on, and not what ran before. A content without artifact and revision is its item's name; of a
    configuration item, which is seen by its digest, its name and that: see `_unexplained`. What
    a setting is follows from an act on record, so that none of these was put there unlogged.
    """
    seen = sorted(
        (row for row in store.by(ObservedState, "system", systems) if not row.setting),
        key=lambda row: (row.observed_at or 0, row.event),
    )
    if not seen:
        return []
    logged = _logged_since(store, seen)
    drifted = _unexplained(store, [row for row in seen if _is_item(row)])
    rows: dict[str, UnloggedState] = {}
    for row in seen:
        if _is_item(row) and row.event not in drifted:
            continue
        place = (row.system, row.environment.lower())
        since = (logged.get((*place, each)) for each in (row.artifact, row.revision) if each)
        if any(begun is not None and begun <= (row.observed_at or begun) for begun in since):
            continue
        content = row.artifact or row.revision or row.item
        if _is_item(row):
            content = f"{row.item}@{row.digest}"
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


def _logged_since(store: Store, seen: Collection[ObservedState]) -> dict[tuple[str, str, str], int]:
    """System, environment and content of the deployments on record, and when the first began."""
    named = store.by(Deployment, "artifact", {row.artifact for row in seen if row.artifact})
    named += store.by(Deployment, "revision", {row.revision for row in seen if row.revision})
    asked = store.by(DeploymentRequest, "deployment", {row.deployment for row in named})
    requested = {row.deployment: row.requested_at for row in asked}
    found: dict[tuple[str, str, str], int] = {}
    for row in named:
        begun = requested.get(row.deployment)
        if begun is None:
            begun = (row.deployed_at or 0) - _HOUR
        if row.landing or row.deployed_at is None:  # when it was put there nobody told
            begun = 0
        for content in filter(None, (row.artifact, row.revision)):
            place = (row.system, row.environment.lower(), content)
            found[place] = min(begun, found.get(place, begun))
    return found


def _is_item(row: ObservedState) -> bool:
    return row.digest is not None and row.artifact is None and row.revision is None


def _unexplained(store: Store, seen: Collection[ObservedState]) -> set[str]:
    """The events that saw an item with a content that nothing on file has it have.

    What an approved baseline, an act on the item or an authorization for it states is on file;
    so is how the item was when it was first seen: whoever begins to watch has found no change.
    """
    items = {row.named_item for row in seen}
    known: set[tuple[str | None, str | None]] = {
        (row.item, row.digest) for row in store.by(Baseline, "item", items)
    }
    known |= {(row.item, row.after_digest) for row in store.by(AuthorizedItem, "item", items)}
    known |= {(row.item, row.after_digest) for row in store.by(ProductionAct, "item", items)}
    begun: set[str] = set()
    found = set()
    for row in seen:
        if row.named_item not in begun:
            begun.add(row.named_item)
            known.add((row.named_item, row.digest))
        elif (row.named_item, row.digest) not in known:
            found.add(row.event)
    return found
