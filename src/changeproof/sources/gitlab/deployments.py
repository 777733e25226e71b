"""`deployment` → DeploymentRequested or DeploymentFinished."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.event import Event
from changeproof.sources.gitlab.payload import Number, Place, Project, User, place
from changeproof.sources.reading import Reading, optional_time, read

_ASKED = frozenset({"created", "running", "blocked"})
_OUTCOMES: dict[str, Literal["succeeded", "failed"]] = {
    "success": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_COMMIT = re.compile(r".*/commit/([0-9a-f]{64}|[0-9a-f]{40})", re.ASCII)


class DeploymentPayload(msgspec.Struct):
    """The delivery. The whole hash stands in an address alone."""

    status: str
    environment: str
    deployment_id: Number | None = None
    deployable_id: Number | None = None
    status_changed_at: str | None = None
    commit_url: str | None = None
    project: Project | None = None
    user: User | None = None


def deployment(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(DeploymentPayload, reading.delivery.body)
    where = place(reading, payload.project)
    commit = _COMMIT.fullmatch(payload.commit_url or "")
    if payload.deployment_id is not None:
        name = f"{where.repository}/deployment/{payload.deployment_id}"
    else:  # older servers name the job alone
        name = f"{where.repository}/job/{payload.deployable_id}"
    yield from deployed(
        reading,
        where,
        name,
        payload.status,
        payload.environment,
        commit[1] if commit else None,
        optional_time(payload.status_changed_at, "status_changed_at"),
        payload.user,
        by_pipeline=payload.deployable_id is not None,
    )


def deployed(
    reading: Reading,
    where: Place,
    name: str,
    status: str,
    environment: str,
    revision: str | None,
    at: int | None,
    user: User | None,
    *,
    by_pipeline: bool,
    bound: bool = False,
) -> Iterator[Event]:
    """Who pressed the button of a job triggered it; GitLab names no account of the pipeline."""
    who = where.identity(user)
    triggered_by = who.account if by_pipeline else None
    header = reading.header(at, actor=who, bound=bound)
    if status in _ASKED:
        yield DeploymentRequested(
            **header,
            deployment=name,
            repository=where.repository,
            environment=environment,
            revision=revision,
            triggered_by=triggered_by,
        )
        return
    outcome = _OUTCOMES.get(status)
    if outcome is None:
        reason = f"the state {status[:60]!r} ends no deployment"
        yield reading.seen("deployment", reason, where.repository)
        return
    yield DeploymentFinished(
        **header,
        deployment=name,
        outcome=outcome,
        repository=where.repository,
        environment=environment,
        revision=revision,
        triggered_by=triggered_by,
    )
