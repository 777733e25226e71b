"""Which change an implementation carries out, and what is known of each change."""

from collections.abc import Collection
from dataclasses import dataclass, field

from changeproof.events.forges import is_pull, repository_of_pull
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
    UnloggedState,
)
from changeproof.ledger.joins.completing import Completion, completed
from changeproof.ledger.joins.migrations import ran_by_deployments
from changeproof.ledger.joins.systems import Systems
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.pulls import PullDescription, PullHead, PullMerge, PullOpened, PullTicket
from changeproof.ledger.requests import ChangeRequest, RequestLink
from changeproof.ledger.revisions import (
    PushRevision,
    Revision,
    RevisionClaim,
    RevisionRepository,
)
from changeproof.ledger.store import Store

GIT = "git:"
OBSERVED = "observed:"
ACT = "act:"


def is_commit(name: str) -> bool:
    """Whether an identifier names a direct commit (not a git author or repository)."""
    return name.startswith(GIT) and len(name) in (44, 68)


def kind_of(implementation: str) -> str:
    """`pull`, `commit`, `observed`, `act` or `deployment`."""
    if is_pull(implementation):
        return "pull"
    if is_commit(implementation):
        return "commit"
    if implementation.startswith(ACT):
        return "act"
    return "observed" if implementation.startswith(OBSERVED) else "deployment"


def derive_implementations(store: Store, names: Collection[str]) -> list[Implementation]:
    """Each implementation with the requests that cite it; without one it is its own change.

    An act is part of the change that its actor named, whatever carries that one out.
    """
    acts = [name for name in names if name.startswith(ACT)]
    work = derive_work(store, [name for name in names if not name.startswith(ACT)])
    return work + derive_acts(store, acts) if acts else work


def derive_work(store: Store, names: Collection[str]) -> list[Implementation]:
    """As `derive_implementations`, of everything but acts."""
    citing: dict[str, set[str]] = {name: set() for name in names}
    for link in store.by(RequestLink, "implementation", names):
        citing[link.implementation].add(link.change_name)
    keys: dict[str, set[str]] = {}
    for ticket in store.by(PullTicket, "pull", [name for name in names if is_pull(name)]):
        keys.setdefault(ticket.ticket_key, set()).add(ticket.pull)
    commits = [name[len(GIT) :] for name in names if is_commit(name)]
    for claim in store.by(RevisionClaim, "revision", commits):
        if claim.claim == "ticket":
            keys.setdefault(claim.value, set()).add(GIT + claim.revision)
    requests = store.by(ChangeRequest, "ticket_key", keys)
    linked = {request for requests_of in citing.values() for request in requests_of}
    known = {row.change_name for row in store.by(ChangeRequest, "change_name", linked)}
    for name in citing:
        citing[name] &= known
    for request in requests:
        for name in keys[str(request.ticket_key)]:
            citing[name].add(request.change_name)
    present = _present(store, names)
    return [
        Implementation(change, name, kind_of(name))
        for name in sorted(present)
        for change in sorted(citing[name] or {name})
    ]


def _present(store: Store, names: Collection[str]) -> set[str]:
    """Of these implementations, those of which some fact stands."""
    pulls = [name for name in names if is_pull(name)]
    found = {row.pull for row in store.by(PullOpened, "pull", pulls)}
    found |= {row.pull for row in store.by(PullDescription, "pull", pulls)}
    found |= {row.pull for row in store.by(PullMerge, "pull", pulls)}
    owned = store.by(RevisionImplementation, "implementation", [n for n in names if is_commit(n)])
    found |= {row.implementation for row in owned}
    others = [name for name in names if not is_pull(name) and not is_commit(name)]
    found |= {row.implementation for row in store.by(UnloggedState, "implementation", others)}
    bare = store.by(Deployment, "deployment", others)
    return found | {row.deployment for row in bare if row.revision is None}


