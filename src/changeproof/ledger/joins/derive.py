"""Derive again exactly the joins that new facts touched; or all of them, by the same code."""

from collections.abc import Callable, Collection

from changeproof.ledger.deployments import DeploymentOutcome, DeploymentRequest, ObservedState
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentGap,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
    SharedRequest,
    UnloggedState,
)
from changeproof.ledger.joins.begun_heads import derive_begun_heads, pulls_telling
from changeproof.ledger.joins.changes import (
    ACT,
    GIT,
    derive_aliases,
    derive_changes,
    derive_implementations,
    is_commit,
)
from changeproof.ledger.joins.deployed import (
    coverage,
    deployment_rows,
    followers,
    with_previous,
)
from changeproof.ledger.joins.graph import CommitGraph
from changeproof.ledger.joins.linked import linked_subjects
from changeproof.ledger.joins.migrations import all_migrations, derive_migrations
from changeproof.ledger.joins.observed import derive_unlogged
from changeproof.ledger.joins.ownership import derive_owners
from changeproof.ledger.joins.rebased import alike
from changeproof.ledger.joins.repeated import derive_repeated, repeating_changes
from changeproof.ledger.joins.sharing import derive_shared_requests
from changeproof.ledger.joins.systems import Systems, read_systems
from changeproof.ledger.joins.touched import Touched
from changeproof.ledger.joins.versions import begun_by, deployments_named_by, deployments_of
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.pulls import (
    PullCommit,
    PullDescription,
    PullHead,
    PullMerge,
    PullTicket,
)
from changeproof.ledger.requests import Emergency, RequestLink
from changeproof.ledger.revisions import BranchRevision, PushRevision, Revision, RevisionClaim
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import (
    ORGANISATION,
    named_subjects,
    protected_systems,
    standing_names,
)

ITEM = "item:"


def derive(
    store: Store, touched: Touched, graph: Callable[[], CommitGraph], late: set[str]
) -> set[str]:
    """Bring the joins up to date; the subjects whose findings may differ now.

    `graph` is asked for only when a walk needs it; `late` are commits of which the graph learned
    something after their descendants.
    """
    systems = read_systems(store)
    moved = _of_repositories(store, touched)
    touched.pulls |= pulls_telling(store, touched.revisions | touched.nodes)
    derive_begun_heads(store, touched.pulls)
    deployments = _deployments(store, systems, touched, graph, late)
    revisions = _revisions(store, touched, deployments) | moved
    revisions |= alike(store, revisions)
    implementations, owned = _own(store, systems, revisions)
    touched.evidence |= derive_repeated(store, owned)
    implementations |= _implementations(store, touched)
    implementations |= _observed(store, touched, deployments)
    implementations |= _acts(store, touched, implementations, revisions)
    changes = _carry(store, implementations, touched.names)
    linked = linked_subjects(store, changes)
    store.replace(Change, "change_id", changes, derive_changes(store, systems, changes))
    store.replace(ChangeAlias, "change_id", changes, derive_aliases(store, changes))
    store.replace(SharedRequest, "change_id", changes, derive_shared_requests(store, changes))
    seen = {f"item:{name}" for name in standing_names(store, "item", among=touched.seen_items)}
    return _subjects(store, touched, changes) | linked | touched.subjects | seen


def _of_repositories(store: Store, touched: Touched) -> set[str]:
    """A repository that was renamed, mapped or covered moves all that stands in it."""
    if not touched.repositories:
        return set()
    changes = store.by(Change, "repository", touched.repositories)
    held = store.by(Implementation, "change_id", {row.change_id for row in changes})
    touched.pulls |= {row.implementation for row in held if row.kind == "pull"}
    touched.deployments |= {
        row.deployment for row in store.by(DeploymentRequest, "repository", touched.repositories)
    } | {row.deployment for row in store.by(DeploymentOutcome, "repository", touched.repositories)}
    systems = read_systems(store)
    # Which commits and tags are a system's own turns on what its repositories are called.
    touched.registered |= systems.version_patterns.keys()
    names = {systems.of(repository) for repository in touched.repositories}
    near = store.by(Change, "system", names)
    owned = {row.change_id[4:] for row in near if is_commit(row.change_id)}
    # Whether a push lands depends on the default branch.
    listed = store.by(PushRevision, "repository", touched.repositories)
    stands = store.by(BranchRevision, "repository", touched.repositories)
    return owned | {row.revision for row in listed} | {row.revision for row in stands}


