"""Reconciliation, read for its page."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext

from changeproof.ledger.reconciliation.reconcile import (
    ORDER,
    UNEXPLAINED,
    Leftover,
    retrievals_since,
)
from changeproof.ledger.reconciliation.spans import SIDES, Side
from changeproof.ledger.reconciliation.tallied import (
    FIRST,
    TABLES_READ,
    URGENT,
    Fence,
    Period,
    Tally,
    every_reason,
    leftovers,
    tallied,
)
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import Ledger
from changeproof.ledger.silences import lasting_silences
from changeproof.ledger.store import Store
from changeproof.ledger.systems_known import TABLES_NAMING_SYSTEMS, known_systems
from changeproof.web.counting import count as count_of
from changeproof.web.counting import thousands
from changeproof.web.pages.change_filter import VERDICTS
from changeproof.web.pages.reconciliation_page import (
    Asked,
    BesideRow,
    Group,
    Half,
    LeftoverRow,
    Marks,
    ReconciliationPage,
    RetrievalRow,
    SpanRow,
)
from changeproof.web.readings.changes_reading import reference_of
from changeproof.web.readings.entries import source_name
from changeproof.web.readings.reasons import parted
from changeproof.web.readings.remembered import Remembered
from changeproof.web.states import WORDS, State
from changeproof.web.visibility import Systems, seen_of

LISTED = FIRST
"""Of each urgent verdict, so many are listed; of one asked for, so many more."""
LISTED_ALONE = 1_000
_RECONCILED: Remembered[Fence] = Remembered(16, TABLES_READ)
_PAGES: Remembered[ReconciliationPage] = Remembered(
    16,
    {
        *TABLES_READ,
        *TABLES_NAMING_SYSTEMS,
        *("subject_judged", "silence", "recovery", "retrieval"),
    },
)
"""Entries that put nothing on a side, and judgements that change no finding, recount nothing."""


def read_reconciliation_page(
    held: Ledger, asked: Asked, since: int, until: int, systems: Systems
) -> ReconciliationPage:
    """What the viewer may see of [since, until) (UTC microseconds)."""
    return _PAGES.get(
        held,
        (asked, since, until, systems),
        lambda: _read_page(held, asked, since, until, systems),
    )


def _read_page(
    held: Ledger, asked: Asked, since: int, until: int, systems: Systems
) -> ReconciliationPage:
    known = seen_of(systems, known_systems(held.store))
    wanted = systems
    if asked.system:
        wanted = frozenset({asked.system} & set(known))
    fence = _RECONCILED.get(
        held, (since, until, wanted), lambda: tallied(held.store, Period(since, until, wanted))
    )
    rows, groups, more = _listed(held.store, fence, asked)
    found = retrievals_since(held.store, since) if systems is None else ()
    by_verdict = fence.by_verdict
    spans = tuple(
        SpanRow(
            each.span.label,
            _half(each.span.left, each.left, each.span.left_over),
            _half(each.span.right, each.right, each.span.right_over),
        )
        for each in fence.spans
    )
    changes, origins = _population(held, since, until, wanted)
    return ReconciliationPage(
        asked=asked,
        systems=tuple(known),
        since=since,
        until=until,
        system_count=1 if asked.system else len(known),
        tally=tuple(_state(verdict, number) for verdict, number in by_verdict.items()),
        spans=spans,
        last=spans[-1].right if spans else None,
        rows=rows,
        groups=groups,
        more=more,
        beside=tuple(
            _beside(held.store, fence.period, each.beside.label, each.count)
            for each in fence.beside
        ),
        retrievals=tuple(
            RetrievalRow(
                row.scope,
                row.items,
                row.query,
                row.retrieved_at or None,
                row.row_count,
                _ending(row),
                row.reply,
            )
            for row in sorted(found, key=lambda row: -row.retrieved_at)[:LISTED]
        ),
        unseen_sides=tuple(side.label for side in SIDES if not fence.total_of(side)),
        silent=_silent(held),
        unexplained=by_verdict.get(UNEXPLAINED, 0),
        total=sum(by_verdict.values()),
        changes=changes,
        origins=origins,
        verdicts=VERDICTS,
    )


def _state(verdict: str, number: int | None = None) -> State:
    if verdict == UNEXPLAINED:  # worse than a deviation that somebody can name
        return State("deviation", gettext("Unexplained"), number)
    return State(verdict, gettext(WORDS[verdict]), number)


def _half(side: Side, count: Tally, words: str) -> Half:
    return Half(
        side.label,
        side.act,
        count.total,
        count.matched,
        count.left,
        words,
        tuple(_marks(verdict, number) for verdict, number in count.by_verdict.items()),
    )


def _marks(verdict: str, number: int) -> Marks:
    state = _state(verdict)
    return Marks(state.kind, state.glyph, f"{number:,} {state.text}", number)


def _kinds(fence: Fence) -> tuple[tuple[str, Tally], ...]:
    """Every kind of leftover: what it is in words, and its counts."""
    halves = [
        (f"{_ONE[side.name]} {words}", count)
        for each in fence.spans
        for side, words, count in (
            (each.span.left, each.span.left_over, each.left),
            (each.span.right, each.span.right_over, each.right),
        )
    ]
    beside = [
        (gettext("%(label)s: not on file") % {"label": each.beside.label}, each.count)
        for each in fence.beside
    ]
    return (*halves, *beside)


_ONE = {
    "tickets": "Ticket",
    "pulls": "Pull request",
    "commits": "Commit",
    "builds": "Build",
    "deployments": "Deployment",
    "running": "Running",
}


def _listed(
    store: Store, fence: Fence, asked: Asked
) -> tuple[tuple[LeftoverRow, ...], tuple[Group, ...], int]:
    """What is listed one by one, what in groups, and how many of the listed were left out."""
    rows: list[LeftoverRow] = []
    groups: list[Group] = []
    more = 0
    alone = bool(asked.verdict)
    for verdict in (asked.verdict,) if asked.verdict in ORDER else ORDER:
        number = fence.by_verdict.get(verdict, 0)
        if alone or (verdict in URGENT and number <= LISTED):
            listed = _rows(store, fence, verdict, LISTED_ALONE if alone else LISTED)
            rows += listed
            more += number - len(listed)
        else:
            groups += _groups(store, fence, verdict, asked)
    return tuple(rows), tuple(groups), more


def _rows(store: Store, fence: Fence, verdict: str, most: int) -> list[LeftoverRow]:
    rows: list[LeftoverRow] = []
    for what, count in _kinds(fence):
        if count.by_verdict.get(verdict) and len(rows) < most:
            left = most - len(rows)
            found = count.first.get(verdict, ())[:left]
            if len(found) < min(left, count.by_verdict[verdict]):
                found = leftovers(store, count.items, fence.period, verdict, left)
            rows += [_row(what, row) for row in found]
    return rows


def _groups(store: Store, fence: Fence, verdict: str, asked: Asked) -> list[Group]:
    kinds = [(what, each) for what, each in _kinds(fence) if each.by_verdict.get(verdict)]
    return [
        Group(
            _state(verdict),
            count.by_verdict[verdict],
            what,
            _one_reason(store, count, fence.period, (verdict,)),
            asked.query(verdict=verdict),
        )
        for what, count in sorted(kinds, key=lambda kind: -kind[1].by_verdict[verdict])
    ]


def _one_reason(store: Store, count: Tally, period: Period, verdicts: Iterable[str]) -> str:
    """What all leftovers with these verdicts have as their reason; empty where they differ."""
    told = {_found(why) for verdict in verdicts for why in count.reasons[verdict]}
    if len(told) == 1:  # the two that were read agree: do the others?
        told = {
            _found(why)
            for verdict in verdicts
            for why in every_reason(store, count.items, period, verdict)
        }
    return told.pop() if len(told) == 1 else ""


def _row(what: str, row: Leftover) -> LeftoverRow:
    is_change = row.subject is not None and not row.subject.startswith("system:")
    return LeftoverRow(
        _state(row.verdict),
        what,
        _named(row.item),
        row.system or "",
        row.happened_at,
        _found(row.reason),
        str(row.subject) if is_change else "",
    )


def _named(item: str) -> str:
    """As people speak of it; what is not known by a number keeps its name."""
    _, kind, number = item.rpartition("/deployment/")
    if kind:
        return gettext("deployment %(number)s") % {"number": number}
    place, of_content, content = item.rpartition(" ")
    if of_content and "/" in place:  # what runs: the item within its environment, and its content
        return f"{place.rpartition('/')[2]} {content[:15]}"
    return reference_of(item) or item


def _found(reason: str) -> str:
    """What was found, alone: the change's page has the parts, the why and the cure."""
    what = parted(reason).what
    for parts in (" Tests: ", " Held: "):
        what = what.partition(parts)[0]
    return what


