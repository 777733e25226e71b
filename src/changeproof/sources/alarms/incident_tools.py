"""Tools in which people hold incidents: PagerDuty, Opsgenie, Statuspage, ServiceNow, and such."""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.requests import IncidentResolved
from changeproof.sources.alarms.shape import incident, kind_of, moment
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.facts import inside, listed, text
from changeproof.sources.reading import Reading


def _pagerduty(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Webhooks of versions 2 and 3, incidents and their log as the API replies.

    https://developer.pagerduty.com/docs/webhooks-overview
    """
    if isinstance(body.get("messages"), list):
        for message in body["messages"]:
            yield from _turn(reading, message.get("event"), message.get("incident"), message)
    elif isinstance(body.get("event"), dict):
        event = body["event"]
        yield from _turn(reading, event.get("event_type"), event.get("data"), event)
    elif "incident_number" in body:
        resolved = body.get("resolved_at") or body.get("last_status_change_at")
        yield from incident(
            reading,
            f"pagerduty:{_number(body)}",
            moment(body.get("created_at")),
            moment(resolved),
            ended=body.get("status") == "resolved",
            system=text(body, "service", "summary"),
            severity=text(body, "priority", "summary"),
        )
    else:
        said = (text(body, "type") or "").removesuffix("_log_entry")
        yield from _turn(reading, said, body.get("incident"), body)


def _turn(reading: Reading, turn: Any, data: Any, told: Any) -> Iterator[Event]:
    turn = str(turn).removeprefix("incident.")
    at = moment(next((told[key] for key in ("occurred_at", "created_on", "created_at")
                      if told.get(key)), None))  # fmt: skip
    if turn in ("trigger", "triggered"):
        yield from incident(
            reading,
            f"pagerduty:{_number(data)}",
            at,
            None,
            ended=False,
            system=text(data, "service", "summary") or text(data, "service", "name"),
            severity=text(data, "priority", "summary") or text(data, "urgency"),
        )
    elif turn in ("resolve", "resolved"):
        yield IncidentResolved(**reading.header(at), incident=f"pagerduty:{_number(data)}")


def _number(data: Any) -> str:
    found = text(data, "id")
    if not found:
        raise MalformedPayload("an incident has no id", where="incident.id")
    return found[:400]


def _is_pagerduty(value: dict[str, Any]) -> bool:
    messages = value.get("messages")
    if isinstance(messages, list):
        return bool(messages) and all(
            isinstance(each, dict) and "incident" in each for each in messages
        )
    if isinstance(value.get("event"), dict):
        return str(value["event"].get("event_type")).startswith("incident.")
    return value.keys() >= {"incident_number", "service"} or (
        str(value.get("type")).endswith("_log_entry") and "incident" in value
    )


def _opsgenie(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Webhooks, alerts and incidents as the API replies.

    https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
    """
    if isinstance(body.get("alert"), dict):
        alert, action = body["alert"], text(body, "action")
        name = f"opsgenie:{text(alert, 'alertId') or text(alert, 'alias') or 'alert'}"
        if action == "Create":
            at = moment(alert.get("createdAt"))
            yield from incident(
                reading,
                name,
                at,
                None,
                ended=False,
                system=text(alert, "entity"),
                severity=alert.get("priority"),
            )
        elif action == "Close":
            yield IncidentResolved(**reading.header(_nanoseconds(alert)), incident=name)
        return
    services = [each for each in listed(body, "impactedServices") if isinstance(each, str)]
    closed = body.get("status") in ("closed", "resolved")
    yield from incident(
        reading,
        f"opsgenie:{text(body, 'id') or 'alert'}",
        moment(body.get("impactStartDate") or body.get("createdAt")),
        moment(body.get("impactEndDate") or body.get("updatedAt")),
        ended=closed,
        system=services[0] if services else text(body, "entity"),
        severity=body.get("priority"),
    )


def _nanoseconds(alert: dict[str, Any]) -> int | None:
    said = alert.get("updatedAt")
    return moment(said // 1_000_000) if isinstance(said, int) and said > 10**15 else moment(said)


def _is_opsgenie(value: dict[str, Any]) -> bool:
    if isinstance(value.get("alert"), dict):
        return "integrationId" in value or "alertId" in value["alert"]
    return value.keys() >= {"tinyId", "message", "status", "createdAt"}


def _statuspage(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """https://developer.statuspage.io/#tag/incidents"""
    yield from incident(
        reading,
        f"statuspage:{text(body, 'id')}",
        moment(body.get("started_at") or body.get("created_at")),
        moment(body.get("resolved_at") or body.get("updated_at")),
        ended=body.get("status") in ("resolved", "postmortem", "completed"),
        system=text(body, "components", 0, "name"),
        severity=body.get("impact"),
    )


def _is_statuspage(value: dict[str, Any]) -> bool:
    return value.keys() >= {"page_id", "incident_updates", "status", "id"}


def _servicenow(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """Rows of the table `incident`; times are UTC. State 6 is resolved, 7 closed."""
    yield from incident(
        reading,
        f"servicenow:incident/{text(body, 'sys_id')}",
        moment(body.get("opened_at"), utc=True),
        moment(body.get("resolved_at") or body.get("closed_at"), utc=True),
        ended=str(body.get("state")) in ("6", "7"),
        system=text(body, "cmdb_ci", "value") or text(body, "cmdb_ci"),
        severity=body.get("priority"),
    )


def _is_servicenow(value: dict[str, Any]) -> bool:
    return value.keys() >= {"sys_id", "number", "opened_at"} and str(
        value.get("number")
    ).startswith("INC")


def _newrelic(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook"""
    at = moment(body.get("timestamp"))
    over = str(body.get("current_state")).lower() == "closed"
    yield from incident(
        reading,
        f"newrelic:{body.get('account_id')}/{body.get('incident_id')}",
        None if over else at,
        at,
        ended=over,
        system=text(body, "targets", 0, "name"),
        severity=body.get("severity"),
    )


def _is_newrelic(value: dict[str, Any]) -> bool:
    return value.keys() >= {"incident_id", "current_state", "account_id", "condition_name"}


def _google(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """https://cloud.google.com/monitoring/support/notification-options#webhooks"""
    one = body["incident"]
    yield from incident(
        reading,
        f"gcp:incident/{text(one, 'incident_id')}",
        moment(one.get("started_at")),
        moment(one.get("ended_at")),
        ended=one.get("state") == "closed",
        system=text(one, "resource_name"),
    )


def _is_google(value: dict[str, Any]) -> bool:
    return bool(text(value, "incident", "incident_id") and inside(value, "incident", "policy_name"))


INCIDENT_TOOLS = (
    kind_of("pagerduty", "PagerDuty", _is_pagerduty, _pagerduty),
    kind_of("opsgenie", "Opsgenie", _is_opsgenie, _opsgenie),
    kind_of("statuspage", "Statuspage", _is_statuspage, _statuspage),
    kind_of("servicenow-incident", "ServiceNow incidents", _is_servicenow, _servicenow),
    kind_of("newrelic", "New Relic", _is_newrelic, _newrelic),
    kind_of("gcp-monitoring", "Google Cloud Monitoring", _is_google, _google),
)
