"""Deployments, artifacts and what was seen running: rows and their projectors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from changeproof.events.deployments import DeploymentFinished, DeploymentRequested, StateObserved
from changeproof.events.revisions import RevisionRecorded
from changeproof.events.testing import ArtifactBuilt, TestsRun
from changeproof.ledger.built_trust import BUILD_RECORD, trust_of
from changeproof.ledger.items import item_name
from changeproof.ledger.projection import bounded_by_receipt, projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table(
    "deployment_request",
    key=("deployment",),
    rule="earliest",
    seen="requested_at",
    indexes=("revision", "repository"),
)
@dataclass(frozen=True, slots=True)
class DeploymentRequest(Row):
    """Who asked for a deployment of what, where to."""

    deployment: str
    repository: str | None
    system: str | None
    environment: str
    revision: str | None
    artifact: str | None
    account: str | None
    triggered_by: str | None
    requested_at: int | None
    stated_at: int
    event: str


@table(
    "deployment_outcome",
    key=("deployment", "outcome"),
    rule="earliest",
    seen="finished_at",
    indexes=("revision", "artifact", "repository"),
)
@dataclass(frozen=True, slots=True)
class DeploymentOutcome(Row):
    """How a deployment ended. `landing` is 1 where a commit on the production branch stands
    for it; then `replaces` is that commit's first parent."""

    deployment: str
    outcome: str
    repository: str | None
    system: str | None
    environment: str
    revision: str | None
    artifact: str | None
    replaces: str | None
    rollback: int
    landing: int
    account: str | None
    triggered_by: str | None
    finished_at: int | None
    stated_at: int
    event: str


@table(
    "observed_state",
    key=("system", "environment", "item", "event"),
    seen="observed_at",
    indexes=("artifact", "revision", "named_item"),
)
@dataclass(frozen=True, slots=True)
class ObservedState(Row):
    """A collector saw this run, or an item with content of this digest.

    `item` is the name alone; `named_item` is `system/environment/name`. A `setting` (0 or 1)
    is a state that follows from an act on record, told by this product.
    """

    system: str
    environment: str
    item: str
    revision: str | None
    artifact: str | None
    digest: str | None
    named_item: str
    observed_at: int | None
    stated_at: int
    event: str
    setting: int


@table(
    "artifact",
    key=("artifact", "revision", "trust"),
    rule="earliest",
    seen="built_at",
    indexes=("revision",),
)
@dataclass(frozen=True, slots=True)
class Artifact(Row):
    """What a build made of which revision (empty: not stated), and how far that is trusted
    (`ledger.built_trust`); `attested` is by whom its signature is, or why it is not verified."""

    artifact: str
    revision: str
    repository: str | None
    name: str | None
    account: str | None
    built_at: int | None
    stated_at: int
    event: str
    trust: str = BUILD_RECORD
    attested: str | None = None


@table(
    "test_run",
    key=("run", "attempt", "conclusion"),
    rule="earliest",
    seen="finished_at",
    indexes=("revision",),
)
@dataclass(frozen=True, slots=True)
class TestRun(Row):
    """One run of one named check on one revision."""

    __test__ = False

    run: str
    attempt: int
    conclusion: str
    revision: str | None
    repository: str | None
    name: str
    poster: str | None
    started_at: int | None
    finished_at: int | None
    total: int | None
    failed: int | None
    stated_at: int
    event: str


@projects(DeploymentRequested)
def request_row(event: DeploymentRequested, event_id: str) -> Iterator[Row]:
    yield DeploymentRequest(
        event.deployment,
        event.repository,
        event.system,
        event.environment,
        event.revision,
        event.artifact,
        event.actor,
        event.triggered_by,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(DeploymentFinished)
def outcome_row(event: DeploymentFinished, event_id: str) -> Iterator[Row]:
    yield DeploymentOutcome(
        event.deployment,
        event.outcome,
        event.repository,
        event.system,
        event.environment,
        event.revision,
        event.artifact,
        event.replaces,
        int(event.rollback),
        int(event.landing),
        event.actor,
        event.triggered_by,
        event.occurred_at,
        moment(event),
        event_id,
    )


@bounded_by_receipt(DeploymentOutcome)
def ended_when_received(row: DeploymentOutcome, received_at: int) -> DeploymentOutcome:
    """What was told of as ended had ended by then, whatever a pipeline or a tag dates it.

    `stated_at` stays as told: the order of deployments must not depend on receipts.
    """
    if row.finished_at is None or row.finished_at <= received_at:
        return row
    return replace(row, finished_at=received_at)


@bounded_by_receipt(ObservedState)
def seen_when_received(row: ObservedState, received_at: int) -> ObservedState:
    """What a collector saw, it saw before it told of it."""
    if row.observed_at is None or row.observed_at <= received_at:
        return row
    return replace(row, observed_at=received_at)


@projects(RevisionRecorded)
def landing_row(event: RevisionRecorded, event_id: str) -> Iterator[Row]:
    """A commit on the production branch counts as deployed in place of its first parent."""
    if event.lands_in is None:
        return
    yield DeploymentOutcome(
        f"{event.repository}/{event.lands_in}/{event.revision}",
        "succeeded",
        event.repository,
        event.system,
        event.lands_in,
        event.revision,
        None,
        event.parents[0] if event.parents else None,
        0,
        1,
        None,
        None,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(StateObserved)
def state_row(event: StateObserved, event_id: str) -> Iterator[Row]:
    yield ObservedState(
        event.system,
        event.environment,
        event.item,
        event.revision,
        event.artifact,
        event.digest,
        item_name(event.system, event.environment, event.item) or "",
        event.occurred_at,
        moment(event),
        event_id,
        int(event.source == "monitor" and event.delivery.startswith("setting:")),
    )


@projects(ArtifactBuilt)
def artifact_row(event: ArtifactBuilt, event_id: str) -> Iterator[Row]:
    yield Artifact(
        event.artifact,
        event.revision or "",
        event.repository,
        event.name,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
        trust_of(event),
        event.attested,
    )


@projects(TestsRun)
def test_row(event: TestsRun, event_id: str) -> Iterator[Row]:
    yield TestRun(
        event.run,
        event.attempt,
        event.conclusion,
        event.revision,
        event.repository,
        event.name,
        event.poster,
        event.started_at,
        event.occurred_at,
        event.total,
        event.failed,
        moment(event),
        event_id,
    )