def _ending(row: Retrieval) -> str:
    """How we know that it was all."""
    if row.stated_total is None:
        return f"{row.ending}; {count_of(row.page_count, 'page')}"
    return gettext("%(ending)s; %(stated_total)s stated, %(page_count)s") % {
        "ending": row.ending,
        "stated_total": thousands(row.stated_total),
        "page_count": count_of(row.page_count, "page"),
    }


def _beside(store: Store, period: Period, label: str, count: Tally) -> BesideRow:
    return BesideRow(
        label,
        count.total,
        count.matched,
        count.left,
        tuple(_marks(verdict, number) for verdict, number in count.by_verdict.items()),
        _one_reason(store, count, period, tuple(count.by_verdict)),
    )


def _silent(held: Ledger) -> tuple[str, ...]:
    """The sources that cannot be seen now."""
    return tuple(sorted({source_name(row.scope) for row in lasting_silences(held.store)}))


def _population(
    held: Ledger, since: int, until: int, systems: Systems
) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The changes that were deployed in the period (or opened, if not yet), by origin."""
    rows = held.database.execute(
        "SELECT origin, system, COUNT(*) FROM subject_judged"
        " WHERE verdict IS NOT NULL AND listed_at >= ? AND listed_at < ? GROUP BY origin, system",
        (since, until),
    )
    told: Counter[str] = Counter()
    for origin, system, number in rows:
        if systems is None or system in systems:
            told[str(origin)] += int(number)
    return sum(told.values()), tuple(told.most_common())
