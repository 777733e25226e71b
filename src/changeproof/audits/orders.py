"""Packs asked for on the page: put in a queue, made by the watch, kept for their download.

A pack that a stopped process left half-way is begun again. The file appears once it is whole, so a
file whose digest is on record was issued, and is not issued a second time.
"""

import logging
import time
import uuid
from pathlib import Path

from django.db import transaction

from changeproof.audits.issue import issue_pack
from changeproof.audits.models import PackOrder
from changeproof.events.refusal import Refusal
from changeproof.ledger.judgements import PackIssue
from changeproof.ledger.service import Ledger, now
from changeproof.log.sealed_archive import BadSeal, read_seal
from changeproof.verifier.pack_format import KIND

logger = logging.getLogger(__name__)

KEPT = 10
"""Orders whose files are kept; an older pack is made again."""
_BETWEEN_TOLD = 0.5
"""Seconds between two notes of progress: each is a write to the database."""


def order_pack(ledger: Ledger, period_from: int, period_until: int, actor: str) -> PackOrder:
    """Ask for a pack; one that is being made of the same period is not asked for twice.

    Raises Refusal where the period is none.
    """
    if period_from >= period_until:
        raise Refusal(
            "The pack was not made.",
            where="period",
            why="it ends before it begins",
            cure="Give the earlier day first.",
        )
    period = {"period_from": period_from, "period_until": period_until}
    with transaction.atomic():
        under_way = PackOrder.objects.filter(state__in=("waiting", "working"), **period).first()
        if under_way is not None:
            return under_way
        order = PackOrder.objects.create(
            order=uuid.uuid4().hex, asked_by=actor, asked_at=now(), **period
        )
        _enqueue(order.order)
    _let_go(ledger)
    return order


def order_again(name: str) -> None:
    """Try a failed order, or one whose file is gone, once more. Raises Refusal for an unknown."""
    with transaction.atomic():
        found = PackOrder.objects.filter(order=name).exclude(state__in=("waiting", "working"))
        if not found.update(state="waiting", why="", cure="", doing="", done=0, total=0):
            raise Refusal(
                "The pack was not made.",
                where="order",
                why="there is none of this name that waits for another try",
                cure="Ask for the period again.",
            )
        _enqueue(name)


def fulfil(ledger: Ledger, name: str) -> None:
    """Make the pack of an order. What goes wrong is kept with the order, for who asked."""
    order = PackOrder.objects.filter(order=name).first()
    if order is None:
        return
    file = file_of(ledger, name)
    if _is_on_record(ledger, file):
        _now(name, state="ready")
        return
    _now(name, state="working", doing="", done=0, total=0)
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        for cut_off in file.parent.glob(f".{file.name}.*"):
            cut_off.unlink(missing_ok=True)
        made = issue_pack(
            ledger,
            order.period_from,
            order.period_until,
            file,
            _Telling(name),
            actor=order.asked_by,
        )
    except Refusal as refusal:
        _now(name, state="failed", why=f"{refusal.where}: {refusal.why}", cure=refusal.cure)
    except Exception:
        # Whoever asked must not wait for ever; what it was is in the server's own log.
        logger.exception("a pack could not be made")
        why = "the server met an error that it did not foresee, and wrote it to its own log"
        cure = "Run changeproof verify and changeproof doctor, then try again."
        _now(name, state="failed", why=why, cure=cure)
    else:
        _now(name, state="ready", interim=made.interim)


def file_of(ledger: Ledger, name: str) -> Path:
    """Where an order's pack is kept."""
    return ledger.instance.directory / "packs" / f"{name}.zip"


class _Telling:
    """Notes progress with the order, now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told = 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        moment = time.monotonic()
        if moment - self._told >= _BETWEEN_TOLD:
            self._told = moment
            _now(self._name, doing=doing, done=done, total=total)


def _now(name: str, **values: object) -> None:
    PackOrder.objects.filter(order=name).update(**values)


def _enqueue(name: str) -> None:
    from changeproof.audits.jobs import make_pack  # the job calls `fulfil`

    make_pack.enqueue(name)


def _is_on_record(ledger: Ledger, file: Path) -> bool:
    """Whether the file is a whole pack that the log says was issued."""
    try:
        with file.open("rb") as stream:
            seal, _ = read_seal(stream, KIND)
    except (OSError, BadSeal):
        return False
    return bool(ledger.store.by(PackIssue, "digest", [seal.sha256]))


def _let_go(ledger: Ledger) -> None:
    """Forget orders beyond those that are kept, with their files."""
    old = PackOrder.objects.exclude(state__in=("waiting", "working")).order_by("-asked_at")[KEPT:]
    for order in old:
        file_of(ledger, order.order).unlink(missing_ok=True)
        order.delete()