def derive_acts(store: Store, names: Collection[str]) -> list[Implementation]:
    """The acts of these names with the changes that they belong to.

    The actor named a request, a ticket key, a pull request or a revision; where nothing stands
    under that name, or none was named, the act is a change of its own. What a provider does by
    itself is none, nor is a migration that a deployment ran (`migrations`).
    """
    acts = [
        row
        for row in store.by(ProductionAct, "act", [name.removeprefix(ACT) for name in names])
        if not row.automatic
    ]
    ran = ran_by_deployments(store, [row.act for row in acts])
    acts = [row for row in acts if row.act not in ran]
    named = {row.change_name for row in acts if row.change_name}
    found: dict[str, set[str]] = {name: set() for name in named}
    for request in store.by(ChangeRequest, "change_name", named):
        found[request.change_name].add(request.change_name)
    for request in store.by(ChangeRequest, "ticket_key", named):
        found[str(request.ticket_key)].add(request.change_name)
    work = {name: name for name in named if not name.startswith(ACT)}
    commits = [name[len(GIT) :] for name in named if is_commit(name)]
    for owned in store.by(RevisionImplementation, "revision", commits):
        work[GIT + owned.revision] = owned.implementation
    carried: dict[str, set[str]] = {}
    for row in derive_work(store, set(work.values())):
        carried.setdefault(row.implementation, set()).add(row.change_id)
    for name, implementation in work.items():
        found[name] |= carried.get(implementation, set())
    return [
        Implementation(change, ACT + row.act, "act")
        for row in sorted(acts, key=lambda row: row.act)
        for change in sorted(found.get(row.change_name or "", ()) or {ACT + row.act})
    ]


@dataclass(slots=True)
class _Known:
    """What the facts say of the changes at hand, by name."""

    requests: dict[str, ChangeRequest] = field(default_factory=dict)
    opened: dict[str, PullOpened] = field(default_factory=dict)
    described: dict[str, PullDescription] = field(default_factory=dict)
    merged: dict[str, PullMerge] = field(default_factory=dict)
    commits: dict[str, Revision] = field(default_factory=dict)
    repositories: dict[str, list[str]] = field(default_factory=dict)
    landed: dict[str, list[Deployment]] = field(default_factory=dict)
    pushed_at: dict[str, int] = field(default_factory=dict)
    states: dict[str, UnloggedState] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    acts: dict[str, ProductionAct] = field(default_factory=dict)
    completed: dict[str, Completion] = field(default_factory=dict)
    """By request that nobody made: the first who completed it."""


def derive_changes(store: Store, systems: Systems, names: Collection[str]) -> list[Change]:
    """The changes of these names that stand: requested, or carried by an implementation."""
    held: dict[str, list[str]] = {}
    for row in store.by(Implementation, "change_id", names):
        held.setdefault(row.change_id, []).append(row.implementation)
    known = _read(store, {name for names in held.values() for name in names} | set(names))
    changes = []
    for name in sorted(names):
        if name in known.requests:
            changes.append(_requested(known.requests[name], held.get(name, []), known, systems))
        elif name in held:
            changes.append(_carried(name, known, systems))
    return changes


def _read(store: Store, names: Collection[str]) -> _Known:
    pulls = [name for name in names if is_pull(name)]
    commits = [name[len(GIT) :] for name in names if is_commit(name)]
    others = [name for name in names if not is_pull(name) and not is_commit(name)]
    known = _Known(
        requests={row.change_name: row for row in store.by(ChangeRequest, "change_name", others)},
        opened={row.pull: row for row in store.by(PullOpened, "pull", pulls)},
        described={row.pull: row for row in store.by(PullDescription, "pull", pulls)},
        merged={row.pull: row for row in store.by(PullMerge, "pull", pulls)},
        states={
            row.implementation: row for row in store.by(UnloggedState, "implementation", others)
        },
        deployments={row.deployment: row for row in store.by(Deployment, "deployment", others)},
    )
    unasked = [name for name, row in known.requests.items() if row.requested_by is None]
    known.completed.update({name: rows[0] for name, rows in completed(store, unasked).items()})
    acts = [name.removeprefix(ACT) for name in others if name.startswith(ACT)]
    known.acts.update({ACT + row.act: row for row in store.by(ProductionAct, "act", acts)})
    for commit in sorted(store.by(Revision, "revision", commits), key=lambda row: row.complete):
        known.commits[commit.revision] = commit
    for place in store.by(RevisionRepository, "revision", commits):
        known.repositories.setdefault(place.revision, []).append(place.repository)
    covered = [
        row for row in store.by(DeploymentRevision, "revision", commits) if row.direction == 1
    ]
    deployments = {
        row.deployment: row
        for row in store.by(Deployment, "deployment", {row.deployment for row in covered})
    }
    for row in covered:
        known.landed.setdefault(row.revision, []).append(deployments[row.deployment])
    for listing in store.by(PushRevision, "revision", commits):
        if listing.pushed_at is not None:
            before = known.pushed_at.get(listing.revision, listing.pushed_at)
            known.pushed_at[listing.revision] = min(before, listing.pushed_at)
    return known


