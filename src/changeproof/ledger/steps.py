"""Steps by which people carry a change out: rows and projectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.steps import StepFailureDecided, StepReported, StepsPlanned
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("step_plan", key=("change_name",), seen="planned_at")
@dataclass(frozen=True, slots=True)
class StepPlan(Row):
    """The steps of a change, as last said: the digest of their text, a line each."""

    change_name: str
    text: str
    steps: int
    document: str | None
    document_version: str | None
    account: str | None
    planned_at: int | None
    stated_at: int
    event: str


@table("step_act", key=("change_name", "step", "event"), seen="acted_at")
@dataclass(frozen=True, slots=True)
class StepAct(Row):
    """How a step went (done, failed, skipped), or what was decided after it failed (go_on,
    back_out). `text` is the plan that it is a step of."""

    change_name: str
    step: int
    text: str
    outcome: str
    reason: str | None
    link: str | None
    attachment: str | None
    account: str | None
    acted_at: int | None
    stated_at: int
    event: str


@projects(StepsPlanned)
def plan_row(event: StepsPlanned, event_id: str) -> Iterator[Row]:
    yield StepPlan(
        event.change,
        event.text,
        event.steps,
        event.document,
        event.document_version,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(StepReported)
def report_row(event: StepReported, event_id: str) -> Iterator[Row]:
    yield StepAct(
        event.change,
        event.step,
        event.plan,
        event.outcome,
        event.reason,
        event.link,
        event.attachment,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


@projects(StepFailureDecided)
def decision_row(event: StepFailureDecided, event_id: str) -> Iterator[Row]:
    yield StepAct(
        event.change,
        event.step,
        event.plan,
        event.decision,
        event.reason,
        None,
        None,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )
