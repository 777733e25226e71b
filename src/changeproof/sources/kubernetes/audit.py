"""Audit events of a cluster's API server → acts.

https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
"""

from typing import Any

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, text
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.kubernetes.acts import Asked, acts, why_not
from changeproof.sources.reading import Reading, time
from changeproof.sources.times import microseconds

_KINDS = {
    "deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet",
    "replicasets": "ReplicaSet", "cronjobs": "CronJob", "jobs": "Job", "pods": "Pod",
    "rollouts": "Rollout", "secrets": "Secret", "configmaps": "ConfigMap", "services": "Service",
    "ingresses": "Ingress", "rolebindings": "RoleBinding",
    "clusterrolebindings": "ClusterRoleBinding",
}  # fmt: skip


def translate_audit(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("kubernetes", delivery, pseudonyms)
    gathered = Gathered(reading, "kubernetes.audit")
    for value in documents(delivery.body):
        events = inside(value, "items") or (value if isinstance(value, list) else [value])
        for event in events:
            if not isinstance(event, dict) or not isinstance(event.get("objectRef"), dict):
                if isinstance(event, dict) and event.get("requestURI"):
                    gathered.passed_over("it is about no object")
                    continue
                raise MalformedPayload("it is no audit event", where="objectRef")
            _event(gathered, event)
    return gathered.translation()


def _event(gathered: Gathered, event: dict[str, Any]) -> None:
    code = inside(event, "responseStatus", "code")
    if isinstance(code, int) and code >= 400:
        return gathered.passed_over("the cluster refused it; nothing was altered")
    if (text(event, "stage") or "ResponseComplete") not in ("ResponseComplete", "ResponseStarted"):
        return gathered.passed_over("it tells of a request that was not answered yet")
    if "dryRun=" in (text(event, "requestURI") or ""):
        return gathered.passed_over("a dry run alters nothing")
    asked = _asked(event)
    if reason := why_not(asked):
        return gathered.passed_over(reason)
    found = list(acts(gathered.reading, asked))
    gathered.add(found)
    if not found:
        gathered.passed_over("scaling, status and tokens are no change")
    return None


def _asked(event: dict[str, Any]) -> Asked:
    stated = text(event, "stageTimestamp") or text(event, "requestReceivedTimestamp")
    at = microseconds(stated, assume_utc=True) if stated else None
    if stated and at is None:
        at = time(stated, "stageTimestamp")
    whole = event.get("responseObject") or None
    if inside(whole, "kind") == "Status":
        whole = None
    sent = event.get("requestObject") or None
    verb = text(event, "verb") or ""
    resource = text(event, "objectRef", "resource") or ""
    return Asked(
        id=f"{text(event, 'auditID') or 'event'}/{content_digest(event)[:32]}",
        at=at,
        username=text(event, "impersonatedUser", "username") or text(event, "user", "username"),
        verb=verb,
        resource=resource,
        subresource=text(event, "objectRef", "subresource") or "",
        kind=_KINDS.get(resource, resource),
        namespace=text(event, "objectRef", "namespace"),
        name=text(event, "objectRef", "name"),
        before=whole if verb == "delete" else None,
        after=whole or (None if verb == "patch" else sent) if verb != "delete" else None,
        patch=sent if verb == "patch" else None,
    )


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    if value is None and glimpse.body.startswith(b"{"):  # one event a line
        value = Glimpse(glimpse.body.split(b"\n", 1)[0]).document
    event = inside(value, "items", 0) or (inside(value, 0) if isinstance(value, list) else value)
    return isinstance(event, dict) and (
        str(event.get("apiVersion")).startswith("audit.k8s.io/")
        or event.keys() >= {"verb", "objectRef", "user"}
    )


AUDIT = Kind(
    "kubernetes-audit",
    "Kubernetes audit log",
    translate_audit,
    _fits,
    aliases=("k8s-audit",),
    json=False,
    of_record=True,
    options=("cluster", "system", "environment"),
    confidential=always,
)
