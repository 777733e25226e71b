"""Everything on record of one change, in sets: some forty queries, however long its life was."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from changeproof.events.forges import is_pull
from changeproof.ledger.assessments import Assessment, ChangeDocument
from changeproof.ledger.cases import CaseReopening, CaseSubject
from changeproof.ledger.changes_read import ChangeRecord, read_changes
from changeproof.ledger.decisions import (
    Approval,
    ChangeAuthorization,
    ChangeComment,
    DecisionWithdrawal,
    Decline,
)
from changeproof.ledger.deployments import (
    Artifact,
    DeploymentOutcome,
    DeploymentRequest,
    ObservedState,
    TestRun,
)
from changeproof.ledger.escalations import Escalation
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
    UnloggedState,
)
from changeproof.ledger.joins.changes import ACT, is_commit
from changeproof.ledger.judgements import (
    Alert,
    CaseFile,
    CaseResolution,
    GateAnswer,
    Judgement,
    judgements_on,
)
from changeproof.ledger.production_acts import ProductionAct, ProposedItem
from changeproof.ledger.pulls import (
    PullClosure,
    PullDescription,
    PullHead,
    PullHeadPusher,
    PullMerge,
    PullOpened,
    PullReopening,
    Review,
    ReviewDismissal,
)
from changeproof.ledger.requests import (
    ChangeRelation,
    ChangeRequest,
    Emergency,
    PostReview,
    RequestClosure,
    RequestLink,
    Schedule,
    TemplateClaim,
    TicketMove,
)
from changeproof.ledger.reviews_afterwards import PostReviewAnswer, PostReviewNaming
from changeproof.ledger.revisions import PushRevision, Revision, RevisionAuthor, RevisionClaim
from changeproof.ledger.service import Ledger
from changeproof.ledger.steps import StepAct
from changeproof.ledger.store import Store
from changeproof.log.database import Question
from changeproof.web.readings.change.ahead import (
    ask_by_content,
    ask_by_deployment,
    ask_by_name,
    ask_by_names,
)
from changeproof.workflow.lapsing import lapsed_approvals

Stated = TypeVar("Stated")


@dataclass(frozen=True)
class Work:
    """One implementation and its own rows."""

    name: str
    opened: PullOpened | None = None
    description: PullDescription | None = None
    heads: tuple[PullHead, ...] = ()  # in order
    merge: PullMerge | None = None
    reviews: tuple[Review, ...] = ()
    owned: frozenset[str] = frozenset()  # its landed revisions
    unlogged: UnloggedState | None = None

    @property
    def is_pull(self) -> bool:
        return is_pull(self.name)

    @property
    def head(self) -> str | None:
        """The content that was merged, or is proposed now."""
        if self.merge is not None and self.merge.head:
            return self.merge.head
        if self.heads:
            return self.heads[-1].revision
        return self.name.removeprefix("git:") if is_commit(self.name) else None

    @property
    def revisions(self) -> frozenset[str]:
        """Every content that it ever had."""
        named = {head.revision for head in self.heads} | self.owned
        if self.merge is not None:
            named |= {each for each in (self.merge.head, self.merge.revision) if each}
        if is_commit(self.name):
            named.add(self.name.removeprefix("git:"))
        return frozenset(named)


@dataclass(frozen=True)
class ChangeEvidence:
    """The rows of one change, each list in order of its own time."""

    change: Change
    record: ChangeRecord
    standing: SubjectJudged | None
    findings: tuple[Finding, ...]
    works: tuple[Work, ...]
    aliases: tuple[str, ...]
    request: ChangeRequest | None = None
    title: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, Revision] = field(default_factory=dict)
    authors: tuple[RevisionAuthor, ...] = ()
    claims: tuple[RevisionClaim, ...] = ()
    pushes: tuple[PushRevision, ...] = ()
    head_pushers: tuple[PullHeadPusher, ...] = ()
    closures: tuple[PullClosure, ...] = ()
    reopenings: tuple[PullReopening, ...] = ()
    dismissals: tuple[ReviewDismissal, ...] = ()
    tests: tuple[TestRun, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    directions: dict[str, int] = field(default_factory=dict)  # deployment → put in, taken out
    attempts: tuple[DeploymentOutcome, ...] = ()  # that did not succeed
    states: tuple[ObservedState, ...] = ()
    acts: tuple[ProductionAct, ...] = ()  # done to production by hand
    template: TemplateClaim | None = None
    assessments: tuple[Assessment, ...] = ()
    documents: tuple[ChangeDocument, ...] = ()
    proposals: tuple[ProposedItem, ...] = ()
    links: tuple[RequestLink, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    steps: tuple[StepAct, ...] = ()
    authorizations: tuple[ChangeAuthorization, ...] = ()
    approvals: tuple[Approval, ...] = ()
    declines: tuple[Decline, ...] = ()
    withdrawals: tuple[DecisionWithdrawal, ...] = ()
    comments: tuple[ChangeComment, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    lapsed: frozenset[str] = frozenset()  # events of approvals that the content moved on from
    endings: tuple[RequestClosure, ...] = ()
    moves: tuple[TicketMove, ...] = ()
    relations: tuple[ChangeRelation, ...] = ()  # from it, and to it
    emergencies: tuple[Emergency, ...] = ()
    post_reviews: tuple[PostReview, ...] = ()
    review_answers: dict[str, PostReviewAnswer] = field(default_factory=dict)  # by event
    review_namings: tuple[PostReviewNaming, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    cases: tuple[CaseFile, ...] = ()
    resolutions: tuple[CaseResolution, ...] = ()
    case_returns: tuple[CaseReopening, ...] = ()
    alerts: tuple[Alert, ...] = ()
    gate_answers: tuple[GateAnswer, ...] = ()
    asked_deployments: tuple[DeploymentRequest, ...] = ()  # of its content, ended or not

    @property
    def put_in(self) -> tuple[Deployment, ...]:
        """The deployments that brought it, the first one first."""
        return tuple(row for row in self.deployments if self.directions[row.deployment] > 0)

    def same_content(self, one: str | None, other: str | None) -> bool:
        """Whether two revisions hold the same content: one commit, one tree, or one merge."""
        if one is None or other is None:
            return False
        if one == other:
            return True
        mine, theirs = self._tree(one), self._tree(other)
        if mine is not None and theirs is not None:
            return mine == theirs
        # No tree is known of both: the forge's record of the merge says what became what.
        return any(
            work.merge is not None and {one, other} == {work.merge.head, work.merge.revision}
            for work in self.works
        )

    def _tree(self, revision: str) -> str | None:
        row = self.revisions.get(revision)
        return row.tree if row is not None else None


def read_evidence(
    held: Ledger, name: str, systems: Collection[str] | None = frozenset()
) -> ChangeEvidence | None:
    """All that is on record of the change `name`; None where there is none. `systems`: those whose
    description the reader will ask for as well."""
    store = held.store
    ask_by_name(store, name, systems)
    changes = store.by(Change, "change_id", [name])
    if not changes:
        return None
    ask_by_names(store, name, systems)
    works = _works(held, name)
    pulls = [work.name for work in works if work.is_pull]
    contents = {revision for work in works for revision in work.revisions}
    names = {name} | {row.alias for row in store.by(ChangeAlias, "change_id", [name])}
    owned = {revision for work in works for revision in work.owned}
    judgements = judgements_on(store, name)
    bare = {work.name for work in works if not work.is_pull and not is_commit(work.name)}
    asked = _asked_deployments(store, owned, bare)
    versions = [row.policy_version for row in judgements[-1:]]
    ask_by_content(held, changes[0], contents, owned, asked, versions)
    deployments = [Deployment(*row) for row in store.database.execute(asked.sql, asked.parameters)]
    covered = store.by(DeploymentRevision, "revision", owned)
    directions = {row.deployment: row.direction for row in covered}
    directions.update(dict.fromkeys(bare, 1))
    standings = store.by(SubjectJudged, "subject", [name])
    first = standings[0].deployed_at if standings else None
    # A deployment's tip may carry others' changes: the one that brought this one counts.
    landed = contents | {
        row.revision for row in deployments if row.revision and row.deployed_at == first
    }
    ask_by_deployment(store, name, landed, {row.deployment for row in deployments})
    built = store.by(Artifact, "revision", landed)
    digests = {row.artifact for row in built}
    digests |= {row.artifact for row in deployments if row.artifact and row.deployed_at == first}
    approvals = store.by(Approval, "change_name", names)
    declines = store.by(Decline, "change_name", names)
    withdrawals = store.by(DecisionWithdrawal, "change_name", names)
    comments = store.by(ChangeComment, "change_name", names)
    requests = store.by(ChangeRequest, "change_name", [name])
    revisions = _revisions(held, landed | {r.revision for r in approvals if r.revision})
    own = {row.artifact for row in built if row.revision in contents}
    request = requests[0] if requests else None
    answers_after = store.by(PostReviewAnswer, "change_name", names)
    documents = _in_order(store.by(ChangeDocument, "change_name", names))
    wanted = {row.title for row in revisions.values() if row.title}
    wanted |= {row.reason for row in declines if row.reason}
    wanted |= {row.reason for row in withdrawals}
    wanted |= {row.text for row in comments}
    if request is not None:
        wanted |= {text for text in (request.reason, request.back_out) if text}
    wanted |= {text for row in answers_after for text in (row.reason, row.lessons) if text}
    wanted |= {row.digest for row in documents}
    running = _asked_running(store, digests, landed)
    held.ahead(
        (Artifact, "artifact", digests),
        (GateAnswer, "artifact", own),
        texts=wanted,
        also=running,
    )
    built += [row for row in store.by(Artifact, "artifact", digests) if row not in set(built)]
    answers = {row.event: row for row in store.by(GateAnswer, "revision", contents)}
    answers |= {row.event: row for row in store.by(GateAnswer, "artifact", own)}
    further = {row.case_id for row in store.by(CaseSubject, "subject", [name])}
    files = {row.case_id: row for row in store.by(CaseFile, "subject", [name])}
    files.update((row.case_id, row) for row in store.by(CaseFile, "case_id", further))
    cases = list(files.values())
    outcomes = [
        row
        for row in store.by(DeploymentOutcome, "revision", contents)
        if row.outcome != "succeeded"
    ]
    states = _seen_running(store, running)
    record = read_changes(held, [name])[0]
    acts = {work.name.removeprefix(ACT) for work in works if work.name.startswith(ACT)}
    return ChangeEvidence(
        change=changes[0],
        record=record,
        standing=standings[0] if standings else None,
        findings=tuple(sorted(store.by(Finding, "subject", [name]), key=lambda r: r.check_id)),
        works=works,
        aliases=tuple(sorted(names - {name})),
        request=request,
        title=record.title,
        texts=held.texts(wanted),
        revisions=revisions,
        authors=tuple(store.by(RevisionAuthor, "revision", contents)),
        claims=tuple(store.by(RevisionClaim, "revision", contents)),
        pushes=_in_order(store.by(PushRevision, "revision", contents)),
        head_pushers=_in_order(store.by(PullHeadPusher, "pull", pulls)),
        closures=_in_order(store.by(PullClosure, "pull", pulls)),
        reopenings=_in_order(store.by(PullReopening, "pull", pulls)),
        dismissals=_in_order(store.by(ReviewDismissal, "pull", pulls)),
        tests=_in_order(store.by(TestRun, "revision", landed)),
        artifacts=_in_order(built),
        deployments=tuple(sorted(deployments, key=lambda r: (r.sequence_at, r.deployment))),
        directions=directions,
        attempts=_in_order(outcomes),
        states=states,
        acts=_in_order(store.by(ProductionAct, "act", acts)),
        template=next(iter(store.by(TemplateClaim, "change_name", [name])), None),
        assessments=_in_order(store.by(Assessment, "change_name", names)),
        documents=documents,
        proposals=_in_order(store.by(ProposedItem, "change_name", names)),
        links=_in_order(store.by(RequestLink, "change_name", names)),
        schedules=_in_order(store.by(Schedule, "change_name", names)),
        steps=_in_order(store.by(StepAct, "change_name", names)),
        authorizations=_in_order(store.by(ChangeAuthorization, "change_name", names)),
        approvals=_in_order(approvals),
        declines=_in_order(declines),
        withdrawals=_in_order(withdrawals),
        comments=_in_order(comments),
        escalations=_in_order(store.by(Escalation, "change_name", names)),
        lapsed=frozenset(each.event for each in lapsed_approvals(store, name)),
        endings=_in_order(store.by(RequestClosure, "change_name", names)),
        relations=_in_order(
            {
                *store.by(ChangeRelation, "change_name", [name]),
                *store.by(ChangeRelation, "other_name", [name]),
            }
        ),
        moves=_in_order(store.by(TicketMove, "change_name", names)),
        emergencies=_in_order(store.by(Emergency, "change_name", names)),
        post_reviews=_in_order(store.by(PostReview, "change_name", names)),
        review_answers={row.event: row for row in answers_after},
        review_namings=tuple(store.by(PostReviewNaming, "change_name", names)),
        judgements=tuple(judgements),
        cases=_in_order(cases),
        resolutions=_in_order(store.by(CaseResolution, "case_id", {row.case_id for row in cases})),
        alerts=_in_order(store.by(Alert, "case_id", {row.case_id for row in cases})),
        case_returns=_in_order(store.by(CaseReopening, "case_id", {row.case_id for row in cases})),
        gate_answers=_in_order(answers.values()),
        asked_deployments=_in_order(store.by(DeploymentRequest, "revision", landed)),
    )


def asked_for(held: Ledger, deployments: Collection[Deployment]) -> dict[str, DeploymentRequest]:
    """Who asked for these deployments, by deployment."""
    names = {row.deployment for row in deployments}
    return {row.deployment: row for row in held.store.by(DeploymentRequest, "deployment", names)}


def _works(held: Ledger, name: str) -> tuple[Work, ...]:
    store = held.store
    names = sorted({row.implementation for row in store.by(Implementation, "change_id", [name])})
    pulls = [each for each in names if is_pull(each)]
    opened = {row.pull: row for row in store.by(PullOpened, "pull", pulls)}
    described = {row.pull: row for row in store.by(PullDescription, "pull", pulls)}
    merged = {row.pull: row for row in store.by(PullMerge, "pull", pulls)}
    heads: dict[str, list[PullHead]] = {}
    for head in _in_order(store.by(PullHead, "pull", pulls)):
        heads.setdefault(head.pull, []).append(head)
    reviews: dict[str, list[Review]] = {}
    for review in _in_order(store.by(Review, "pull", pulls)):
        reviews.setdefault(review.pull, []).append(review)
    owned: dict[str, set[str]] = {}
    for row in store.by(RevisionImplementation, "implementation", names):
        owned.setdefault(row.implementation, set()).add(row.revision)
    unlogged = {row.implementation: row for row in store.by(UnloggedState, "implementation", names)}
    return tuple(
        Work(
            name=each,
            opened=opened.get(each),
            description=described.get(each),
            heads=tuple(heads.get(each, ())),
            merge=merged.get(each),
            reviews=tuple(reviews.get(each, ())),
            owned=frozenset(owned.get(each, ())),
            unlogged=unlogged.get(each),
        )
        for each in names
    )


def _asked_deployments(store: Store, owned: Collection[str], bare: Collection[str]) -> Question:
    """The deployments that covered these revisions, or are the work themselves."""
    names = Deployment.table.column_names
    revisions, owned_values = store.among("revision", owned)
    works, bare_values = store.among("deployment", bare)
    sql = (
        f"SELECT {', '.join(names)} FROM deployment WHERE deployment IN"
        f" (SELECT deployment FROM deployment_revision WHERE {revisions}"
        f" UNION SELECT deployment FROM deployment WHERE {works})"
    )
    return Question(sql, (owned_values, bare_values), len(names))


def _asked_running(
    store: Store, artifacts: Collection[str], revisions: Collection[str]
) -> list[Question]:
    """The first and the last time that a collector saw it run; those between say the same."""
    names = ObservedState.table.column_names
    asked = []
    for column, values in (("artifact", artifacts), ("revision", revisions)):
        among, listed = store.among(column, values)
        for order in ("ASC", "DESC") if values else ():
            sql = (
                f"SELECT {', '.join(names)} FROM observed_state WHERE {among}"
                f" ORDER BY stated_at {order}, event {order} LIMIT 1"
            )
            asked.append(Question(sql, (listed,), len(names)))
    return asked


def _seen_running(store: Store, asked: Sequence[Question]) -> tuple[ObservedState, ...]:
    found: dict[str, ObservedState] = {}
    for each in asked:
        for cells in store.database.execute(each.sql, each.parameters):
            row = ObservedState(*cells)
            found[row.event] = row
    return _in_order(found.values())


def _revisions(held: Ledger, names: Collection[str]) -> dict[str, Revision]:
    """What is known best of each commit: git's own words before a push's list."""
    rows = sorted(held.store.by(Revision, "revision", names), key=lambda row: row.complete)
    return {row.revision: row for row in rows}


def _in_order(rows: Iterable[Stated]) -> tuple[Stated, ...]:
    """By the time that was stated, ties by event."""
    return tuple(sorted(rows, key=lambda row: (row.stated_at, row.event)))  # type: ignore[attr-defined]
