"""The background worker: judges what comes in, sweeps what is due, sends alerts, does jobs, looks
into the watched folder."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections

from changeproof.alerts.health import tell_of_dead_paths, test_due_channels
from changeproof.alerts.outbox import send_waiting
from changeproof.alerts.persons import send_to_persons, sweep_persons
from changeproof.alerts.quarantine import tell_of_quarantine
from changeproof.alerts.unanswered import escalate_unanswered
from changeproof.intake.clients.turns import ask_due
from changeproof.intake.folder import WatchedFolder
from changeproof.intake.jobs import do_waiting, resume_interrupted
from changeproof.intake.writer import waiting_to_be_written
from changeproof.ledger.search_index import index_some
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.monitor.context_due import sweep_context
from changeproof.monitor.escalating import escalate_late
from changeproof.monitor.falling_due import tell_of_falling_due
from changeproof.monitor.judging import QUICK, judge_some, prepare_to_judge, sweep
from changeproof.monitor.patch_requests import request_patches
from changeproof.monitor.remedies import tie_remedies
from changeproof.monitor.settings_seen import observe_settings
from changeproof.monitor.weekly import tell_of_the_week

logger = logging.getLogger(__name__)

PULSE = 1.0
"""Seconds between looks at the queue: another process may have written to it."""
RESTS = 4
"""How much longer than it worked the judge rests while deliveries wait."""
JUDGE_PULSE = 0.5
"""The same for the judge, which also looks whether a settling time has passed: somebody is to hear
of what nothing explains within two seconds of it."""
SWEEP = 30.0
"""Seconds between looks for what falls due by the day, or came into force."""


class Watch:
    """One thread each: one judges, one sends alerts, one does jobs, one asks sources, one looks
    into the watched folder if there is one; all but the first may take minutes. Woken by each
    commit here, and by their own pulse for everybody else's."""

    def __init__(self, folder: WatchedFolder | None = None) -> None:
        self._folder = folder
        self._woken = threading.Event()
        self._to_tell = threading.Event()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._pulse, args=(name, work, rest), name=name, daemon=True)
            for name, work, rest in (
                ("judge", self._judge_and_sweep, self._rest_until_woken),
                ("alerts", self._tell, self._rest_until_told),
                ("jobs", self._do_jobs, self._rest),
                ("clients", self._ask_sources, self._rest),
                *((("folder", self._look_into_folder, self._rest),) if folder else ()),
            )
        ]
        self._swept = 0.0
        self._asked_who = 0.0
        self._prepared = False

    def start(self) -> None:
        """Begin; what an earlier process left is done first."""
        resume_interrupted()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something came."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the batch at hand, then end."""
        self._stopping.set()
        self._woken.set()
        self._to_tell.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _pulse(self, name: str, work: Callable[[Ledger], None], rest: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                work(ledger())
            except Exception:
                # What waits stays where it is; the next pulse tries again.
                logger.exception("%s failed; it tries again", name)
                close_old_connections()
            rest()

    def _rest(self) -> None:
        self._stopping.wait(PULSE)

    def _rest_until_woken(self) -> None:
        self._woken.wait(JUDGE_PULSE)
        self._woken.clear()

    def _rest_until_told(self) -> None:
        """Until the judge queued something, which has then been committed."""
        self._to_tell.wait(PULSE)
        self._to_tell.clear()

    def _judge_and_sweep(self, opened: Ledger) -> None:
        if not self._prepared:
            prepare_to_judge()
            self._prepared = True
        sweep(opened, now())
        if time.monotonic() - self._swept > SWEEP:
            sweep_context(opened, now())
            tie_remedies(opened)
            request_patches(opened, now())
            observe_settings(opened, now())
            tell_of_quarantine(opened, now())
            tell_of_falling_due(opened, now())
            tell_of_the_week(opened, now())
            escalate_late(opened, now())
            self._swept = time.monotonic()
        self._judge(opened)

    def _tell(self, opened: Ledger) -> None:
        """Send what is due; now and then look what waits for whom, and whether alerts arrive."""
        if time.monotonic() - self._asked_who > SWEEP:
            sweep_persons(opened, now())
            test_due_channels(opened, now())
            tell_of_dead_paths(opened, now())
            self._asked_who = time.monotonic()
        escalate_unanswered(opened, now())
        send_waiting(opened)
        send_to_persons(opened)

    def _do_jobs(self, _opened: Ledger) -> None:
        do_waiting()

    def _ask_sources(self, opened: Ledger) -> None:
        """What may take minutes: in the way of nothing else."""
        if ask_due(opened, self._stopping):
            self.wake()

    def _look_into_folder(self, opened: Ledger) -> None:
        if self._folder is not None and self._folder.look(opened):
            self.wake()

    def _judge(self, opened: Ledger) -> None:
        """Judge what waits, then index it for the search; while deliveries wait to be written,
        rest for longer than it worked, so that an answer seldom waits for a judgement. What falls
        due meanwhile does not wait for the last of a long queue."""
        swept = time.monotonic()
        while not self._stopping.is_set():
            begun = time.monotonic()
            if begun - swept > JUDGE_PULSE:
                sweep(opened, now())
                swept = begun
            if judge_some(opened, QUICK):
                self._to_tell.set()
            elif not index_some(opened, QUICK):
                return
            if waiting_to_be_written():
                self._stopping.wait(RESTS * (time.monotonic() - begun))
