"""What somebody did to an object → a deployment, an act by hand, rights that began or ended.

A service account that sets a workload's images deploys; whatever else is set, and whatever a
human sets, is an act on production. Scaling is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.event import Event
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.described import fields_of
from changeproof.sources.facts import image_digest, inside, listed, option, text
from changeproof.sources.kubernetes.accounts import cluster_identity, of_the_cluster
from changeproof.sources.kubernetes.objects import (
    WORKLOADS,
    images,
    item_name,
    object_content,
    object_digest,
    only_image,
    stated_revision,
    system_of,
)
from changeproof.sources.reading import Reading

_HANDS_IN = frozenset({"exec", "attach", "portforward", "ephemeralcontainers", "proxy"})
_BOOKKEEPING = frozenset(
    {"events", "leases", "endpoints", "endpointslices", "tokenreviews", "subjectaccessreviews",
     "selfsubjectaccessreviews", "selfsubjectrulesreviews", "localsubjectaccessreviews",
     "controllerrevisions", "csinodes", "nodes"}
)  # fmt: skip
_KEPT_UP = frozenset({"status", "token", "binding", "eviction", "scale", "finalize", "approval"})
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_READING_ROLES = frozenset({"view", "system:discovery", "system:basic-user"})


@dataclass(frozen=True)
class Asked:
    """One request to a cluster: `verb` is create, update, patch or delete."""

    id: str
    at: int | None
    username: str | None
    verb: str
    resource: str
    subresource: str
    kind: str
    namespace: str | None
    name: str | None
    before: Any
    after: Any
    patch: Any = None

    @property
    def shown(self) -> dict[str, Any]:
        """The object, as far as it is shown, with the names that the request states."""
        shown = self.after or self.before or self.patch
        shown = dict(shown) if isinstance(shown, dict) else {}
        said = shown.get("metadata") if isinstance(shown.get("metadata"), dict) else {}
        named = {"name": self.name, "namespace": self.namespace}
        shown["metadata"] = {**{key: one for key, one in named.items() if one}, **(said or {})}
        shown["kind"] = text(shown, "kind") or self.kind or self.resource
        return shown


def cluster_of(reading: Reading) -> str:
    """The cluster's name, which no payload states."""
    return option(reading.delivery, "cluster") or "cluster"


def why_not(asked: Asked) -> str | None:
    """Why a request tells of no act; None where it does."""
    if asked.verb not in ("create", "update", "patch", "delete", "deletecollection", "connect"):
        return "it read and altered nothing"
    if asked.subresource in _HANDS_IN:
        return None
    if asked.subresource in _KEPT_UP:
        return "scaling, status and tokens are no change"
    if asked.resource in _BOOKKEEPING:
        return "the cluster's own bookkeeping is no change"
    if of_the_cluster(asked.username) and asked.resource in ("pods", "replicasets", "jobs"):
        return "the cluster keeps up what it was told to run"
    return None


def acts(reading: Reading, asked: Asked) -> Iterator[Event]:
    """The events of one request that `why_not` lets through; none where nothing was altered."""
    cluster, pseudonyms = cluster_of(reading), reading.pseudonyms
    shown = asked.shown
    before = object_digest(asked.before, pseudonyms)
    after = object_digest(asked.after, pseudonyms)
    if (before and before == after) or _only_scales(asked):
        return
    fields = fields_of(reading, object_content(asked.after, pseudonyms))
    actor = cluster_identity(asked.username, cluster, pseudonyms)
    place: dict[str, Any] = {
        "system": option(reading.delivery, "system") or system_of(shown, asked.namespace),
        "environment": option(reading.delivery, "environment") or "production",
    }
    act = f"k8s:{cluster}/{asked.id}"[:500]
    deploys = (
        actor.kind == "service" and shown["kind"] in WORKLOADS and asked.verb != "delete"
        and bool(images(shown)) and not of_the_cluster(asked.username)
    )  # fmt: skip
    if deploys:
        yield DeploymentFinished(
            **reading.header(asked.at, actor=actor),
            deployment=act,
            outcome="succeeded",
            **place,
            revision=stated_revision(shown),
            artifact=only_image(shown),
        )
    else:
        yield ProductionActed(
            **reading.header(asked.at, actor=actor),
            act=act,
            **place,
            kind="software"
            if shown["kind"] in WORKLOADS or asked.subresource in _HANDS_IN
            else "infrastructure",
            item=item_name(shown),
            before_digest=before,
            after_digest=after,
            after_fields=fields,
            automatic=of_the_cluster(asked.username),
        )
    if asked.verb != "delete" and any(images(shown).values()):
        yield from observed(reading, shown, asked.at, after, fields)
    if shown["kind"] in _BINDINGS:
        yield from _rights(reading, asked, shown, place["system"])


def _only_scales(asked: Asked) -> bool:
    spec = inside(asked.patch, "spec")
    return isinstance(spec, dict) and spec.keys() == {"replicas"} and "metadata" not in asked.patch


def observed(
    reading: Reading,
    value: dict[str, Any],
    at: int | None,
    digest: str | None,
    fields: str | None,
    bound: bool = False,
) -> Iterator[Event]:
    """What runs: the object by its digest and fields, its containers by their images' digests."""
    place: dict[str, Any] = {
        "system": option(reading.delivery, "system") or system_of(value),
        "environment": option(reading.delivery, "environment") or "production",
    }
    one, item = only_image(value), item_name(value)
    header = reading.header(at, bound=bound)
    if digest or one:
        revision = stated_revision(value)
        yield StateObserved(
            **header,
            **place,
            item=item,
            digest=digest,
            fields=fields,
            artifact=one,
            revision=revision,
        )
    if one is None:
        for name, image in sorted(images(value).items()):
            if image:
                yield StateObserved(
                    **header, **place, item=f"{item}#{name}"[:500], artifact=image_digest(image)
                )


def _rights(
    reading: Reading, asked: Asked, binding: dict[str, Any], system: str
) -> Iterator[Event]:
    """Whom a binding lets write; a binding that is deleted without being shown ends nothing."""
    if (text(binding, "roleRef", "name") or "view") in _READING_ROLES:
        return
    cluster = cluster_of(reading)
    actor = cluster_identity(asked.username, cluster, reading.pseudonyms)
    event = AccessEnded if asked.verb == "delete" else AccessGranted
    for subject in listed(binding, "subjects"):
        name, kind = text(subject, "name"), text(subject, "kind")
        if kind == "ServiceAccount" and name:
            name = f"system:serviceaccount:{text(subject, 'namespace') or asked.namespace}:{name}"
        holder = cluster_identity(name, cluster, reading.pseudonyms)
        if kind in ("User", "ServiceAccount") and holder.account:
            header = reading.header(asked.at, holder, actor=actor)
            yield event(**header, account=holder.account, access="write", system=system)
