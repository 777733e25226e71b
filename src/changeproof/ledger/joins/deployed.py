"""What each deployment put into production: the one before it, and the difference."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from changeproof.ledger.built_trust import STATED, UNKNOWN, built_of
from changeproof.ledger.deployments import Artifact, DeploymentOutcome, DeploymentRequest
from changeproof.ledger.joined import Deployment, DeploymentGap, DeploymentRevision, VersionClaim
from changeproof.ledger.joins.graph import CommitGraph
from changeproof.ledger.joins.systems import Systems
from changeproof.ledger.joins.versions import claims_of, named_by, revision_of
from changeproof.ledger.revisions import (
    HistoryBoundary,
    PushRevision,
    Revision,
    RevisionParent,
)
from changeproof.ledger.store import Store


def define_nodes(store: Store, graph: CommitGraph, nodes: Collection[str]) -> set[str]:
    """Tell the graph of these commits; those of which it learns something new after the fact."""
    complete: dict[str, list[str]] = {}
    for revision in store.by(Revision, "revision", nodes):
        if revision.complete:
            complete[revision.revision] = []
    for parent in sorted(
        store.by(RevisionParent, "revision", list(complete)), key=lambda row: row.position
    ):
        complete[parent.revision].append(parent.parent)
    boundaries = {row.revision for row in store.by(HistoryBoundary, "revision", list(complete))}
    listed: dict[str, set[str]] = {}
    for row in store.by(PushRevision, "revision", [n for n in nodes if n not in complete]):
        listed.setdefault(row.revision, set()).add(row.previous)
    told = {node: tuple(parents) for node, parents in complete.items()}
    told |= {node: tuple(sorted(previous - {"", node})) for node, previous in listed.items()}
    open_ended = boundaries | {node for node in listed if not told[node]}
    return {
        node
        for node in _parents_first(told)
        if graph.define(node, told[node], open_ended=node in open_ended)
    }


def _parents_first(parents: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """The same commits, so that none lifts those above it: a batch of a long history would have
    the whole of it counted anew."""
    try:
        return [node for node in TopologicalSorter(parents).static_order() if node in parents]
    except CycleError:  # pushes may claim one
        return parents


def load_graph(store: Store) -> CommitGraph:
    """The whole graph out of the tables."""
    graph = CommitGraph()
    execute = store.database.execute
    nodes = [row[0] for row in execute("SELECT DISTINCT revision FROM revision")]
    nodes += [row[0] for row in execute("SELECT DISTINCT revision FROM push_revision")]
    define_nodes(store, graph, sorted(set(nodes)))
    return graph


def deployment_rows(store: Store, systems: Systems, names: Collection[str]) -> list[Deployment]:
    """The deployments of these names that reached production, without what they followed.

    One that failed was there if somebody states that it was taken out again (hard case 61).
    """
    requests = {row.deployment: row for row in store.by(DeploymentRequest, "deployment", names)}
    stated = store.by(DeploymentOutcome, "deployment", names)
    succeeded = {row.deployment for row in stated if row.outcome == "succeeded"}
    removed = {row.deployment for row in stated if row.outcome == "removed"} - succeeded
    outcomes = [
        row
        for row in stated
        if row.outcome == "succeeded" or (row.outcome == "failed" and row.deployment in removed)
    ]
    artifacts = {row.artifact for row in outcomes if row.artifact}
    artifacts |= {row.artifact for row in requests.values() if row.artifact}
    built: dict[str, list[Artifact]] = {}
    for row in store.by(Artifact, "artifact", artifacts):
        built.setdefault(row.artifact, []).append(row)
    found = [_deployment(row, requests.get(row.deployment), built, systems) for row in outcomes]
    return _by_version(store, systems, names, found)


def _by_version(
    store: Store, systems: Systems, names: Collection[str], rows: list[Deployment]
) -> list[Deployment]:
    """The same, with the revisions that versions name where nothing else tells one."""
    claims: list[VersionClaim] = []
    joined: list[Deployment] = []
    for row in rows:
        named = named_by(systems, row)
        if named is None:
            joined.append(row)
            continue
        claims += claims_of(row.deployment, named)
        revision, trust = revision_of(store, systems, row.system, named)
        joined.append(replace(row, revision=revision, trust=trust))
    store.replace(VersionClaim, "deployment", names, claims)
    return joined


def _deployment(
    outcome: DeploymentOutcome,
    request: DeploymentRequest | None,
    built: dict[str, list[Artifact]],
    systems: Systems,
) -> Deployment:
    repository = outcome.repository or (request.repository if request else None)
    revision = outcome.revision or (request.revision if request else None)
    artifact = outcome.artifact or (request.artifact if request else None)
    trust = STATED if revision is not None else UNKNOWN
    if revision is None and artifact is not None:
        revision, trust = built_of(artifact, built.get(artifact, ()))
    system = outcome.system or (request.system if request else None) or systems.of(repository)
    account = (request.account if request else None) or outcome.account
    triggered_by = outcome.triggered_by or (request.triggered_by if request else None)
    events = outcome.event if request is None else f"{outcome.event},{request.event}"
    return Deployment(
        deployment=outcome.deployment,
        lane=lane_of(systems, repository, system, outcome.environment),
        system=system,
        environment=outcome.environment,
        repository=repository,
        revision=revision,
        artifact=artifact,
        previous=None,
        previous_revision=outcome.replaces,
        rollback=outcome.rollback,
        landing=outcome.landing,
        account=account,
        triggered_by=triggered_by,
        deployed_at=outcome.finished_at,
        sequence_at=outcome.stated_at,
        events=events,
        trust=trust,
    )


def lane_of(systems: Systems, repository: str | None, system: str, environment: str) -> str:
    """Where one deployment replaces another: of several systems that one repository holds, the
    one leaves what runs of the others as it is."""
    place = repository or f"system:{system}"
    if repository is not None and system.lower() != systems.of(repository).lower():
        place = f"{repository}/{system.lower()}"
    return f"{place}@{environment.lower()}"


def with_previous(store: Store, row: Deployment) -> Deployment:
    """The same deployment with the one it followed in its lane; a landing states its own.

    Order is by time, then by name. Its neighbours must be stored already.
    """
    if row.landing:
        return row
    previous = _neighbour(store, row, "<", "DESC")
    if previous is None:
        return replace(row, previous=None, previous_revision=None)
    return replace(row, previous=previous.deployment, previous_revision=previous.revision)


def followers(store: Store, row: Deployment) -> list[Deployment]:
    """The deployments whose predecessor `row` is, or is if it has a revision: the next one in
    its lane that has one, and all before that which have none."""
    if row.landing:
        return []
    following = _neighbour(store, row, ">", "ASC")
    names = ", ".join(Deployment.table.column_names)
    end = (following.sequence_at, following.deployment) if following else None
    until = " AND (sequence_at, deployment) < (?, ?)" if end else ""
    found = store.database.execute(
        f"SELECT {names} FROM deployment WHERE lane = ? AND landing = 0"
        f" AND revision IS NULL AND (sequence_at, deployment) > (?, ?){until}",
        (row.lane, row.sequence_at, row.deployment, *(end or ())),
    )
    between = [Deployment(*cells) for cells in found]
    return between if following is None else [*between, following]


def _neighbour(store: Store, row: Deployment, relation: str, order: str) -> Deployment | None:
    """The nearest deployment in the lane that has a revision."""
    names = ", ".join(Deployment.table.column_names)
    found = store.database.execute(
        f"SELECT {names} FROM deployment WHERE lane = ? AND landing = 0"
        f" AND revision IS NOT NULL AND (sequence_at, deployment) {relation} (?, ?)"
        f" ORDER BY sequence_at {order}, deployment {order} LIMIT 1",
        (row.lane, row.sequence_at, row.deployment),
    )
    return Deployment(*found[0]) if found else None


def coverage(
    row: Deployment, graph: CommitGraph, single: Collection[str]
) -> tuple[list[DeploymentRevision], list[DeploymentGap]]:
    """What a deployment put in and took out. `single` are commits with one parent or none."""
    if row.revision is None:
        return [], []
    if row.landing and row.revision in single:
        return [DeploymentRevision(row.deployment, row.revision, 1)], []
    difference = graph.difference(row.revision, row.previous_revision)
    covered = [DeploymentRevision(row.deployment, each, 1) for each in difference.put_in]
    covered += [DeploymentRevision(row.deployment, each, -1) for each in difference.taken_out]
    return covered, [DeploymentGap(row.deployment, each) for each in difference.missing]