def _requested(
    request: ChangeRequest, implementations: list[str], known: _Known, systems: Systems
) -> Change:
    carried = [_carried(name, known, systems) for name in sorted(implementations)]
    system = request.system or min((each.system for each in carried), default="unknown")
    events = [request.event, *(event for each in carried for event in each.events.split(","))]
    completion = known.completed.get(request.change_name)
    events += [completion.event] if completion else []
    return Change(
        change_id=request.change_name,
        origin="requested",
        kind=request.kind,
        risk=request.risk,
        system=system,
        repository=next((each.repository for each in carried if each.repository), None),
        title=request.title,
        requested_by=completion.account if completion else request.requested_by,
        opened_at=request.requested_at,
        events=",".join(sorted(set(filter(None, events)))),
    )


def _carried(name: str, known: _Known, systems: Systems) -> Change:
    """A change that is its implementation: nothing on file asked for it."""
    if is_pull(name):
        return _pull(name, known, systems)
    if is_commit(name):
        return _commit(name, known, systems)
    if name in known.acts:
        return _act(name, known.acts[name])
    state, deployment = known.states.get(name), known.deployments.get(name)
    system = state.system if state else deployment.system if deployment else "unknown"
    at = state.observed_at if state else deployment.deployed_at if deployment else None
    events = state.events if state else deployment.events if deployment else ""
    repository = deployment.repository if deployment else None
    return Change(name, "detected", "software", None, system, repository, None, None, at, events)


def _act(name: str, act: ProductionAct) -> Change:
    return Change(
        change_id=name,
        origin="detected",
        kind=act.kind,
        risk=None,
        system=act.system,
        repository=None,
        title=None,
        requested_by=None,
        opened_at=act.acted_at,
        events=act.event,
    )


def _pull(name: str, known: _Known, systems: Systems) -> Change:
    opened, described, merged = (
        known.opened.get(name),
        known.described.get(name),
        known.merged.get(name),
    )
    repository = repository_of_pull(name)
    events = sorted({row.event for row in (opened, described, merged) if row is not None})
    return Change(
        change_id=name,
        origin="reviewed",
        kind="software",
        risk=None,
        system=systems.of(repository),
        repository=repository,
        title=described.title if described else None,
        requested_by=opened.author if opened else None,
        opened_at=opened.opened_at if opened else None,
        events=",".join(events),
    )


def _commit(name: str, known: _Known, systems: Systems) -> Change:
    revision = name[len(GIT) :]
    commit = known.commits.get(revision)
    landed = sorted(
        known.landed.get(revision, []),
        key=lambda row: (not row.landing, row.sequence_at, row.deployment),
    )
    repositories = sorted(known.repositories.get(revision, []))
    forge = next((each for each in repositories if not each.startswith("git:repo/")), None)
    repository = forge or (repositories[0] if repositories else None)
    system = landed[0].system if landed else systems.of(repository)
    at = known.pushed_at.get(revision)
    if at is None:
        at = commit.committed_at if commit else landed[0].deployed_at if landed else None
    claimed = commit is not None and (commit.claimed_pull or commit.claimed_review)
    covered = forge is not None or systems.covered(system, at)
    events = {commit.event} if commit else set()
    if commit is None and landed:
        events.update(landed[0].events.split(","))
    return Change(
        change_id=name,
        origin="claimed" if claimed and not covered else "detected",
        kind="software",
        risk=None,
        system=system,
        repository=repository,
        title=commit.title if commit else None,
        requested_by=None,
        opened_at=at,
        events=",".join(sorted(events)),
    )


def derive_aliases(store: Store, names: Collection[str]) -> list[ChangeAlias]:
    """Other names of these changes: their implementations, revisions and ticket keys."""
    held: dict[str, set[str]] = {}
    for row in store.by(Implementation, "change_id", names):
        held.setdefault(row.implementation, set()).add(row.change_id)
    pairs = {(name, change) for name, changes in held.items() for change in changes}
    for owned in store.by(RevisionImplementation, "implementation", held):
        pairs |= {(GIT + owned.revision, change) for change in held[owned.implementation]}
    for head in store.by(PullHead, "pull", [name for name in held if is_pull(name)]):
        pairs |= {(GIT + head.revision, change) for change in held[head.pull]}
    for request in store.by(ChangeRequest, "change_name", names):
        if request.ticket_key:
            pairs.add((request.ticket_key, request.change_name))
    return [ChangeAlias(alias, change) for alias, change in pairs if alias != change]
