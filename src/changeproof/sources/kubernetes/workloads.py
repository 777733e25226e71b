"""Objects as a cluster holds them → what runs; policy reports → detections.

An object without the cluster's marks (uid, resourceVersion, status) is what somebody wants, and
says nothing of what runs. A roll-out that was aborted had reached production with its first pod.
"""

from collections.abc import Iterator
from typing import Any, Literal

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, option, text
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.kubernetes.acts import cluster_of, observed
from changeproof.sources.kubernetes.objects import (
    WORKLOADS as RUNNING,
)
from changeproof.sources.kubernetes.objects import (
    item_name,
    object_content,
    object_digest,
    only_image,
    stated_revision,
    system_of,
)
from changeproof.sources.reading import Reading
from changeproof.sources.times import microseconds

_REPORTS = frozenset(
    {"PolicyReport", "ClusterPolicyReport", "EphemeralReport", "ClusterEphemeralReport",
     "AdmissionReport", "ClusterAdmissionReport"}
)  # fmt: skip


def translate_workloads(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no object of Kubernetes."""
    reading = Reading("kubernetes", delivery, pseudonyms)
    gathered = Gathered(reading, "kubernetes.object")
    for value in documents(delivery.body):
        for each in listed(value, "items") or [value]:
            read_object(gathered, each)
    return gathered.translation()


def read_object(gathered: Gathered, value: Any) -> None:
    """One object of a cluster."""
    kind = text(value, "kind")
    if not kind or not text(value, "apiVersion"):
        raise MalformedPayload("it is no object of Kubernetes", where="apiVersion, kind")
    if kind in _REPORTS:
        found = list(_failed_rules(gathered.reading, value))
        gathered.add(found)
        if not found:
            gathered.passed_over("a policy report without a failed rule")
    elif kind in RUNNING or kind in ("ConfigMap", "Secret", "Service", "Ingress"):
        if not _is_live(value):
            return gathered.passed_over("what somebody wants to run says nothing of what runs")
        gathered.add(_running(gathered.reading, value))
    else:
        gathered.passed_over(f"{kind[:60]} tells of nothing that runs")
    return None


def _is_live(value: Any) -> bool:
    marks = (("metadata", "uid"), ("metadata", "resourceVersion"), ("status",))
    return any(inside(value, *mark) for mark in marks)


def _running(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    at = _latest(value)
    digest = object_digest(value, reading.pseudonyms)
    if inside(value, "status", "abort") is True:
        yield from _aborted(reading, value)
    fields = fields_of(reading, object_content(value, reading.pseudonyms))
    yield from observed(reading, value, at, digest, fields, bound=at is not None)


def _latest(value: Any) -> int | None:
    """The latest time that an object states of itself: it was seen then or later."""
    stated = [text(field, "time") for field in listed(value, "metadata", "managedFields")]
    for condition in listed(value, "status", "conditions"):
        stated += [text(condition, key) for key in ("lastUpdateTime", "lastTransitionTime")]
    stated.append(text(value, "metadata", "creationTimestamp"))
    times = [at for one in stated if one and (at := microseconds(one)) is not None]
    return max(times, default=None)


def _aborted(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    """A roll-out taken back: it was in production, and ended badly."""
    stated = text(value, "status", "abortedAt")
    at = microseconds(stated) if stated else _latest(value)
    hash_of = text(value, "status", "currentPodHash") or "unnamed"
    outcomes: tuple[Literal["failed", "removed"], ...] = ("failed", "removed")
    for outcome in outcomes:
        yield DeploymentFinished(
            **reading.header(at, bound=not stated and at is not None),
            deployment=f"k8s:{cluster_of(reading)}/{item_name(value)}/{hash_of}"[:500],
            outcome=outcome,
            system=option(reading.delivery, "system") or system_of(value),
            environment=option(reading.delivery, "environment") or "production",
            revision=stated_revision(value),
            artifact=only_image(value),
        )


def _failed_rules(reading: Reading, report: dict[str, Any]) -> Iterator[Event]:
    scope = report.get("scope") if isinstance(report.get("scope"), dict) else None
    for result in listed(report, "results"):
        if text(result, "result") not in ("fail", "error"):
            continue
        seconds = inside(result, "timestamp", "seconds")
        at = seconds * 1_000_000 if isinstance(seconds, int) and 0 < seconds < 2**32 else None
        subject = scope or inside(result, "resources", 0) or report
        parts = (text(subject, key) for key in ("kind", "namespace", "name"))
        name = "/".join(part for part in parts if part)
        rule = f"{text(result, 'policy') or 'policy'}/{text(result, 'rule') or 'rule'}"
        yield DetectionRaised(
            **reading.header(at),
            detection=f"k8s:{cluster_of(reading)}/{rule}/{name or item_name(report)}"[:500],
            system=option(reading.delivery, "system") or text(subject, "namespace") or "cluster",
            kind=f"policy: {rule}"[:500],
        )


def is_of_gitops(value: Any) -> bool:
    """Whether Argo CD, the promoter or Flux owns this object (a Rollout is a workload)."""
    group = (text(value, "apiVersion") or "").partition("/")[0]
    if group == "argoproj.io":
        return text(value, "kind") in ("Application", "ApplicationSet", "AppProject")
    return group == "promoter.argoproj.io" or group.endswith("fluxcd.io")


def _fits(glimpse: Glimpse) -> bool:
    value = first_object(glimpse)
    value = inside(value, "items", 0) or value
    return (
        isinstance(value, dict)
        and bool(text(value, "apiVersion") and text(value, "kind"))
        and ("metadata" in value or "items" in value)
        and not is_of_gitops(value)
        and text(value, "kind") != "AdmissionReview"
    )


def first_object(glimpse: Glimpse) -> Any:
    """The first document of a JSON or YAML file; None where it cannot be read."""
    if glimpse.document is not None:
        return glimpse.document
    if b"apiVersion" not in glimpse.body and not glimpse.body.startswith(b"status:"):
        return None
    try:
        return documents(glimpse.body)[0]
    except (MalformedPayload, IndexError):
        return None


WORKLOADS = Kind(
    "kubernetes-object",
    "Kubernetes objects",
    translate_workloads,
    _fits,
    aliases=("k8s",),
    json=False,
    options=("cluster", "system", "environment"),
    confidential=always,
)
