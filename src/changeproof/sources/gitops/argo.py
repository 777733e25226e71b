"""Argo CD applications → deployments (their history), who asked for them, what runs.

https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
An application's label `environment` (or `env`) names its environment, unless it is stated.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.event import Event
from changeproof.events.testing import ArtifactBuilt
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import (
    Gathered,
    image_digest,
    inside,
    listed,
    option,
    revision_in,
    text,
)
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.kubernetes.workloads import first_object
from changeproof.sources.reading import Reading, time


def translate_argo(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("argocd", delivery, pseudonyms)
    gathered = Gathered(reading, "argocd")
    for value in documents(delivery.body):
        for each in listed(value, "items") or [value]:
            if _is_package(each):
                _package(gathered, each)
            elif text(each, "kind") in ("ApplicationSet", "AppProject"):
                gathered.passed_over("a template of applications deploys nothing itself")
            elif _is_application(each):
                _application(gathered, each)
            else:
                raise MalformedPayload("it is no application of Argo CD", where="kind")
    return gathered.translation()


def _is_application(value: Any) -> bool:
    if text(value, "kind"):
        return value["kind"] == "Application" and "argoproj.io" in (text(value, "apiVersion") or "")
    return isinstance(inside(value, "spec", "destination"), dict)


def _application(gathered: Gathered, application: dict[str, Any]) -> None:
    reading = gathered.reading
    found = [*_deployments(reading, application), *_running(reading, application)]
    gathered.add(found)
    if not found:
        gathered.passed_over("an application that was never deployed")


def _where(reading: Reading, application: Any) -> dict[str, Any]:
    labels = inside(application, "metadata", "labels")
    said = text(labels, "environment") or text(labels, "env")
    return {
        "system": option(reading.delivery, "system")
        or text(application, "metadata", "name")
        or "application",
        "environment": option(reading.delivery, "environment") or said or "production",
    }


def _name(application: Any) -> str:
    space = text(application, "metadata", "namespace") or "argocd"
    return f"argocd:{space}/{text(application, 'metadata', 'name') or 'application'}"[:300]


def _deployments(reading: Reading, application: dict[str, Any]) -> Iterator[Event]:
    for entry in listed(application, "status", "history"):
        who = _who(reading, inside(entry, "initiatedBy"))
        at = time(text(entry, "deployedAt") or "", "status.history.deployedAt")
        yield DeploymentFinished(
            **reading.header(at, who, actor=Identity("argocd:controller", "service")),
            deployment=f"{_name(application)}/history/{inside(entry, 'id')}",
            outcome="succeeded",
            **_where(reading, application),
            repository=text(entry, "source", "repoURL"),
            revision=revision_in(text(entry, "revision")),
            triggered_by=who.account,
        )
    state = inside(application, "status", "operationState")
    if text(state, "phase") in ("Failed", "Error") and (ended := text(state, "finishedAt")):
        who = _who(reading, inside(state, "operation", "initiatedBy"))
        yield DeploymentFinished(
            **reading.header(
                time(ended, "status.operationState.finishedAt"),
                who,
                actor=Identity("argocd:controller", "service"),
            ),
            deployment=f"{_name(application)}/operation/{ended}",
            outcome="failed",
            **_where(reading, application),
            repository=text(state, "syncResult", "source", "repoURL"),
            revision=revision_in(text(state, "syncResult", "revision")),
            triggered_by=who.account,
        )


def _who(reading: Reading, initiated: Any) -> Identity:
    if name := text(initiated, "username"):
        return Identity(f"argocd:user/{reading.pseudonyms.login(name)}", None)
    return Identity("argocd:automated", "service") if inside(initiated, "automated") else NOBODY


def _running(reading: Reading, application: dict[str, Any]) -> Iterator[Event]:
    """Images by digest, and the revision that the cluster was found in accord with."""
    seen = text(application, "status", "reconciledAt")
    header = reading.header(time(seen, "status.reconciledAt") if seen else None)
    item = _name(application).removeprefix("argocd:")
    synced = text(application, "status", "sync", "status") == "Synced"
    revision = revision_in(text(application, "status", "sync", "revision")) if synced else None
    where = _where(reading, application)
    if revision:
        yield StateObserved(**header, **where, item=item, revision=revision)
    for image in listed(application, "status", "summary", "images"):
        if isinstance(image, str) and (digest := image_digest(image)):
            name = image.partition("@")[0]
            yield StateObserved(**header, **where, item=f"{item}#{name}"[:500], artifact=digest)


def _is_package(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "action" in value
        and isinstance(inside(value, "package", "package_version"), dict)
    )


def _package(gathered: Gathered, value: dict[str, Any]) -> None:
    """A registry's webhook, as Argo CD receives it."""
    tag = inside(value, "package", "package_version", "container_metadata", "tag")
    digest = image_digest(text(tag, "digest"))
    if text(value, "action") != "published" or not digest:
        return gathered.passed_over("a package without a stated digest")
    name = text(value, "package", "name")
    header = gathered.reading.header(None)
    gathered.add([ArtifactBuilt(**header, artifact=digest, name=name)])
    return None


def _fits(glimpse: Glimpse) -> bool:
    value = first_object(glimpse)
    if isinstance(inside(value, "items"), list):
        value = inside(value, "items", 0)
    if _is_package(value):
        return "repository" not in value
    if not isinstance(value, dict):
        return False
    if "argoproj.io/" in str(value.get("apiVersion")) and "promoter" not in value["apiVersion"]:
        return value.get("kind") in ("Application", "ApplicationSet", "AppProject")
    source = inside(value, "spec", "source") or inside(value, "spec", "sources")
    return "apiVersion" not in value and bool(source) and _is_application(value)


ARGO = Kind(
    "argocd",
    "Argo CD applications",
    translate_argo,
    _fits,
    aliases=("argo-cd", "argo"),
    json=False,
    options=("system", "environment"),
    confidential=always,
)
