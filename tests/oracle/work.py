"""One piece of work of a change: its content, its way into production, who made it."""

from dataclasses import dataclass, field

from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
    UnloggedState,
)
from changeproof.ledger.people import SystemMapping
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.pulls import (
    PullClosure,
    PullHead,
    PullMerge,
    PullOpened,
    PullReopening,
)
from changeproof.ledger.receipts import SourceCoverage
from changeproof.ledger.requests import RequestClosure, TicketMove
from changeproof.ledger.revisions import (
    PushRevision,
    Repository,
    Revision,
    RevisionMerge,
    RevisionParent,
    RevisionRepository,
)
from tests.oracle.people import People
from tests.oracle.record import Record

PRODUCTION = ("production", "prod", "live")


@dataclass
class Work:
    """An implementation as its evidence shows it."""

    name: str
    kind: str
    change: Change
    names: set[str]
    repository: str | None = None
    systems: set[str] = field(default_factory=set)
    opened_at: int | None = None
    merge: PullMerge | None = None
    heads: list[str] = field(default_factory=list)
    revisions: set[str] = field(default_factory=set)
    deployments: list[Deployment] = field(default_factory=list)
    observed: UnloggedState | None = None
    act: ProductionAct | None = None
    closed_at: int | None = None
    pushed_at: int | None = None
    is_covered: bool = True

    @property
    def landed(self) -> str | None:
        if self.merge:
            return self.merge.revision
        return self.name.removeprefix("git:") if self.kind == "commit" else None

    @property
    def head(self) -> str | None:
        return self.merge.head if self.merge else None

    @property
    def first(self) -> Deployment | None:
        """The first deployment to production; a landing stands for one where none is logged."""
        logged = [row for row in self.deployments if not row.landing] or self.deployments
        timed = [row for row in logged if row.deployed_at is not None]
        rows = timed if len(timed) == len(logged) else logged
        return min(
            rows,
            key=lambda row: (row.deployed_at is None, row.deployed_at or 0, row.deployment),
            default=None,
        )

    @property
    def is_deployed(self) -> bool:
        seen = self.observed is not None and self.observed.environment.lower() in PRODUCTION
        acted = self.act is not None and self.act.environment.lower() in PRODUCTION
        return self.first is not None or seen or acted

    @property
    def deployed_at(self) -> int | None:
        if self.first is not None:
            return self.first.deployed_at
        if self.observed is not None:
            return self.observed.observed_at
        return self.act.acted_at if self.act is not None else None

    @property
    def merged_at(self) -> int | None:
        """When it went in: the merge, or the push of a direct commit."""
        if self.merge is not None:
            return self.merge.merged_at
        return self.pushed_at

    @property
    def begun_at(self) -> int | None:
        """From when on a record of it could be."""
        return self.opened_at


def works_of(record: Record, people: People, change: Change) -> list[Work]:
    """The work of one change, in the order of its names."""
    names = {change.change_id}
    names |= {row.alias for row in record.of(ChangeAlias, "change_id", change.change_id)}
    found = [
        _work(record, row, change, names | {row.implementation})
        for row in record.of(Implementation, "change_id", change.change_id)
    ]
    return sorted(found, key=lambda work: work.name)


def _work(record: Record, row: Implementation, change: Change, names: set[str]) -> Work:
    work = Work(row.implementation, row.kind, change, names)
    owned = record.of(RevisionImplementation, "implementation", work.name)
    work.revisions = {each.revision for each in owned}
    if work.kind == "pull":
        work.repository = work.name.split("/pull/")[0]
        opened = record.of(PullOpened, "pull", work.name)
        work.opened_at = opened[0].opened_at if opened else change.opened_at
        work.merge = next(iter(record.of(PullMerge, "pull", work.name)), None)
        heads = sorted(
            record.of(PullHead, "pull", work.name), key=lambda head: head.revised_at or 0
        )
        work.heads = [head.revision for head in heads]
        closed = [each.closed_at for each in record.of(PullClosure, "pull", work.name)]
        again = [each.reopened_at for each in record.of(PullReopening, "pull", work.name)]
        if closed and work.merge is None and max(closed) >= max(again, default=-1):
            work.closed_at = max(closed)
    elif work.kind == "commit":
        places = record.of(RevisionRepository, "revision", work.landed)
        work.repository = min((each.repository for each in places), default=change.repository)
        work.opened_at = change.opened_at
        times = [
            each.pushed_at
            for each in record.of(PushRevision, "revision", work.landed)
            if each.pushed_at is not None
        ]
        work.pushed_at = min(times, default=None)
        made = [each.committed_at for each in record.of(Revision, "revision", work.landed)]
        work.opened_at = work.pushed_at or min((at for at in made if at), default=None)
    else:
        work.opened_at = change.opened_at
    ended = [
        each.closed_at
        for name in sorted(names)
        for each in record.of(RequestClosure, "change_name", name)
        if each.outcome != "implemented" and each.closed_at is not None
    ]
    moved = [
        each.moved_at
        for name in sorted(names)
        for each in record.of(TicketMove, "change_name", name)
        if each.moved_at is not None
    ]
    last_moved = max(moved, default=-1)
    if ended and max(ended) >= last_moved and work.closed_at is None:
        work.closed_at = max(ended)
    work.deployments = _deployments(record, work)
    work.observed = next(iter(record.of(UnloggedState, "implementation", work.name)), None)
    if work.kind == "act":
        work.act = next(iter(record.of(ProductionAct, "act", work.name.removeprefix("act:"))), None)
    work.systems = _systems(record, work)
    work.is_covered = _is_covered(record, work)
    return work