def _deployments(
    store: Store,
    systems: Systems,
    touched: Touched,
    graph: Callable[[], CommitGraph],
    late: set[str],
) -> dict[str, Deployment]:
    """Derive the touched deployments, their successors and those whose history grew."""
    for kind in (DeploymentRequest, DeploymentOutcome):
        stated = store.by(kind, "artifact", touched.artifacts)
        touched.deployments |= {row.deployment for row in stated}  # type: ignore[attr-defined]
    touched.deployments |= deployments_named_by(store, touched.nodes, touched.tags)
    touched.deployments |= deployments_of(store, touched.registered)
    before = store.by(Deployment, "deployment", touched.deployments)
    after = deployment_rows(store, systems, touched.deployments)
    again: dict[str, Deployment] = {}
    for row in before:
        again.update({each.deployment: each for each in followers(store, row)})
    store.replace(Deployment, "deployment", touched.deployments, after)
    for row in after:
        again.update({each.deployment: each for each in followers(store, row)})
    if late:
        again.update(_with_history_grown(store, graph(), late))
    again.update({row.deployment: row for row in after})
    gone = {row.deployment for row in before} - {row.deployment for row in after}
    for name in gone:
        again.pop(name, None)
    # Where a deployment was, something seen running may now be in nobody's log.
    touched.states |= {(row.system, row.environment.lower()) for row in before}
    placed = {name: with_previous(store, row) for name, row in again.items()}
    store.replace(Deployment, "deployment", set(placed), list(placed.values()))
    _cover(store, placed, gone, graph, touched)
    return placed


def _with_history_grown(store: Store, graph: CommitGraph, late: set[str]) -> dict[str, Deployment]:
    """Deployments that reach a commit of which the graph learned something after the fact.

    A landing of a commit with one parent covers that commit alone, whatever lies below.
    """
    reached = graph.descendants(late)
    found = store.by(Deployment, "revision", reached)
    found += store.by(Deployment, "previous_revision", reached)
    return {
        row.deployment: row
        for row in found
        if not (row.landing and row.revision and graph.is_linear(row.revision))
    }


def _cover(
    store: Store,
    deployments: dict[str, Deployment],
    gone: set[str],
    graph: Callable[[], CommitGraph],
    touched: Touched,
) -> None:
    wanted = {row.revision for row in deployments.values() if row.landing and row.revision}
    single = {
        row.revision
        for row in store.by(Revision, "revision", wanted)
        if row.complete and row.parent_count <= 1
    }
    names = set(deployments) | gone
    old = store.by(DeploymentRevision, "deployment", names)
    covered: list[DeploymentRevision] = []
    gaps: list[DeploymentGap] = []
    for row in deployments.values():
        simple = row.landing and row.revision in single
        walked, missing = coverage(row, CommitGraph() if simple else graph(), single)
        covered += walked
        gaps += missing
    touched.revisions |= {row.revision for row in set(old) ^ set(covered)}
    # A bare commit's change is described by its deployment.
    touched.revisions |= {row.revision for row in covered if row.deployment in touched.deployments}
    touched.evidence |= {row.revision for row in covered}
    store.replace(DeploymentRevision, "deployment", names, covered)
    before = store.by(DeploymentGap, "deployment", names)
    touched.evidence |= {row.missing for row in set(before) ^ set(gaps)}
    store.replace(DeploymentGap, "deployment", names, gaps)


def _revisions(store: Store, touched: Touched, deployments: dict[str, Deployment]) -> set[str]:
    """The revisions whose owner may have moved."""
    revisions = set(touched.revisions)
    revisions |= {row.revision for row in deployments.values() if row.revision}
    revisions |= {row.revision for row in store.by(PullHead, "pull", touched.pulls)}
    revisions |= {row.revision for row in store.by(PullCommit, "pull", touched.pulls)}
    merges = store.by(PullMerge, "pull", touched.pulls)
    revisions |= {row.revision for row in merges if row.revision}
    for row in merges:
        if row.revision_begins:
            revisions |= begun_by(store, row.revision_begins)
    branches = touched.branches | {
        (row.head_repository or row.repository, f"refs/heads/{row.head_ref}")
        for row in store.by(PullDescription, "pull", touched.pulls)
        if row.head_ref
    }
    for listing in store.by(PushRevision, "ref", {ref for _, ref in branches}):
        if (listing.repository, listing.ref) in branches:
            revisions.add(listing.revision)
    return revisions


def _own(store: Store, systems: Systems, revisions: set[str]) -> tuple[set[str], set[str]]:
    """Derive owners, and owners of what hangs on a revision whose owner moved.

    The implementations that lost or won a revision, and the revisions that were looked at.
    """
    implementations: set[str] = set()
    done: set[str] = set()
    while revisions:
        before = {
            row.revision: row.implementation
            for row in store.by(RevisionImplementation, "revision", revisions)
        }
        rows = derive_owners(store, systems, revisions)
        after = {row.revision: row.implementation for row in rows}
        store.replace(RevisionImplementation, "revision", revisions, rows)
        implementations |= set(before.values()) | set(after.values())
        changed = {r for r in revisions if before.get(r) != after.get(r)}
        done |= revisions
        revisions = _hanging_on(store, changed) - done
    return implementations, done


