"""Many subjects, part by part: one engine computes while the caller reads and keeps others.

An engine's work is SQLite's, which leaves the interpreter free; reading evidence and keeping
findings are ours. So two engines take turns, and two cores have something to do.
"""

import threading
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

from changeproof.checks.judged import Judged
from changeproof.checks.loader import CheckSet
from changeproof.checks.sqlite_engine import BATCH, FEW, LEAST, SqliteEngine
from changeproof.checks.subjects import Subjects
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row


class Pipeline:
    """Engines for the same checks, opened when there is work for them: one for few rows, and
    two that take turns."""

    def __init__(self, checks: CheckSet) -> None:
        self.checks = checks

    @cached_property
    def _engines(self) -> tuple[SqliteEngine, SqliteEngine]:
        return self._first, SqliteEngine(self.checks)

    @cached_property
    def _first(self) -> SqliteEngine:
        return SqliteEngine(self.checks)

    @cached_property
    def _few(self) -> SqliteEngine:
        return SqliteEngine(self.checks, few_rows=True)

    def prepare(self) -> None:
        """Open the engines for one part and have their statements planned, before there is work
        for them."""
        self._few.prepare()
        self._first.prepare()

    def judge(
        self,
        store: Store,
        subjects: Collection[str],
        as_of: int,
        *,
        hypothetical: Iterable[Row] = (),
        context_version: object = None,
    ) -> Iterator[tuple[list[str], Judged]]:
        """Each part of the subjects with what was judged of it.

        `hypothetical` rows are added to the evidence; as long as `context_version` stays, the
        context is not read again. The caller may write findings between two parts: they are no
        evidence.
        """
        named = Subjects.of(subjects)
        extra = list(hypothetical)
        if named.size <= BATCH:
            engine = self._few
            # What is read in vain is read twice.
            many = named.size * LEAST > FEW
            if many or not engine.load(store, named, as_of, extra, context_version):
                engine = self._first
                engine.load(store, named, as_of, extra, context_version)
            engine.compute(as_of)
            yield named.names, engine.result()
            return
        version = object() if context_version is None else context_version
        with ThreadPoolExecutor(1, "compute") as worker:
            before: tuple[Subjects, SqliteEngine, Future[None]] | None = None
            for number, part in enumerate(named.parts(BATCH)):
                engine = self._engines[number % 2]
                engine.load(store, part, as_of, extra, version)
                computed = worker.submit(engine.compute, as_of)
                if before is not None:
                    yield _finished(*before)
                before = (part, engine, computed)
            if before is not None:
                yield _finished(*before)


_opened = threading.local()


def pipeline(checks: CheckSet) -> Pipeline:
    """This thread's pipeline for these checks: opened once, kept."""
    held: Pipeline | None = getattr(_opened, "pipeline", None)
    if held is None or held.checks is not checks:
        held = _opened.pipeline = Pipeline(checks)
    return held


def _finished(
    part: Subjects, engine: SqliteEngine, computed: Future[None]
) -> tuple[list[str], Judged]:
    computed.result()
    return part.names, engine.result()
