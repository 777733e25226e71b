"""Findings once more: each subject judged on the evidence as the log gives it, at its own moment.

When a subject was last judged is known from its row in `subject_judged` alone; that row's own
claims are held against what the log says of it. The results go into the projected ledger's
tables, where they are compared like any others.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from changeproof.ledger.comparison import Cells, rows_in_order
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.moment_seal import SealMoment
from changeproof.ledger.standing import standings
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import ORGANISATION, all_subjects
from changeproof.log.database import Database

BATCH = 500


class Judged(Protocol):
    """What judging gives: the checks' `Judged`, or anything alike."""

    @property
    def findings(self) -> Sequence[Finding]: ...

    @property
    def due(self) -> Mapping[str, int]: ...


JudgeAgain = Callable[[Store, Sequence[str], int], Judged]
"""(evidence, subjects, as of) → their findings: the checks' `judge_with_due`."""


def subjects_that_stand(store: Store) -> set[str]:
    """Everything that checks judge. The organisation stands once anything else does."""
    found = set(all_subjects(store))
    return set() if found == {ORGANISATION} else found


def judged_again(
    database: Database,
    store: Store,
    waiting: Collection[str],
    judge: JudgeAgain,
    seal: SealMoment,
    on_progress: Callable[[str, int, int], None],
) -> None:
    """Fill `finding` and `subject_judged` of the projected ledger in `store`.

    A subject that should have been judged and has no readable row in `database` is judged at the
    latest moment on file: its row and findings then show as missing.
    """
    groups = _moments(rows_in_order(database, SubjectJudged.table), waiting)
    known = {subject for subjects in groups.values() for subject in subjects}
    forgotten = subjects_that_stand(store) - known - set(waiting)
    if forgotten:
        groups.setdefault(max(groups, default=0), []).extend(sorted(forgotten))
    total, done = sum(map(len, groups.values())), 0
    for as_of, subjects in sorted(groups.items()):
        for at in range(0, len(subjects), BATCH):
            batch = subjects[at : at + BATCH]
            judged = judge(store, batch, as_of)
            store.insert(judged.findings)
            store.insert(standings(store, as_of, judged.findings, judged.due, seal))
            done += len(batch)
            on_progress("Findings, judged again", done, total)


def _moments(rows: Iterable[Cells], waiting: Collection[str]) -> dict[int, list[str]]:
    """Subjects by the moment for which they were judged."""
    groups: dict[int, list[str]] = {}
    for subject, as_of, *_ in rows:
        try:
            name = subject.decode() if isinstance(subject, bytes) else ""
        except UnicodeDecodeError:
            continue
        if isinstance(as_of, int) and name and name not in waiting:
            groups.setdefault(as_of, []).append(name)
    return groups
