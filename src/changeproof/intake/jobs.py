"""Background jobs, on the database: asked for by a click, done by the watch, kept over restarts."""

import logging

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from changeproof.events.refusal import Refusal
from changeproof.intake.replay import replay
from changeproof.ledger.service import ledger

logger = logging.getLogger(__name__)


@task()
def replay_quarantined(kind: str, delivery: str) -> int:
    """Read one quarantined delivery again; how many events came of it."""
    try:
        return replay(ledger(), kind, delivery).events
    except Refusal as refusal:
        logger.warning("a replay was refused: %s", refusal.why)
        return 0


def resume_interrupted() -> int:
    """Jobs that a stopped process left half-way are ready again; they may be done twice."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)


def do_waiting() -> None:
    """Do every job that waits, here and now."""
    if not DBTaskResult.objects.ready().exists():
        return
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="watch",
        excluded_queue_names=[],
    ).run()
