"""One thread that takes deliveries in by groups: an answer comes after the commit.

SQLite has one writer anyway, and a commit costs the same for one delivery and for two hundred:
whatever waits is taken together (DESIGN.md section 5). The queue is bounded, and a full one is
said, never dropped.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from django.db import close_old_connections

from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import Taken, take
from changeproof.ledger.service import ledger as this_ledger
from changeproof.sources.delivery import Delivery

logger = logging.getLogger(__name__)

GROUP = 200
GATHERING = 0.002
"""Seconds to wait for as many as were answered together: they send their next ones together, and
a group of seven costs nearly what one of sixteen does."""
WAITING = 5_000
WAITING_BYTES = 256 * 1024 * 1024

_Waiting = tuple[Delivery, "Future[Taken]"]


class Writer:
    """Takes what is submitted; `on_taken` is called after each commit (to wake the monitor)."""

    def __init__(self, on_taken: Callable[[], None], collector: str = "webhook") -> None:
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(maxsize=WAITING)
        self._bytes = 0
        self._waiting = 0
        self._at_hand: int | None = None
        self._counting = threading.Lock()
        self._on_taken = on_taken
        self._collector = collector
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, delivery: Delivery) -> "Future[Taken]":
        """Queue a delivery; the future is done when it is durable. Raises Refusal when full."""
        future: Future[Taken] = Future()
        size = len(delivery.body)
        with self._counting:
            if self._bytes + size > WAITING_BYTES:
                raise _full(f"{self._bytes:,} bytes wait to be written")
            try:
                self._queue.put_nowait((delivery, future))
            except queue.Full as error:
                raise _full(f"{WAITING:,} deliveries wait to be written") from error
            self._bytes += size
            self._waiting += 1
        return future

    @property
    def waiting(self) -> int:
        """Deliveries that are not durable yet, those at hand among them."""
        return self._waiting

    @property
    def waiting_since(self) -> int | None:
        """When the delivery that waits longest to be durable was received; None if none waits."""
        at_hand = self._at_hand
        if at_hand is not None:
            return at_hand
        with self._queue.mutex:
            first = self._queue.queue[0] if self._queue.queue else None
        return None if first is None else first[0].received_at

    def stop(self) -> None:
        """Take what waits, then end."""
        self._queue.put(None)
        self._thread.join(timeout=60)

    def _run(self) -> None:
        together = 1
        while True:
            first = self._queue.get()
            if first is None:
                return
            self._at_hand = first[0].received_at
            if together > 1 and self._queue.qsize() < together - 1:
                time.sleep(GATHERING)
            group, last = self._group(first)
            together = len(group)
            # Who gave up meanwhile is left out; from here on nobody can give up.
            self._take([each for each in group if each[1].set_running_or_notify_cancel()])
            self._at_hand = None
            with self._counting:
                self._waiting -= len(group)
            try:
                self._on_taken()
            except Exception:  # the next pulse of the monitor sees it; deliveries go on
                logger.exception("nobody could be told of what was taken")
            if last:
                return

    def _group(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True  # the end: nobody asks for room any more
            group.append(following)
        with self._counting:
            self._bytes -= sum(len(delivery.body) for delivery, _ in group)
        return group, False

    def _take(self, group: list[_Waiting]) -> None:
        try:
            ledger = this_ledger()
            taken = take(ledger, [delivery for delivery, _ in group], self._collector)
        except Exception:
            logger.exception("a group of %d deliveries failed; each is tried alone", len(group))
            close_old_connections()
            for delivery, future in group:
                self._alone(delivery, future)
            return
        for (_, future), outcome in zip(group, taken, strict=True):
            future.set_result(outcome)

    def _alone(self, delivery: Delivery, future: "Future[Taken]") -> None:
        try:
            future.set_result(take(this_ledger(), [delivery], self._collector)[0])
        except Exception as error:  # the sender gets it, and sends again
            logger.exception("a delivery failed")
            future.set_exception(error)


def _full(why: str) -> Refusal:
    return Refusal(
        "The delivery was not taken.",
        where="the queue of what came in",
        why=why,
        cure="Send it again in a few seconds.",
    )


_writer: Writer | None = None
_starting = threading.Lock()


def writer() -> Writer:
    """The process's writer; started with the first delivery."""
    global _writer
    with _starting:
        if _writer is None:
            _writer = Writer(on_taken=wake)
        return _writer


def waiting_to_be_written() -> int:
    """Deliveries of this process that are not durable yet."""
    return 0 if _writer is None else _writer.waiting


def oldest_waiting_delivery() -> int | None:
    """When the delivery of this process that waits longest was received, UTC microseconds."""
    return None if _writer is None else _writer.waiting_since


def stop_writer() -> None:
    """Take what waits, then end the thread, if it ever began; a later delivery starts another."""
    global _writer
    with _starting:
        running, _writer = _writer, None
    if running is not None:
        running.stop()


def _nobody() -> None:
    """Nobody waits to judge: a process that only takes in."""


_wake: Callable[[], None] = _nobody


def wake() -> None:
    """Tell whoever judges that something came."""
    _wake()


def when_taken(call: Callable[[], None]) -> None:
    """Call this after each commit (the server's monitor registers itself)."""
    global _wake
    _wake = call
