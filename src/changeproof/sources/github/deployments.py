"""`deployment` → DeploymentRequested; `deployment_status` → DeploymentFinished."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.event import Event
from changeproof.sources.github.payload import (
    Number,
    RepositoryEnvelope,
    User,
    identity,
    repository_id,
)
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.reading import Reading, optional_time, read

_OUTCOMES: dict[str, Literal["succeeded", "failed"]] = {
    "success": "succeeded",
    "failure": "failed",
    "error": "failed",
}


class Deployment(msgspec.Struct):
    """Content that is to reach an environment."""

    id: Number
    sha: str
    environment: str
    created_at: str | None = None
    task: str | None = None
    creator: User | None = None


class Status(msgspec.Struct):
    """How far it got."""

    id: Number
    state: str
    created_at: str | None = None
    updated_at: str | None = None
    environment: str | None = None
    creator: User | None = None


class Run(msgspec.Struct):
    """The pipeline on whose behalf an app deployed (hard case 7)."""

    actor: User | None = None
    triggering_actor: User | None = None


class DeploymentPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    deployment: Deployment
    workflow_run: Run | None = None


class DeploymentStatusPayload(DeploymentPayload, kw_only=True):
    """The delivery."""

    deployment_status: Status


def deployment(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(DeploymentPayload, reading.delivery.body)
    asked, repository = payload.deployment, repository_id(payload.repository)
    started_by = _started_by(payload.workflow_run)
    yield DeploymentRequested(
        **reading.header(
            optional_time(asked.created_at, "deployment.created_at"),
            started_by,
            actor=identity(asked.creator),
        ),
        deployment=f"{repository}/deployment/{asked.id}",
        repository=repository,
        environment=asked.environment,
        revision=asked.sha,
        triggered_by=started_by.account,
    )


def deployment_status(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(DeploymentStatusPayload, reading.delivery.body)
    asked, told = payload.deployment, payload.deployment_status
    repository = repository_id(payload.repository)
    outcome = _OUTCOMES.get(told.state)
    if outcome is None:
        reason = f"the state {told.state[:60]!r} ends no deployment"
        yield reading.seen("deployment_status", reason, repository)
        return
    started_by = _started_by(payload.workflow_run)
    yield DeploymentFinished(
        **reading.header(
            optional_time(told.created_at or told.updated_at, "deployment_status.created_at"),
            started_by,
            actor=identity(asked.creator or told.creator),
        ),
        deployment=f"{repository}/deployment/{asked.id}",
        outcome=outcome,
        repository=repository,
        environment=told.environment or asked.environment,
        revision=asked.sha,
        rollback=(asked.task or "").endswith("rollback"),
        triggered_by=started_by.account,
    )


def _started_by(run: Run | None) -> Identity:
    return identity(run.triggering_actor or run.actor) if run else NOBODY
