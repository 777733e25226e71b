"""Flux: events of its controllers and objects with status → deployments, what runs.

https://fluxcd.io/flux/components/notification/events/ . One object brought to one revision is one
deployment, however often its controller says so again. One whose objects were set and then did not
become healthy was there, and failed.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.event import Event
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, option, revision_in, text
from changeproof.sources.identities import Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.kubernetes.workloads import first_object
from changeproof.sources.reading import Reading, time

_ENDS: dict[str, Literal["succeeded", "failed", "removed"]] = {
    "ReconciliationSucceeded": "succeeded",
    "InstallSucceeded": "succeeded",
    "UpgradeSucceeded": "succeeded",
    "RollbackSucceeded": "succeeded",
    "ReconciliationFailed": "failed",
    "HealthCheckFailed": "failed",
    "InstallFailed": "failed",
    "UpgradeFailed": "failed",
    "UninstallSucceeded": "removed",
}
_REACHED = frozenset({"HealthCheckFailed", "InstallFailed", "UpgradeFailed"})
_DEPLOYS = frozenset({"Kustomization", "HelmRelease"})
_TEMPLATE = re.compile(rb"(?m)^\s*(?:- )?[A-Za-z]+: *\{\{ ?\.")


def translate_flux(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("flux", delivery, pseudonyms)
    gathered = Gathered(reading, "flux")
    if _TEMPLATE.search(delivery.body):
        gathered.passed_over("a template with blanks describes no object yet")
        return gathered.translation()
    for value in documents(delivery.body):
        for each in listed(value, "items") or [value]:
            if isinstance(inside(each, "involvedObject"), dict):
                _event(gathered, each)
            elif "fluxcd.io/" in (text(each, "apiVersion") or ""):
                _object(gathered, each)
            elif isinstance(inside(each, "status"), dict) and "kind" not in each:
                gathered.passed_over("a status without its object names nothing that runs")
            else:
                raise MalformedPayload("it is no event and no object of Flux", where="kind")
    return gathered.translation()


def _where(reading: Reading, namespace: str | None, name: str | None) -> dict[str, Any]:
    system = "/".join(part for part in (namespace, name) if part)
    return {
        "system": option(reading.delivery, "system") or system or "flux",
        "environment": option(reading.delivery, "environment") or "production",
    }


def _event(gathered: Gathered, event: dict[str, Any]) -> None:
    """What a controller posts when something happened to an object."""
    about = event["involvedObject"]
    kind, reason = text(about, "kind"), text(event, "reason") or ""
    if kind not in _DEPLOYS or reason not in _ENDS:
        return gathered.passed_over(f"{reason[:60] or 'no reason'}: nothing was set by it")
    reading = gathered.reading
    space, name = text(about, "namespace"), text(about, "name")
    stated = next(
        (text(value) for key, value in (inside(event, "metadata") or {}).items()
         if key.rpartition("/")[2] == "revision"), None
    )  # fmt: skip
    revision = revision_in(stated)
    at = time(text(event, "timestamp") or "", "timestamp")
    controller = text(event, "reportingController") or "controller"
    key = f"flux:{kind}/{space}/{name}"[:300]
    for each in _outcomes(reason):
        gathered.add(
            [
                DeploymentFinished(
                    **reading.header(at, actor=Identity(f"flux:{controller}", "service")),
                    deployment=f"{key}@{stated or at}"[:500],
                    outcome=each,
                    **_where(reading, space, name),
                    revision=revision,
                    rollback=reason.startswith("Rollback"),
                )
            ]
        )
    return None


def _outcomes(reason: str) -> tuple[Literal["succeeded", "failed", "removed"], ...]:
    """What a reason says of a deployment; both where it was there, and failed."""
    outcome = _ENDS.get(reason)
    if outcome is None:
        return ()
    return ("succeeded", outcome) if reason in _REACHED else (outcome,)


def _object(gathered: Gathered, value: dict[str, Any]) -> None:
    if text(value, "kind") not in _DEPLOYS:
        return gathered.passed_over(f"{text(value, 'kind')} deploys nothing itself")
    found = [*_history(gathered.reading, value), *_running(gathered.reading, value)]
    gathered.add(found)
    if not found:
        gathered.passed_over("an object whose status names no revision that was applied")
    return None


def _history(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    space, name = text(value, "metadata", "namespace"), text(value, "metadata", "name")
    key = f"flux:{text(value, 'kind')}/{space}/{name}"[:300]
    for entry in listed(value, "status", "history"):
        stated = text(entry, "metadata", "revision")
        if not stated:
            continue
        for outcome in _outcomes(text(entry, "lastReconciledStatus") or ""):
            at = time(text(entry, "firstReconciled") or "", "status.history.firstReconciled")
            yield DeploymentFinished(
                **reading.header(at, actor=Identity("flux:controller", "service")),
                deployment=f"{key}@{stated}"[:500],
                outcome=outcome,
                **_where(reading, space, name),
                revision=revision_in(stated),
            )


def _running(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    revision = revision_in(text(value, "status", "lastAppliedRevision"))
    if not revision:
        return
    times = [text(one, "lastTransitionTime") for one in listed(value, "status", "conditions")]
    latest = max((time(one, "status.conditions") for one in times if one), default=None)
    space, name = text(value, "metadata", "namespace"), text(value, "metadata", "name")
    yield StateObserved(
        **reading.header(latest, bound=latest is not None),
        **_where(reading, space, name),
        item=f"{text(value, 'kind')}/{space}/{name}"[:500],
        revision=revision,
    )


def _fits(glimpse: Glimpse) -> bool:
    if b"fluxcd" not in glimpse.body and not glimpse.body.startswith((b"status:", b"# History")):
        return False
    if _TEMPLATE.search(glimpse.body):
        return b"fluxcd" in glimpse.body
    value = first_object(glimpse)
    if isinstance(inside(value, "involvedObject"), dict):
        return "fluxcd.io/" in str(inside(value, "involvedObject", "apiVersion"))
    if "fluxcd.io/" in (text(value, "apiVersion") or ""):
        return True
    return isinstance(value, dict) and value.keys() == {"status"}


FLUX = Kind(
    "flux",
    "Flux",
    translate_flux,
    _fits,
    aliases=("fluxcd",),
    json=False,
    options=("system", "environment"),
    confidential=always,
)
