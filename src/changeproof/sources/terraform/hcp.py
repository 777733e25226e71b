"""HCP Terraform: notifications of runs, drift, and what run tasks are asked.

https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations
A run that was applied reached the environment. Whether one that broke had begun to apply is not
stated: it is an attempt that failed.
"""

from collections.abc import Iterator
from typing import Any, Literal

from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.facts import Gathered, inside, listed, revision_in, text
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, time
from changeproof.sources.terraform.shape import PLACE, first_value, one_object, place

_ENDS: dict[str, Literal["succeeded", "failed"]] = {"applied": "succeeded", "errored": "failed"}


def translate_hcp(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    body = one_object(delivery)
    reading = Reading("terraform", delivery, pseudonyms)
    gathered = Gathered(reading, "terraform.notification")
    trigger = text(body, "trigger") or ""
    if "task_result_id" in body:
        gathered.add(_asked(reading, body))
    elif trigger.startswith("assessment:"):
        found = list(_assessed(reading, body, trigger))
        gathered.add(found)
        if not found:
            gathered.passed_over("an assessment that found no drift")
    elif "run_id" in body and "notifications" in body:
        _notified(gathered, body)
    elif trigger or _is_task_result(body):
        gathered.passed_over("it tells of no run that reached an environment")
    else:
        raise MalformedPayload("it is no notification that we know", where="trigger")
    return gathered.translation()


def _person(reading: Reading, name: str | None) -> Identity:
    return Identity(f"terraform:user/{reading.pseudonyms.login(name)}", None) if name else NOBODY


def _system(body: Any) -> str:
    return f"{text(body, 'organization_name') or 'organization'}/{text(body, 'workspace_name')}"


def _notified(gathered: Gathered, body: dict[str, Any]) -> None:
    if not text(body, "run_id"):
        return gathered.passed_over("a verification of the address tells of no run")
    for told in listed(body, "notifications"):
        outcome = _ENDS.get(text(told, "run_status") or "")
        if outcome is None:
            gathered.passed_over("a run that has not ended by applying or breaking")
        else:
            gathered.add(_ended(gathered.reading, body, told, outcome))
    return None


def _ended(
    reading: Reading, body: dict[str, Any], told: Any, outcome: Literal["succeeded", "failed"]
) -> Iterator[Event]:
    starter = _person(reading, text(body, "run_created_by"))
    actor = _person(reading, text(told, "run_updated_by"))
    at = time(text(told, "run_updated_at") or "", "notifications.run_updated_at")
    yield DeploymentFinished(
        **reading.header(at, starter, actor=actor),
        deployment=f"terraform:run/{text(body, 'run_id')}",
        outcome=outcome,
        **place(reading.delivery, _system(body)),
        triggered_by=starter.account,
    )


def _asked(reading: Reading, body: dict[str, Any]) -> Iterator[Event]:
    """A run task: a run waits for an answer before it goes on."""
    if body.get("is_speculative") is True:
        yield reading.seen("terraform.run_task", "a speculative run can never be applied")
        return
    starter = _person(reading, text(body, "run_created_by"))
    yield DeploymentRequested(
        **reading.header(time(text(body, "run_created_at") or "", "run_created_at"), starter),
        deployment=f"terraform:run/{text(body, 'run_id')}",
        **place(reading.delivery, _system(body)),
        revision=revision_in(text(body, "vcs_commit_url")),
        triggered_by=starter.account,
    )


def _assessed(reading: Reading, body: dict[str, Any], trigger: str) -> Iterator[Event]:
    new = inside(body, "details", "new_assessment_result")
    if trigger != "assessment:drifted" and inside(new, "drifted") is not True:
        return
    yield DetectionRaised(
        **reading.header(time(text(new, "created_at") or "", "details.new_assessment_result")),
        detection=f"terraform:assessment/{text(new, 'id') or 'unnamed'}",
        system=place(reading.delivery, _system(inside(body, "details")))["system"],
        kind="drift",
    )


def _is_task_result(body: Any) -> bool:
    said = text(body, "type") or text(body, "data", "type") or ""
    return said.startswith("task-result")


def _fits(glimpse: Glimpse) -> bool:
    value = first_value(glimpse)
    return isinstance(value, dict) and (
        "notification_configuration_id" in value
        or value.keys() >= {"task_result_id", "run_id"}
        or _is_task_result(value)
    )


HCP = Kind(
    "terraform-run",
    "HCP Terraform notifications and run tasks",
    translate_hcp,
    _fits,
    aliases=("hcp-terraform", "terraform-cloud"),
    json=False,
    options=PLACE,
    confidential=always,
)
