"""Objects of Kubernetes: names, images, and content without what changes by itself."""

import re
from collections.abc import Iterator
from typing import Any

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.facts import image_digest, inside, listed, revision_in, text
from changeproof.sources.fingerprints import content_digest, sealed

WORKLOADS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job",
     "CronJob", "Rollout"}
)  # fmt: skip

_VOLATILE = re.compile(
    r"kubectl\.kubernetes\.io/.*|deployment\.kubernetes\.io/.*|rollout\.argoproj\.io/.*|"
    r"argocd\.argoproj\.io/.*|control-plane\.alpha\.kubernetes\.io/.*|"
    r"autoscaling\.alpha\.kubernetes\.io/.*|.*/checksum-.*|.*reconcile.*requestedAt|"
    r"pod-template-hash|rollouts-pod-template-hash|controller-revision-hash"
)
_REVISION_NAME = re.compile(r"(?i)revision|commit|git.?sha|version")


def item_name(value: dict[str, Any], namespace: str | None = None) -> str:
    """`Kind/namespace/name`; without a namespace where it has none."""
    space = text(value, "metadata", "namespace") or namespace
    name = text(value, "metadata", "name") or text(value, "metadata", "generateName") or "unnamed"
    kind = text(value, "kind") or "Object"
    return "/".join(part for part in (kind, space, name) if part)[:500]


def object_digest(value: Any, pseudonyms: Pseudonyms) -> str | None:
    """The digest of what somebody wants of it."""
    content = object_content(value, pseudonyms)
    return None if content is None else content_digest(content)


def object_content(value: Any, pseudonyms: Pseudonyms) -> dict[str, Any] | None:
    """What somebody wants of it: no status, no replicas, no bookkeeping.

    Scaling is no change (so replicas do not count); secrets and values of environment variables
    are sealed.
    """
    return _wanted(value, pseudonyms) if isinstance(value, dict) else None


def _wanted(value: dict[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    wanted = {
        key: part
        for key, part in value.items()
        if key not in ("status", "metadata") and part is not None
    }
    wanted["metadata"] = _metadata(value.get("metadata"))
    if text(value, "kind") == "Secret":
        for key in ("data", "stringData"):
            if key in wanted:
                wanted[key] = sealed(wanted[key], pseudonyms)
    if isinstance(wanted.get("spec"), dict):
        spec = {key: part for key, part in wanted["spec"].items() if key != "replicas"}
        wanted["spec"] = _without_values(spec, pseudonyms)
    return wanted


def _metadata(value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        key: inside(value, key) for key in ("name", "namespace") if inside(value, key)
    }
    for key in ("labels", "annotations"):
        said = inside(value, key)
        if isinstance(said, dict):
            lasting = {name: text for name, text in said.items() if not _VOLATILE.fullmatch(name)}
            if lasting:
                kept[key] = lasting
    return kept


def _without_values(value: Any, pseudonyms: Pseudonyms, within: str = "") -> Any:
    if isinstance(value, dict):
        if within == "env" and "value" in value:
            return {**value, "value": sealed(value["value"], pseudonyms)}
        return {
            key: _metadata(part) if key == "metadata" else _without_values(part, pseudonyms, key)
            for key, part in value.items()
            if part is not None
        }
    if isinstance(value, list):
        return [_without_values(part, pseudonyms, within) for part in value]
    return value


def images(value: Any) -> dict[str, str | None]:
    """The image of every container, by name: its digest, None where only a tag is stated."""
    found: dict[str, str | None] = {}
    for spec in _pod_specs(value):
        for place in ("initContainers", "containers", "ephemeralContainers"):
            for container in listed(spec, place):
                name = text(container, "name") or "container"
                found[name] = image_digest(text(container, "image"))
    for place in ("initContainerStatuses", "containerStatuses"):
        for status in listed(value, "status", place):
            digest = image_digest(text(status, "imageID")) or image_digest(text(status, "image"))
            if digest:
                found[text(status, "name") or "container"] = digest
    return found


def only_image(value: Any) -> str | None:
    """The one digest that all containers of known digests share; None where there are several."""
    digests = {digest for digest in images(value).values() if digest}
    return digests.pop() if len(digests) == 1 else None


def stated_revision(value: Any) -> str | None:
    """The commit that a label or annotation names in full."""
    for place in (("metadata",), ("spec", "template", "metadata")):
        for key in ("annotations", "labels"):
            said = inside(value, *place, key)
            if isinstance(said, dict):
                for name in sorted(said):
                    if _REVISION_NAME.search(name) and (found := revision_in(text(said, name))):
                        return found
    return None


def system_of(value: Any, namespace: str | None = None) -> str:
    """The application that an object says it is part of; else its namespace."""
    labels = inside(value, "metadata", "labels")
    for name in ("app.kubernetes.io/part-of", "app.kubernetes.io/name"):
        if isinstance(labels, dict) and (found := text(labels, name)):
            return found
    return text(value, "metadata", "namespace") or namespace or "cluster"


def _pod_specs(value: Any) -> Iterator[Any]:
    for path in (
        ("spec",),
        ("spec", "template", "spec"),
        ("spec", "jobTemplate", "spec", "template", "spec"),
    ):
        spec = inside(value, *path)
        if isinstance(spec, dict):
            yield spec
