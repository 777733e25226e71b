"""Monitors that say that something is not as it should be → detections, one for each begin."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.sources.alarms.shape import kind_of, moment
from changeproof.sources.facts import inside, listed, option, text
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.reading import Reading


def _raised(
    reading: Reading, name: str, at: int | None, kind: str, system: str | None = None
) -> Iterator[Event]:
    yield DetectionRaised(
        **reading.header(at),
        detection=name[:500],
        system=option(reading.delivery, "system") or (system[:500] if system else None),
        kind=kind[:500],
    )


def _cloudwatch(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Alarms through SNS, as posted or as a function receives them."""
    for envelope in [inside(record, "Sns") for record in listed(body, "Records")] or [body]:
        said = inside(envelope, "Message")
        alarm = _decoded(said) if isinstance(said, str) else said
        state = text(alarm, "NewStateValue")
        if not text(alarm, "AlarmName") or state not in ("ALARM", None):
            continue
        at = moment(text(alarm, "StateChangeTime") or text(envelope, "Timestamp"))
        name = text(alarm, "AlarmArn") or text(alarm, "AlarmName")
        account = text(alarm, "AWSAccountId")
        kind = f"alarm: {text(alarm, 'AlarmName')}"
        yield from _raised(
            reading, f"cloudwatch:{name}/{at}", at, kind, account and f"aws/{account}"
        )


def _decoded(said: str) -> Any:
    try:
        return msgspec.json.decode(said)
    except (msgspec.DecodeError, RecursionError):
        return None


def _is_cloudwatch(value: dict[str, Any]) -> bool:
    sns = inside(value, "Records", 0, "Sns") or value
    if not isinstance(sns, dict) or "Message" not in sns:
        return False
    return "AlarmName" in str(sns["Message"]) or text(sns, "Type") == "SubscriptionConfirmation"


def _grafana(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Both alerting systems: `state` of the older, `alerts` of the newer.

    https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
    """
    if isinstance(body.get("alerts"), list):
        for alert in body["alerts"]:
            if inside(alert, "status") == "firing":
                at = moment(inside(alert, "startsAt"))
                own = text(alert, "fingerprint") or content_digest(inside(alert, "labels"))[:16]
                kind = f"alert: {text(alert, 'labels', 'alertname') or 'unnamed'}"
                yield from _raised(reading, f"grafana:{own}/{at}", at, kind)
    elif body.get("state") == "alerting":
        name = f"grafana:rule/{body.get('ruleId')}/{reading.delivery.digest[:16]}"
        yield from _raised(reading, name, None, f"alert: {text(body, 'ruleName')}")


def _is_grafana(value: dict[str, Any]) -> bool:
    return (
        value.keys() >= {"ruleId", "ruleName", "state"}
        or value.keys() >= {"alerts", "orgId"}
        or value.keys() >= {"condition", "noDataState", "execErrState"}
    )


def _sentry(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """https://docs.sentry.io/organization/integrations/integration-platform/webhooks/"""
    event = inside(body, "event") or inside(body, "data", "event")
    issue = inside(body, "data", "issue") or body
    if text(body, "action") in ("resolved", "ignored", "archived", "assigned", "unresolved"):
        return
    name = text(event, "issue_id") or text(issue, "id") or text(event, "event_id")
    said = inside(event, "datetime") or inside(issue, "firstSeen")
    seconds = inside(event, "timestamp")
    whole = int(seconds) if isinstance(seconds, Decimal) and 0 < seconds < 10**12 else seconds
    project = text(body, "project_slug") or text(issue, "project", "slug")
    kind = f"error: {text(event, 'level') or text(issue, 'level') or 'error'}"
    yield from _raised(reading, f"sentry:{name}", moment(said) or moment(whole), kind, project)


def _is_sentry(value: dict[str, Any]) -> bool:
    if isinstance(value.get("event"), dict):
        return "event_id" in value["event"]
    data = value.get("data")
    return (
        "installation" in value
        and isinstance(data, dict)
        and bool(data.keys() & {"event", "issue"})
    )


def _pingdom(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """https://www.pingdom.com/resources/webhooks/"""
    if body.get("current_state") == "DOWN":
        at = moment(body.get("state_changed_timestamp"))
        host = text(body, "check_params", "hostname")
        yield from _raised(reading, f"pingdom:{body.get('check_id')}/{at}", at, "down", host)


def _is_pingdom(value: dict[str, Any]) -> bool:
    return value.keys() >= {"check_id", "current_state", "previous_state"}


def _dash0(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    issue = body["issue"]
    at = moment(issue.get("start"))
    yield from _raised(reading, f"dash0:{text(issue, 'id')}", at, "check failed")


def _is_dash0(value: dict[str, Any]) -> bool:
    return "issueIdentifier" in (inside(value, "issue") or {})


def _vrealize(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    if body.get("status") == "ACTIVE":
        at = moment(body.get("startDate"))
        kind = f"alert: {text(body, 'type') or 'unnamed'}"
        yield from _raised(reading, f"vrealize:{text(body, 'alertId')}", at, kind)


def _is_vrealize(value: dict[str, Any]) -> bool:
    return value.keys() >= {"alertId", "adapterKind", "criticality"}


def _nothing(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Bodies that name neither an alert's begin nor its end."""
    del reading, body
    yield from ()


def _is_datadog(value: dict[str, Any]) -> bool:
    return value.keys() >= {"monitor_id", "query", "type"}


def _is_riemann(value: dict[str, Any]) -> bool:
    return value.keys() >= {"host", "service", "state", "metric"}


def _is_rule(value: dict[str, Any]) -> bool:
    return value.keys() == {"summary", "labels"}


_KNOWN: tuple[tuple[str, str, Callable[[Any], bool], Any], ...] = (
    ("cloudwatch", "Amazon CloudWatch alarms", _is_cloudwatch, _cloudwatch),
    ("grafana", "Grafana alerting", _is_grafana, _grafana),
    ("sentry", "Sentry", _is_sentry, _sentry),
    ("pingdom", "Pingdom", _is_pingdom, _pingdom),
    ("dash0", "Dash0", _is_dash0, _dash0),
    ("vrealize", "VMware Aria Operations", _is_vrealize, _vrealize),
    ("datadog", "Datadog monitors", _is_datadog, _nothing),
    ("riemann", "Riemann", _is_riemann, _nothing),
    ("prometheus-rule", "Prometheus rules", _is_rule, _nothing),
)
MONITORS = tuple(kind_of(*known) for known in _KNOWN)
