"""A story goes in as payloads and comes out as findings: in memory in any order, and for real."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from changeproof.checks.judge import all_subjects, judge
from changeproof.events.entry import Entry, seal
from changeproof.events.event import Event
from changeproof.intake.deliveries import take
from changeproof.intake.git import import_git
from changeproof.ledger.changes_read import verdict_of
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.schema import create_tables
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.log.database import MemoryDatabase
from changeproof.monitor.judging import judge_waiting
from changeproof.policy.parameters import initial_policy_event
from changeproof.sources.delivery import Delivery, Pseudonyms
from changeproof.sources.git import read_history
from changeproof.sources.translate import translate
from tests.hard_cases.forge import RECEIVED, at
from tests.support.django_instance import PSEUDONYM_KEY

KEY = Pseudonyms(bytes.fromhex(PSEUDONYM_KEY))
POLICY, POLICY_TEXT = initial_policy_event("standard")
NEXT_MONTH = at(60 * 24 * 30)


@dataclass(frozen=True)
class Clone:
    """A repository that somebody imports; without `production` its default branch is."""

    path: Path
    system: str = "example/shop"
    production: str | None = None


Item = Delivery | Event | Clone


@dataclass(frozen=True)
class Findings:
    """What the checks say, by change and check."""

    rows: tuple[Finding, ...]
    changes: dict[str, Change]
    store: Store = field(compare=False, repr=False)

    def __getitem__(self, key: tuple[str, str]) -> Finding:
        subject, check = key
        found = [
            row
            for row in self.rows
            if row.subject == subject and row.check_id.rpartition("/")[2].startswith(check)
        ]
        assert found, f"no finding of {check} on {subject}; there are {sorted(self.changes)}"
        return found[0]

    def verdict(self, subject: str, check: str) -> str:
        return self[subject, check].verdict

    def of(self, subject: str) -> str:
        """The change's verdict: its most urgent one."""
        return verdict_of([row for row in self.rows if row.subject == subject])

    def deviating(self, check: str) -> set[str]:
        """The changes on which a check found a deviation."""
        return {
            row.subject
            for row in self.rows
            if row.verdict == "deviation" and row.check_id.rpartition("/")[2].startswith(check)
        }

    def said(self) -> list[tuple[str, str, str, str, str]]:
        """All that must not depend on order."""
        return [
            (row.subject, row.check_id, row.verdict, row.basis, row.reason) for row in self.rows
        ]


def in_memory(
    items: Iterable[Item], as_of: int = NEXT_MONTH, groups: random.Random | None = None
) -> Findings:
    """Take the items in, each by itself or in groups by chance, and judge everything."""
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    group: list[Entry] = []
    for item in (POLICY, *items):
        received = item.received_at if isinstance(item, Delivery) else RECEIVED
        if isinstance(item, Clone):
            received = NEXT_MONTH  # read after everything in it happened
        group += [seal(one, received_at=received, collector="test") for one in events_of(item)]
        if groups is None or groups.random() < 0.2:
            evidence.take(group)
            group = []
    evidence.take(group)
    store = evidence.store
    rows = judge(store, all_subjects(store, as_of), as_of)
    changes = {row.change_id: row for row in store.all(Change)}
    return Findings(tuple(rows), changes, store)


def events_of(item: Item) -> tuple[Event, ...]:
    """What an item says."""
    if isinstance(item, Delivery):
        return translate(item, KEY).events
    if isinstance(item, Clone):
        history = read_history(item.path, item.system, KEY, item.production)
        return tuple(event for event, _ in history)
    return (item,)


def orders(items: Sequence[Item]) -> list[list[Item]]:
    """Reversed, and everything twice and shuffled."""
    doubled = [*items, *items]
    random.Random(7).shuffle(doubled)
    return [list(reversed(items)), doubled]


def in_any_order(items: Sequence[Item], as_of: int = NEXT_MONTH) -> Findings:
    """The findings in order; demands the same ones in every other order (hard case 18)."""
    first = in_memory(items, as_of)
    for other in orders(items):
        assert in_memory(other, as_of).said() == first.said()
    return first


def on_instance(ledger: Ledger, items: Sequence[Item], as_of: int = NEXT_MONTH) -> Findings:
    """Take the items in as a server takes a group, let the monitor judge, read what it kept."""
    if not ledger.log.size():
        ledger.record_events([POLICY], [POLICY_TEXT], collector="test")
    deliveries = [item for item in items if isinstance(item, Delivery)]
    for taken in take(ledger, deliveries, "webhook"):
        assert taken.outcome in ("translated", "ignored"), taken.reason
    for item in items:
        if isinstance(item, Clone):
            import_git(ledger, str(item.path), item.system, item.production)
    told = [item for item in items if isinstance(item, Event)]
    ledger.record_events(told, collector="test")
    judge_waiting(ledger, as_of=lambda: as_of)
    store = ledger.store
    rows = sorted(store.all(Finding), key=lambda row: (row.subject, row.check_id))
    return Findings(tuple(rows), {row.change_id: row for row in store.all(Change)}, store)
