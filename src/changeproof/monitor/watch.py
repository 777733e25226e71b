"""The background worker: judges what comes in, sweeps what is due, sends alerts, does jobs."""

import logging
import threading
import time

from django.db import close_old_connections

from changeproof.alerts.outbox import send_waiting
from changeproof.intake.jobs import do_waiting, resume_interrupted
from changeproof.intake.writer import waiting_to_be_written
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.monitor.judging import QUICK, judge_batch, sweep

logger = logging.getLogger(__name__)

PULSE = 1.0
"""Seconds between looks at the queue: another process may have written to it."""
SWEEP = 30.0
"""Seconds between looks at the clock."""


class Watch:
    """One thread: woken by each commit here, and by its own pulse for everybody else's."""

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin; what an earlier process left is judged first."""
        self._thread.start()

    def wake(self) -> None:
        """Something came."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the batch at hand, then end."""
        self._stopping.set()
        self._woken.set()
        self._thread.join(timeout=60)

    def _run(self) -> None:
        swept = 0.0
        resume_interrupted()
        while not self._stopping.is_set():
            try:
                opened = ledger()
                if time.monotonic() - swept > SWEEP:
                    sweep(opened, now())
                    swept = time.monotonic()
                self._judge(opened)
                send_waiting(opened)
                do_waiting()
            except Exception:
                # The queue keeps what was not judged; the next pulse tries again.
                logger.exception("the watch failed; it tries again")
                close_old_connections()
            self._woken.wait(PULSE)
            self._woken.clear()

    def _judge(self, opened: Ledger) -> None:
        """Judge what waits; while deliveries wait to be written, rest as long as it worked, so
        that an answer never waits for a judgement."""
        while not self._stopping.is_set():
            begun = time.monotonic()
            if not judge_batch(opened, QUICK):
                return
            if waiting_to_be_written():
                self._stopping.wait(2 * (time.monotonic() - begun))
