"""record(): the one way in. Append, project, derive and queue, in one transaction."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.entry import Entry, parse_entry, seal
from changeproof.events.event import Event, canonical_event, sha256_hex
from changeproof.ledger.activity import STATE as ACTIVITY
from changeproof.ledger.activity import with_entries
from changeproof.ledger.connection import InstanceDatabase
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.instance import Instance, read_instance
from changeproof.ledger.schema import create_tables, drop_tables, schema_digest
from changeproof.ledger.search_words import ask_for_indexing, doubt_everything
from changeproof.ledger.store import Asked, Store
from changeproof.ledger.table import TABLES
from changeproof.log.checkpoints import Checkpoint
from changeproof.log.database import Question
from changeproof.log.keys import load_key
from changeproof.log.storage import Log

BATCH = 1_000
"""Events in one transaction of an import: long enough to be quick, short enough that others
get their turn."""

SCHEMA = "schema"
MOST_FAILURES = 3


HOW_MANY_WAIT = Question("SELECT COUNT(*) FROM unjudged", (), 1)
"""Subjects that wait to be judged."""


def now() -> int:
    """UTC microseconds. Only the edge reads it."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a batch: the new entries, how many of them each submission brought, and how
    many events the log held already."""

    entries: tuple[Entry, ...]
    first_position: int
    brought: tuple[int, ...]
    repeated: int
    subjects: frozenset[str]


class _Undone(Exception):
    """Ends a supposition: its savepoint is rolled back."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Events that belong together, and the texts they address."""

    events: Sequence[Event]
    contents: Sequence[bytes] = ()
    collector: str = "local"
    received_at: int | None = None


