"""What nobody acknowledged in time is told by the next route, whether or not it had arrived."""

from collections.abc import Mapping, Sequence

from changeproof.alerts.awaited import answered
from changeproof.alerts.models import Awaited, Channel
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import AN_EVENT, enqueue_escalated, routes_as_rules
from changeproof.alerts.routes import Rule, Turn, next_turn
from changeproof.events.acts import AlertEscalated
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger, Recorded, Submission

SOURCE = "alerts"
_MOST = 10_000


def escalate_unanswered(ledger: Ledger, moment: int) -> int:
    """Tell the next route of what is due; how many things nobody had acknowledged. A case that
    somebody took on, or that ended, needs no acknowledgement any more."""
    due = Awaited.objects.filter(escalated_at=None, due_at__lte=moment)
    if not due.exists():  # mostly nothing is: no lock is held to find that out
        return 0
    with ledger.writing():
        rows = list(due.select_related("route").order_by("pk")[:_MOST])
        seen_to = _seen_to(ledger, [row.case_id for row in rows if row.kind == "case"])
        answered(seen_to)
        left = [row for row in rows if row.case_id not in seen_to]
        by_turn = _by_turn(left, routes_as_rules(), moment)
        events = [event for said in by_turn for event in _said(*said, moment)]

        def queue(_recorded: Recorded) -> None:
            for route, turn, some in by_turn:
                if turn is not None:
                    told = [(_notice(row), turn, [*row.tried, row.route_id]) for row in some]
                    enqueue_escalated(told, moment, route)
            keys = [row.pk for row in left]
            Awaited.objects.filter(pk__in=keys).update(escalated_at=moment)

        if events:
            ledger.record([Submission(events, (), SOURCE)], beside=queue)
    return len(left)


def _by_turn(
    rows: Sequence[Awaited], known: Mapping[int, Rule], moment: int
) -> list[tuple[str, Turn | None, list[Awaited]]]:
    """What goes the same way: the route that nobody answered, and whose turn it is now."""
    found: dict[tuple[str, Turn | None], list[Awaited]] = {}
    for row in rows:
        turn = next_turn(row.route_id, row.tried, known, moment)
        found.setdefault((row.route.name, turn), []).append(row)
    return [(route, turn, some) for (route, turn), some in found.items()]


def _said(
    route: str, turn: Turn | None, rows: Sequence[Awaited], moment: int
) -> list[AlertEscalated]:
    cases = list(dict.fromkeys(row.case_id for row in rows))
    channel = Channel.objects.get(pk=turn.channel).name if turn is not None else None
    return [
        AlertEscalated(
            source=SOURCE,
            delivery=sha256_hex(canonical([cases[start], rows[0].pk, moment])),
            occurred_at=moment,
            case=cases[start],
            also=tuple(cases[start + 1 : start + AN_EVENT]),
            route=route[:200],
            channel=channel[:200] if channel else None,
        )
        for start in range(0, len(cases), AN_EVENT)
    ]


def _seen_to(ledger: Ledger, names: Sequence[str]) -> set[str]:
    """Those of these cases that have an owner, or have ended."""
    if not names:
        return set()
    cases = cases_of(ledger.store, ledger.store.by(CaseFile, "case_id", set(names)))
    return {
        case.name
        for case in cases
        if case.ended is not None or (case.owner is not None and case.owner.stated_at >= case.since)
    }


def _notice(row: Awaited) -> Notice:
    kind: str = row.kind
    return Notice(
        kind,  # type: ignore[arg-type]  # only notices are awaited
        row.case_id,
        row.subject,
        row.system,
        row.check_id,
        row.severity,
    )
