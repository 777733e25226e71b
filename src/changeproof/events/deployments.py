"""Deployments, and what was seen running."""

from typing import ClassVar, Literal

from changeproof.events.event import (
    AccountId,
    Digest,
    Event,
    Identifier,
    Revision,
    ShortText,
)


class DeploymentRequested(Event):
    """Somebody, or a pipeline on their behalf, asked for a deployment."""

    type: Literal["DeploymentRequested"] = "DeploymentRequested"
    deployment: Identifier
    repository: Identifier | None = None
    system: ShortText | None = None
    environment: ShortText
    revision: Revision | None = None
    artifact: Identifier | None = None
    triggered_by: AccountId | None = None
    """Who started the pipeline, where the run says so."""


class DeploymentFinished(Event):
    """A deployment reached `environment`, or failed to.

    `replaces` is the revision it followed, where the sender knows; `landing` is true where a
    commit on the production branch stands for the deployment (`import git`).
    """

    type: Literal["DeploymentFinished"] = "DeploymentFinished"
    deployment: Identifier
    outcome: Literal["succeeded", "failed", "removed"]
    repository: Identifier | None = None
    system: ShortText | None = None
    environment: ShortText
    revision: Revision | None = None
    artifact: Identifier | None = None
    replaces: Revision | None = None
    rollback: bool = False
    landing: bool = False
    triggered_by: AccountId | None = None


class StateObserved(Event):
    """A collector saw what runs in an environment, or an item's content by its digest.

    `fields` addresses that content as named fields, for people to compare: canonical JSON in which
    secrets stand as digests salted with the instance's key.
    """

    later: ClassVar[tuple[str, ...]] = ("digest", "fields")

    type: Literal["StateObserved"] = "StateObserved"
    system: ShortText
    environment: ShortText
    item: Identifier
    revision: Revision | None = None
    artifact: Identifier | None = None
    digest: Digest | None = None
    fields: Digest | None = None