class Ledger:
    """An instance's log and evidence. One for each thread that writes."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.database = InstanceDatabase()
        self.log = Log(self.database, load_key(instance.log_key_file), instance.origin)
        self.store = Store(self.database)
        self._evidence = Evidence(self.database)
        self._head: Checkpoint | None = None
        """The tree up to which `_evidence` knows everything. Its root decides, not its size: a
        batch that was rolled back and another writer's may be of one size."""

    def prepare(self, on_progress: Callable[[int, int], None] | None = None) -> bool:
        """Make the evidence tables; rebuild them from the log when their schema is another's.

        True if anything was rebuilt.
        """
        wanted = schema_digest()
        if self.state(SCHEMA) == wanted:
            return False
        self.rebuild(on_progress)
        with self.database.transaction():
            self.set_state(SCHEMA, wanted)
        return self.log.size() > 0

    def record(
        self,
        submissions: Sequence[Submission],
        beside: Callable[[Recorded], None] | None = None,
    ) -> Recorded:
        """Take events in: durable, hashed, projected and queued for judgement when it returns.

        Events that the log holds already are counted and skipped. `beside` writes private state
        in the same transaction. Raises what the database
        raises; then nothing of the batch was taken.
        """
        moment = now()
        sealed = [
            [
                seal(
                    event,
                    received_at=moment if each.received_at is None else each.received_at,
                    collector=each.collector,
                )
                for event in each.events
            ]
            for each in submissions
        ]
        contents = {body for each in submissions for body in each.contents}
        try:
            with self.database.transaction():
                recorded = self._record(sealed, contents)
                if beside is not None:
                    beside(recorded)
                return recorded
        except BaseException:
            self._forget()
            raise

    def _record(self, sealed: Sequence[Sequence[Entry]], contents: Collection[bytes]) -> Recorded:
        self.log.lock()
        self._catch_up()
        known = self.log.known([entry.id for group in sealed for entry in group])
        fresh: dict[str, Entry] = {}
        brought = []
        for group in sealed:
            before = len(fresh)
            for entry in group:
                if entry.id not in known:
                    fresh.setdefault(entry.id, entry)
            brought.append(len(fresh) - before)
        entries = tuple(fresh.values())
        if contents:
            self.log.put_contents(contents)
        first = self.log.append([(entry.id, entry.encoded) for entry in entries])
        subjects = self._evidence.take(entries) if entries else set()
        self.queue(subjects)
        self._judge_again_at(entries, subjects)
        # A comment is judged by no check, and is found all the same.
        said_of = {entry.event.__dict__.get("change") for entry in entries}
        ask_for_indexing(self.database, [name for name in said_of if isinstance(name, str)])
        if entries:
            self.set_state(ACTIVITY, with_entries(self.state(ACTIVITY), entries))
        self._head = self.log.head()
        repeated = sum(map(len, sealed)) - len(entries)
        return Recorded(entries, first, tuple(brought), repeated, frozenset(subjects))

    @property
    def context_version(self) -> tuple[int, int]:
        """Another value whenever the context of checks may have changed; ask it inside `writing`
        or another transaction that holds the lock."""
        self._catch_up()
        return (id(self._evidence), self._evidence.context_version)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction under the writer's lock: what is read in it stands until it ends.

        For acts whose rules or numbers depend on what is on record.
        """
        before = self._head
        try:
            with self.database.transaction():
                self.log.lock()
                yield
        except BaseException:
            if self._head != before:  # a mere refusal leaves the graph as good as it was
                self._forget()
            raise

    def _catch_up(self) -> None:
        """Read anew what another writer may have changed. Under the writer's lock."""
        head = self.log.head()
        if head != self._head:
            self._evidence.forget()
            self._head = head

    def _forget(self) -> None:
        self._evidence.forget()
        self._head = None

    @contextmanager
    def supposing(self, events: Sequence[DeploymentFinished]) -> Iterator[frozenset[str]]:
        """The evidence as it would be after these deployments; gone at the end of the `with`.

        Gives the subjects that it touches. Nothing is appended to the log. A deployment adds no
        commit, so the graph that was read stays good.
        """
        entries = [
            seal(event, received_at=event.occurred_at or 0, collector="supposed")
            for event in events
        ]
        with self.writing():
            self._catch_up()
            try:
                with self.database.transaction():
                    yield frozenset(self._evidence.take(entries))
                    raise _Undone
            except _Undone:
                pass

    def record_events(
        self, events: Iterable[Event], contents: Iterable[bytes] = (), *, collector: str
    ) -> Recorded:
        """One submission, as most callers have it."""
        return self.record([Submission(tuple(events), tuple(contents), collector)])

    @staticmethod
    def ids(events: Iterable[Event]) -> list[str]:
        """The ids under which the log holds these events."""
        return [sha256_hex(canonical_event(event)) for event in events]

    def queue(self, subjects: Iterable[str], *, ahead_by: int = 0) -> None:
        """Ask for these subjects to be judged again. One that waits already waits as long.
        They are judged before what came in within the last `ahead_by` microseconds."""
        since = now() - ahead_by
        self.database.executemany(
            "INSERT INTO unjudged (subject, failures, since) VALUES (?, 0, ?)"
            " ON CONFLICT (subject) DO UPDATE SET failures = 0",
            [(subject, since) for subject in sorted(subjects)],
        )

    def _judge_again_at(self, entries: Sequence[Entry], subjects: Collection[str]) -> None:
        """Keep who is to be judged again when the times of these entries come that are ahead of
        our clock: a forge's clock runs ahead, and what it told of is not seen before."""
        moment = now()
        times = {entry.event.occurred_at for entry in entries} - {None}
        self.database.executemany(
            "INSERT INTO subject_ahead (subject, due_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [
                (subject, at)
                for at in sorted(at for at in times if at is not None and at > moment)
                for subject in sorted(subjects)
            ],
        )

    def queue_ahead(self, as_of: int) -> int:
        """Queue the subjects of which a time told ahead of our clock has come; how many."""
        come = "FROM subject_ahead WHERE due_at <= ?"
        if not self.database.execute(f"SELECT 1 {come} LIMIT 1", (as_of,)):
            return 0  # mostly there is none: no lock is held to find that out
        with self.database.transaction():
            rows = self.database.execute(f"SELECT DISTINCT subject {come}", (as_of,))
            self.queue(str(row[0]) for row in rows)
            self.database.execute(f"DELETE {come}", (as_of,))
        return len(rows)

    def unjudged(self, limit: int) -> list[str]:
        """Subjects that wait to be judged, the longest first; those set aside do not."""
        rows = self.database.execute(
            "SELECT subject FROM unjudged WHERE failures < ?"
            " ORDER BY failures, since, subject LIMIT ?",
            (MOST_FAILURES, limit),
        )
        return [str(row[0]) for row in rows]

    def count_failure(self, subject: str) -> None:
        """Judging this subject raised; after some times it is set aside."""
        with self.database.transaction():
            self.database.execute(
                "UPDATE unjudged SET failures = failures + 1 WHERE subject = ?", (subject,)
            )

    def set_aside(self) -> list[str]:
        """Subjects that no longer wait, because judging them raised again and again."""
        rows = self.database.execute(
            "SELECT subject FROM unjudged WHERE failures >= ? ORDER BY subject", (MOST_FAILURES,)
        )
        return [str(row[0]) for row in rows]

    def waiting(self) -> int:
        """How many subjects wait to be judged."""
        return int(self.database.execute(HOW_MANY_WAIT.sql)[0][0])

    def waiting_since(self) -> int | None:
        """When the subject that waits longest began to; None if none waits, or none is known."""
        since = self.database.execute("SELECT MIN(since) FROM unjudged")[0][0]
        return None if since is None else int(since)

    def take_off_queue(self, subjects: Iterable[str]) -> None:
        """These were judged, in this transaction."""
        self.database.executemany(
            "DELETE FROM unjudged WHERE subject = ?", [(subject,) for subject in subjects]
        )

    def rebuild(self, on_progress: Callable[[int, int], None] | None = None) -> None:
        """Drop every derived table and project the log again, in one transaction."""
        with self.database.transaction():
            self.log.lock()
            drop_tables(self.database)
            self.database.written.update(TABLES)
            create_tables(self.database)
            doubt_everything(self.database)
            self._evidence.forget()
            for done, total, subjects in project_log(self.log, self._evidence):
                self.queue(subjects)
                if on_progress is not None:
                    on_progress(done, total)
        self._head = self.log.head()

    def state(self, name: str) -> str | None:
        """A private word that outlives a process."""
        rows = self.database.execute("SELECT value FROM ledger_state WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_state(self, name: str, value: str) -> None:
        self.database.execute(
            "INSERT INTO ledger_state (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def text(self, digest: str | None) -> str | None:
        """The text that stands under `digest`, if it is still kept."""
        return None if digest is None else self.texts([digest]).get(digest)

    def texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Many texts at once; what is no longer kept is left out."""
        wanted = set(digests)
        known = self._known_texts()
        if missing := wanted - known.keys():
            self._learn_texts(known, self._asked_texts(missing), missing)
        return {each: text for each in wanted if (text := known[each]) is not None}

    def ahead(
        self, *asked: Asked, texts: Iterable[str] = (), also: Iterable[Question] = ()
    ) -> None:
        """Read in one statement what this view will ask for (`Store.ahead`), and these texts."""
        known = self._known_texts()
        missing = set(texts) - known.keys()
        question = self._asked_texts(missing)
        self.store.ahead(*asked, also=[*also, question] if missing else also)
        if missing and self.database.memory is not None:
            self._learn_texts(known, question, missing)

    def _known_texts(self) -> dict[str, str | None]:
        memory = self.database.memory
        return {} if memory is None else memory.setdefault("texts", {})

    def _learn_texts(
        self, known: dict[str, str | None], asked: Question, missing: Iterable[str]
    ) -> None:
        known.update(dict.fromkeys(missing))
        for digest, body in self.database.execute(asked.sql, asked.parameters):
            known[digest] = bytes(body).decode("utf-8", "replace")

    def _asked_texts(self, digests: Collection[str]) -> Question:
        among, values = self.store.among("digest", digests)
        return Question(f"SELECT digest, body FROM log_content WHERE {among}", (values,), 2)


def project_log(log: Log, evidence: Evidence) -> Iterator[tuple[int, int, set[str]]]:
    """Project a whole log in batches: how far, of how many, what each batch touched."""
    total = log.size()
    batch: list[Entry] = []
    for row in log.entries(0, total):
        batch.append(parse_entry(row.entry))
        if len(batch) == BATCH:
            yield row.position + 1, total, evidence.take(batch)
            batch = []
    if batch:
        yield total, total, evidence.take(batch)


_local = threading.local()


def ledger() -> Ledger:
    """This thread's ledger of the instance that the settings name."""
    if not hasattr(_local, "ledger"):
        _local.ledger = Ledger(read_instance(settings.CHANGEPROOF_DATA))
    found: Ledger = _local.ledger
    return found


def forget_ledger() -> None:
    """Let go of this thread's ledger: another instance is opened next (tests, restore)."""
    if hasattr(_local, "ledger"):
        del _local.ledger