def _deployments(record: Record, work: Work) -> list[Deployment]:
    if work.kind == "deployment":
        rows = record.of(Deployment, "deployment", work.name)
    else:
        covered = record.among(DeploymentRevision, "revision", work.revisions)
        names = {row.deployment for row in covered if row.direction == 1}
        rows = record.among(Deployment, "deployment", names)
    return [row for row in rows if row.environment.lower() in PRODUCTION]


def system_of(record: Record, repository: str) -> str:
    mapped = record.of(SystemMapping, "repository", repository)
    if mapped:
        return mapped[0].system
    named = record.of(Repository, "repository", repository)
    return named[0].name if named else repository.removeprefix("git:repo/")


def _systems(record: Record, work: Work) -> set[str]:
    """Whose work it is: the systems of the repositories that hold it."""
    if work.kind == "commit":
        places = record.of(RevisionRepository, "revision", work.landed)
        if places:
            return {system_of(record, each.repository) for each in places}
    if work.repository:
        return {system_of(record, work.repository)}
    if work.first is not None:
        return {work.first.system}
    if work.act is not None:
        return {work.act.system}
    if work.observed is not None:
        return {work.observed.system}
    return {work.change.system}


def _is_covered(record: Record, work: Work) -> bool:
    """Whether a forge tells of this work; git alone keeps no reviews, tests or authorizations."""
    if work.kind != "commit":
        return True
    wanted = {system.lower() for system in work.systems} | {work.change.system.lower()}
    return any(
        system_of(record, row.repository).lower() in wanted
        and (work.opened_at is None or row.covered_from <= work.opened_at)
        for row in record.all(SourceCoverage)
    )


def tree_of(record: Record, revision: str | None) -> str | None:
    rows = sorted(record.of(Revision, "revision", revision), key=lambda row: -row.complete)
    return next((row.tree for row in rows if row.tree), None)


def is_merge_edited(record: Record, work: Work) -> bool:
    """Whether the merge that landed shows edits of its own: said so, or its head contained the
    base and the trees differ all the same (hard case 30)."""
    if work.merge is None or work.landed is None or work.landed == work.head:
        return False
    said = record.of(RevisionMerge, "revision", work.landed)
    if said:
        return bool(said[0].edited)
    mine, theirs = tree_of(record, work.landed), tree_of(record, work.head)
    if mine is None or theirs is None or mine == theirs:
        return False
    parents = sorted(
        record.of(RevisionParent, "revision", work.landed), key=lambda row: row.position
    )
    if not parents or work.head is None:
        return False
    base, seen, waiting = parents[0].parent, set[str](), [work.head]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        waiting += [row.parent for row in record.of(RevisionParent, "revision", one)]
    return base in seen


def is_base_merge(record: Record, work: Work, revision: str) -> bool:
    """A head that only merged the base in, without edits: nobody wrote anything."""
    said = record.of(RevisionMerge, "revision", revision)
    parents = sorted(record.of(RevisionParent, "revision", revision), key=lambda row: row.position)
    if not said or said[0].edited or len(parents) != 2:
        return False
    return parents[0].parent in work.heads and parents[1].parent not in work.heads


def carried(record: Record, work: Work, head: str | None) -> set[str]:
    """A head and the heads before it from which only merges of the base lead to it."""
    found: set[str] = set()
    while head is not None and head not in found:
        found.add(head)
        if not is_base_merge(record, work, head):
            break
        parents = sorted(record.of(RevisionParent, "revision", head), key=lambda row: row.position)
        head = parents[0].parent
    return found


def content(record: Record, work: Work) -> set[str]:
    """The revisions for which a yes is a yes to what was deployed."""
    found = {each for each in (work.landed,) if each}
    if work.first is not None and work.first.revision:
        found.add(work.first.revision)
    trees = {tree_of(record, each) for each in found} - {None}
    if work.merge is not None and work.head and not is_merge_edited(record, work):
        found |= carried(record, work, work.head)
        trees.add(tree_of(record, work.head))
    known = set(work.heads) | work.revisions
    found |= {each for each in known if tree_of(record, each) in trees - {None}}
    return found
