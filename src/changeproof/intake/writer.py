"""One thread that takes deliveries in by groups: an answer comes after the commit.

SQLite has one writer anyway, and a commit costs the same for one delivery and for two hundred:
whatever waits is taken together (DESIGN.md section 5). The queue is bounded, and a full one is
said, never dropped.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import close_old_connections

from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import Taken, take
from changeproof.ledger.service import ledger as this_ledger
from changeproof.sources.delivery import Delivery

logger = logging.getLogger(__name__)

GROUP = 200
GATHERING, GATHERED = 0.002, 0.02
"""Seconds to wait as long as more come in, and at most: who was answered together sends the next
ones together, and a group of thirty costs nearly what one of sixty does."""
WAITING = 5_000
WAITING_BYTES = 256 * 1024 * 1024

_Waiting = tuple[Delivery, "asyncio.Future[Taken]"]
_Told = tuple["asyncio.Future[Taken]", Taken | Exception]


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

    def submit(self, delivery: Delivery) -> "asyncio.Future[Taken]":
        """Queue a delivery, from a coroutine; the future is done when it is durable. Who gives it
        up is not told; the delivery is written all the same. Raises Refusal when full."""
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
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
            if together > 1:
                self._gather()
            group, last = self._group(first)
            together = len(group)
            _tell(self._take(group))
            self._at_hand = None
            with self._counting:
                self._waiting -= len(group)
            try:
                self._on_taken()
            except Exception:  # the next pulse of the monitor sees it; deliveries go on
                logger.exception("nobody could be told of what was taken")
            if last:
                return

    def _gather(self) -> None:
        until, before = time.monotonic() + GATHERED, -1
        while before < self._queue.qsize() < GROUP - 1 and time.monotonic() < until:
            before = self._queue.qsize()
            time.sleep(GATHERING)

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

    def _take(self, group: list[_Waiting]) -> list[_Told]:
        try:
            ledger = this_ledger()
            taken = take(ledger, [delivery for delivery, _ in group], self._collector)
        except Exception:
            logger.exception("a group of %d deliveries failed; each is tried alone", len(group))
            close_old_connections()
            return [(future, self._alone(delivery)) for delivery, future in group]
        return [(future, outcome) for (_, future), outcome in zip(group, taken, strict=True)]

    def _alone(self, delivery: Delivery) -> Taken | Exception:
        try:
            return take(this_ledger(), [delivery], self._collector)[0]
        except Exception as error:  # the sender gets it, and sends again
            logger.exception("a delivery failed")
            return error


def _tell(told: list[_Told]) -> None:
    """Whoever waits, from this thread: each loop is woken once, whatever waits in it."""
    loops: dict[asyncio.AbstractEventLoop, list[_Told]] = {}
    for each in told:
        loops.setdefault(each[0].get_loop(), []).append(each)
    for loop, answers in loops.items():
        with suppress(RuntimeError):  # it has ended, and with it all that waited
            loop.call_soon_threadsafe(_settle, answers)


def _settle(told: list[_Told]) -> None:
    for future, outcome in told:
        if future.done():  # given up
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


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
