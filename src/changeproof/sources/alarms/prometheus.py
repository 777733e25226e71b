"""Alertmanager's webhook → incidents (critical, or of no stated severity) and detections.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config . An alert's fingerprint
names it; without one, its labels and begin do.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.sources.alarms.shape import incident, kind_of, moment
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.facts import inside, listed, option, text
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.reading import Reading

_PAGES = frozenset({"critical", "page", "emergency", "error", "high", ""})


def _alerts(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    for alert in listed(body, "alerts"):
        labels = inside(alert, "labels")
        if not isinstance(labels, dict):
            raise MalformedPayload("an alert has no labels", where="alerts.labels")
        begun = moment(inside(alert, "startsAt"))
        own = text(alert, "fingerprint") or content_digest(labels)[:16]
        name = f"alertmanager:{own}/{begun}"
        severity = text(labels, "severity") or text(body, "commonAnnotations", "severity") or ""
        system = text(labels, "service") or text(labels, "job") or text(labels, "namespace")
        ended = (text(alert, "status") or text(body, "status")) == "resolved"
        if severity.lower() in _PAGES:
            yield from incident(
                reading,
                name,
                begun,
                moment(inside(alert, "endsAt")),
                ended=ended,
                system=system,
                severity=severity,
            )
        elif not ended:
            yield DetectionRaised(
                **reading.header(begun),
                detection=name,
                system=option(reading.delivery, "system") or system,
                kind=f"alert: {text(labels, 'alertname') or 'unnamed'}"[:500],
            )


def _fits(value: dict[str, Any]) -> bool:
    return isinstance(value.get("alerts"), list) and "receiver" in value and "orgId" not in value


ALERTMANAGER = kind_of("alertmanager", "Prometheus Alertmanager", _fits, _alerts)