def _hanging_on(store: Store, revisions: Collection[str]) -> set[str]:
    landings = {
        row.deployment for row in store.by(Deployment, "revision", revisions) if row.landing
    }
    hanging = {row.revision for row in store.by(DeploymentRevision, "deployment", landings)}
    pushed = store.by(PushRevision, "after_revision", revisions)
    return hanging | {row.revision for row in pushed}


def _implementations(store: Store, touched: Touched) -> set[str]:
    """Implementations of which something was said: pull requests, links, tickets."""
    found = set(touched.pulls)
    found |= {row.implementation for row in store.by(RequestLink, "change_name", touched.names)}
    found |= {row.pull for row in store.by(PullTicket, "ticket_key", touched.tickets)}
    claims = store.by(RevisionClaim, "value", touched.tickets)
    claiming = {row.revision for row in claims if row.claim == "ticket"}
    owned = store.by(RevisionImplementation, "revision", claiming)
    return found | {row.implementation for row in owned}


def _observed(store: Store, touched: Touched, deployments: dict[str, Deployment]) -> set[str]:
    """States seen in a place where something was seen or deployed now."""
    places = touched.states | {
        (row.system, row.environment.lower()) for row in deployments.values()
    }
    systems = {system for system, _ in places}
    items = {name[len(ITEM) :] for name in touched.subjects if name.startswith(ITEM)}
    systems |= {row.system for row in store.by(ObservedState, "named_item", items)}
    before = store.by(UnloggedState, "system", systems)
    after = derive_unlogged(store, systems)
    store.replace(UnloggedState, "system", systems, after)
    names = {row.implementation for row in before} | {row.implementation for row in after}
    return names | {row.deployment for row in deployments.values() if not row.landing}


def _acts(
    store: Store, touched: Touched, implementations: set[str], revisions: set[str]
) -> set[str]:
    """Acts that were stated, and those whose actor named something that was touched."""
    if not store.database.execute("SELECT 1 FROM production_act LIMIT 1"):
        return touched.acts
    told = {name.removeprefix(ACT) for name in touched.acts}
    if touched.context:  # whether somebody is a person
        told |= all_migrations(store)
    ran, moved = derive_migrations(store, told, touched.evidence | revisions, touched.deployments)
    touched.evidence |= moved
    names = touched.names | touched.tickets | implementations
    names |= {GIT + revision for revision in revisions}
    # What a moved revision dragged along stands among the implementations' own revisions.
    owned = store.by(RevisionImplementation, "implementation", implementations)
    names |= {GIT + row.revision for row in owned}
    named = {row.act for row in store.by(ProductionAct, "change_name", names)}
    return touched.acts | {ACT + act for act in ran | named}


def _carry(store: Store, implementations: set[str], names: set[str]) -> set[str]:
    """Derive which change each implementation belongs to; every change that lost or won one."""
    before = store.by(Implementation, "implementation", implementations)
    after = derive_implementations(store, implementations)
    store.replace(Implementation, "implementation", implementations, after)
    changes = {row.change_id for row in before} | {row.change_id for row in after}
    return changes | names | implementations


def _subjects(store: Store, touched: Touched, changes: set[str]) -> set[str]:
    """Changes, and the systems and organisation around them, to be judged again."""
    if touched.context:
        execute = store.database.execute
        everything = {row[0] for row in execute("SELECT change_id FROM change")}
        systems = {f"system:{row[0]}" for row in execute("SELECT DISTINCT system FROM change")}
        systems |= {f"system:{name}" for name in protected_systems(store)}
        return everything | systems | set(named_subjects(store)) | {ORGANISATION} | changes
    found = set(changes)
    owned = store.by(RevisionImplementation, "revision", touched.evidence)
    implementations = {row.implementation for row in owned}
    implementations |= {row.pull for row in store.by(PullHead, "revision", touched.evidence)}
    held = store.by(Implementation, "implementation", implementations)
    found |= {row.change_id for row in held}
    found |= {row.change_id for row in store.by(ChangeAlias, "alias", touched.names)}
    emergencies = store.by(Emergency, "change_name", touched.names)
    if emergencies:
        systems_of = {row.system for row in emergencies}
        found |= {row.change_id for row in store.by(Change, "system", systems_of)}
    found |= repeating_changes(store, found)
    systems = {row.system for row in store.by(Change, "change_id", found)}
    if touched.repositories:  # how a branch is protected counts before its first change
        systems |= protected_systems(store, touched.repositories)
    return found | {f"system:{name}" for name in systems} | linked_subjects(store, found)
