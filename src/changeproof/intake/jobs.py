"""Background jobs, on the database: asked for by a click, done by the watch, kept over restarts."""

import logging
from uuid import UUID

from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.turns import ask, source_named
from changeproof.intake.replay import replay
from changeproof.intake.writer import wake
from changeproof.ledger.receipts import QuarantinedDelivery, ReplayedDelivery
from changeproof.ledger.service import Ledger, ledger

logger = logging.getLogger(__name__)

REPLAYED_BY = "replayed by version"


@task()
def replay_quarantined(kind: str, delivery: str) -> int:
    """Read one quarantined delivery again; how many events came of it."""
    try:
        return replay(ledger(), kind, delivery).events
    except Refusal as refusal:
        logger.warning("a replay was refused: %s", refusal.why)
        return 0


@task()
def ask_source(name: str) -> int:
    """Ask a source for what changed, out of turn; how many new events came of it."""
    try:
        found = ask(ledger(), source_named(name))
    except Refusal as refusal:  # its page shows why
        logger.warning("%s was not read: %s", name, refusal.why)
        return 0
    wake()
    return 0 if found is None else found.events


def replay_after_upgrade(opened: Ledger, version: str) -> int:
    """Ask once a version for everything in quarantine to be read again: its translators may
    know more. How many deliveries were asked for."""
    if opened.state(REPLAYED_BY) == version:
        return 0
    done = {(row.kind, row.delivery) for row in opened.store.all(ReplayedDelivery)}
    held = [
        row for row in opened.store.all(QuarantinedDelivery) if (row.kind, row.delivery) not in done
    ]
    with opened.database.transaction():
        for row in held:
            replay_quarantined.enqueue(row.kind, row.delivery)
        opened.set_state(REPLAYED_BY, version)
    return len(held)


def resume_interrupted() -> int:
    """Jobs that a stopped process left half-way are ready again; they may be done twice."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)


def try_again(job: str) -> None:
    """Let a job that failed wait again; its tries are counted on. Raises Refusal."""
    try:
        failed = DBTaskResult.objects.failed().filter(pk=UUID(job))
    except ValueError:
        failed = DBTaskResult.objects.none()
    again = failed.update(
        status=TaskResultStatus.READY, finished_at=None, exception_class_path="", traceback=""
    )
    if not again:
        raise Refusal(
            "Nothing was begun.",
            where=job[:60],
            why="no job of that name failed; it may have been tried again meanwhile",
            cure="Look at the list as it is now.",
        )


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
