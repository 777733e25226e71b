"""Background jobs, read for their page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext, gettext_noop
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

MOST = 100
_WHAT: Mapping[str, str] = {
    "replay_quarantined": gettext_noop("Read a quarantined delivery again"),
    "ask_source": gettext_noop("Ask a source for what changed"),
    "make_pack": gettext_noop("Make an evidence pack"),
}
_STATES: Mapping[str, str] = {
    TaskResultStatus.READY: "waits",
    TaskResultStatus.RUNNING: "runs",
    TaskResultStatus.SUCCESSFUL: "done",
    TaskResultStatus.FAILED: "failed",
}


@dataclass(frozen=True)
class JobRow:
    """One job. Times are UTC microseconds; `error` names the kind of failure, never its words,
    which may hold an address."""

    name: str
    what: str
    about: str
    state: str
    tries: int
    asked_at: int
    begun_at: int | None
    ended_at: int | None
    error: str = ""

    @property
    def may_be_tried_again(self) -> bool:
        """Whether somebody may ask for it once more."""
        return self.state == "failed"


@dataclass(frozen=True)
class Jobs:
    """The newest, those that failed first; and how many there are in each state."""

    rows: tuple[JobRow, ...]
    counted: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them, shown or not."""
        return sum(self.counted.values())


def read_jobs() -> Jobs:
    """Two queries, however many there are."""
    by_status = DBTaskResult.objects.order_by().values_list("status").annotate(Count("id"))
    found = {str(status): int(number) for status, number in by_status}
    counted = {word: found.get(status, 0) for status, word in _STATES.items()}
    rows = list(DBTaskResult.objects.order_by("-enqueued_at")[:MOST])
    if counted["failed"]:  # none of them is hidden behind newer ones that went well
        failed = DBTaskResult.objects.failed().order_by("-enqueued_at")[:MOST]
        shown = {row.pk for row in rows}
        rows += [row for row in failed if row.pk not in shown]
    rows.sort(key=lambda row: row.status != TaskResultStatus.FAILED)  # within a state as they were
    return Jobs(tuple(_row(each) for each in rows), counted)


def _row(job: "DBTaskResult[..., object]") -> JobRow:
    task = job.task_path.rpartition(".")[2]
    return JobRow(
        name=str(job.pk),
        what=gettext(_WHAT.get(task, task)),
        about=", ".join(str(each) for each in job.args_kwargs.get("args", ()))[:200],
        state=_STATES.get(job.status, job.status),
        tries=len(job.worker_ids),
        asked_at=_microseconds(job.enqueued_at) or 0,
        begun_at=_microseconds(job.started_at),
        ended_at=_microseconds(job.finished_at),
        error=job.exception_class_path.rpartition(".")[2],
    )


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
