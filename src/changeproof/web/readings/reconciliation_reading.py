"""Reconciliation, read for its page."""

from collections import Counter
from collections.abc import Iterable, Sequence

from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.reconciliation.described import standing_findings
from changeproof.ledger.reconciliation.reconcile import (
    ORDER,
    UNEXPLAINED,
    Count,
    Leftover,
    Reconciliation,
    reconcile,
)
from changeproof.ledger.reconciliation.spans import SIDES, Side
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems
from changeproof.web.counting import count as count_of
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

LISTED = 40
"""Of each urgent verdict, so many are listed; of one asked for, so many more."""
LISTED_ALONE = 1_000
_RECONCILED: Remembered[Reconciliation] = Remembered(2)  # leftovers of a whole period are many
_PAGES: Remembered[ReconciliationPage] = Remembered(16)
_URGENT = (UNEXPLAINED, "deviation", "not_verifiable")


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
    found = _RECONCILED.get(
        held,
        (since, until, wanted, systems is None),
        lambda: reconcile(
            held.store,
            standing_findings(held.store),
            since,
            until,
            wanted,
            with_retrievals=systems is None,
        ),
    )
    kinds = _kinds(found)
    rows, groups, more = _listed(kinds, asked)
    spans = tuple(
        SpanRow(
            each.span.label,
            _half(each.span.left, each.left, each.span.left_over),
            _half(each.span.right, each.right, each.span.right_over),
        )
        for each in found.spans
    )
    changes, origins = _population(held, since, until, wanted)
    return ReconciliationPage(
        asked=asked,
        systems=tuple(known),
        since=since,
        until=until,
        system_count=1 if asked.system else len(known),
        tally=tuple(_state(verdict, number) for verdict, number in found.by_verdict.items()),
        spans=spans,
        last=spans[-1].right if spans else None,
        rows=rows,
        groups=groups,
        more=more,
        beside=tuple(_beside(each.beside.label, each.count) for each in found.beside),
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
            for row in sorted(found.retrievals, key=lambda row: -row.retrieved_at)[:LISTED]
        ),
        unseen_sides=tuple(side.label for side in SIDES if not found.total_of(side)),
        silent=_silent(held),
        unexplained=found.unexplained,
        total=sum(found.by_verdict.values()),
        changes=changes,
        origins=origins,
        verdicts=VERDICTS,
    )


def _state(verdict: str, number: int | None = None) -> State:
    if verdict == UNEXPLAINED:  # worse than a deviation that somebody can name
        return State("deviation", "Unexplained", number)
    return State(verdict, WORDS[verdict], number)


def _half(side: Side, count: Count, words: str) -> Half:
    return Half(
        side.label,
        side.act,
        count.total,
        count.matched,
        len(count.leftovers),
        words,
        tuple(_marks(verdict, number) for verdict, number in count.by_verdict.items()),
    )


def _marks(verdict: str, number: int) -> Marks:
    state = _state(verdict)
    return Marks(state.kind, state.glyph, f"{number:,} {state.text}", number)


def _kinds(found: Reconciliation) -> list[tuple[str, Leftover]]:
    """Every leftover with what it is, in words."""
    told: list[tuple[str, Leftover]] = []
    for each in found.spans:
        for side, words, count in (
            (each.span.left, each.span.left_over, each.left),
            (each.span.right, each.span.right_over, each.right),
        ):
            one = _ONE[side.name]
            told += [(f"{one} {words}", row) for row in count.leftovers]
    for other in found.beside:
        told += [(f"{other.beside.label}: not on file", row) for row in other.count.leftovers]
    return told


_ONE = {
    "tickets": "Ticket",
    "pulls": "Pull request",
    "commits": "Commit",
    "builds": "Build",
    "deployments": "Deployment",
    "running": "Running",
}


def _listed(
    kinds: Sequence[tuple[str, Leftover]], asked: Asked
) -> tuple[tuple[LeftoverRow, ...], tuple[Group, ...], int]:
    """What is listed one by one, what in groups, and how many of the listed were left out."""
    by_verdict: dict[str, list[tuple[str, Leftover]]] = {verdict: [] for verdict in ORDER}
    for what, row in kinds:
        by_verdict[row.verdict].append((what, row))
    rows: list[LeftoverRow] = []
    groups: list[Group] = []
    more = 0
    shown = (asked.verdict,) if asked.verdict in ORDER else ORDER
    for verdict in shown:
        found = by_verdict[verdict]
        alone = bool(asked.verdict)
        if alone or (verdict in _URGENT and len(found) <= LISTED):
            most = LISTED_ALONE if alone else LISTED
            rows += [_row(what, row) for what, row in found[:most]]
            more += max(0, len(found) - most)
        else:
            groups += _groups(verdict, found, asked)
    return tuple(rows), tuple(groups), more


def _groups(verdict: str, found: Iterable[tuple[str, Leftover]], asked: Asked) -> list[Group]:
    numbers: Counter[str] = Counter()
    reasons: dict[str, set[str]] = {}
    for what, row in found:
        numbers[what] += 1
        reasons.setdefault(what, set()).add(_found(row.reason))
    return [
        Group(
            _state(verdict),
            number,
            what,
            next(iter(reasons[what])) if len(reasons[what]) == 1 else "",
            asked.query(verdict=verdict),
        )
        for what, number in numbers.most_common()
    ]


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
        return f"deployment {number}"
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
    return f"{row.ending}; {row.stated_total:,} stated, {count_of(row.page_count, 'page')}"


def _beside(label: str, count: Count) -> BesideRow:
    reasons = {_found(row.reason) for row in count.leftovers}
    return BesideRow(
        label,
        count.total,
        count.matched,
        len(count.leftovers),
        tuple(_marks(verdict, number) for verdict, number in count.by_verdict.items()),
        reasons.pop() if len(reasons) == 1 else "",
    )


def _silent(held: Ledger) -> tuple[str, ...]:
    """The sources that cannot be seen now."""
    ended = {(row.scope, row.silent_from) for row in held.store.all(Recovery)}
    return tuple(
        sorted(
            {
                source_name(row.scope)
                for row in held.store.all(Silence)
                if (row.scope, row.silent_from) not in ended
            }
        )
    )


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
