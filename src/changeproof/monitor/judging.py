"""Drain the queue: judge what a batch touched, keep the findings, and their history.

Reading the evidence, writing the findings and taking the subjects off the queue share one
transaction, so that a crash leaves nothing unjudged and nothing judged on half the evidence.
"""

import logging
from collections.abc import Callable, Iterator, Sequence

from changeproof.alerts.findings import of_cases, of_findings
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue
from changeproof.checks.judge import all_subjects, judge_in_parts
from changeproof.checks.judged import Judged
from changeproof.checks.loader import load_checks
from changeproof.checks.pipeline import pipeline
from changeproof.events.acts import CaseOpened, ChangeJudged
from changeproof.events.cases import CaseReopened
from changeproof.events.event import Event, canonical, sha256_hex
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.moment_seal import sealer_of
from changeproof.ledger.search_words import ask_for_indexing
from changeproof.ledger.service import Ledger, Submission, now
from changeproof.ledger.standing import standings
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.log.database import Database
from changeproof.monitor.cases import attend
from changeproof.monitor.causes import BAD
from changeproof.monitor.recovering import end_recovered
from changeproof.monitor.reverting import end_reverted

logger = logging.getLogger(__name__)

SOURCE = "monitor"
_CHECKS = "checks judged with"
QUICK = 30
"""Subjects a batch while others wait to write: the lock is held for a few hundredths."""
_ALIKE = 100
"""Subjects that one event names at most."""
_HEAD_START = 10_000_000
"""Microseconds: what falls due is an alert more often than what merely came in."""
THOROUGH = 4000
"""Subjects a batch where nobody waits (an import, a command)."""


def prepare_to_judge() -> None:
    """Get this thread's engine ready, so that no lock is held while that is done."""
    pipeline(load_checks()).prepare()


def judge_waiting(
    ledger: Ledger,
    batch: int = THOROUGH,
    on_progress: Callable[[int, int], None] | None = None,
    as_of: Callable[[], int] = now,
) -> int:
    """Judge until nothing waits; how many subjects were judged. Safe to interrupt."""
    judged = 0
    while True:
        count = judge_some(ledger, batch, as_of)
        if not count:
            return judged
        judged += count
        if on_progress is not None:
            on_progress(judged, judged + ledger.waiting())


def judge_some(ledger: Ledger, batch: int, as_of: Callable[[], int] = now) -> int:
    """Judge a batch; where that raises, each of its subjects alone, so that one on which a check
    fails holds up no other. How many were looked at."""
    try:
        return judge_batch(ledger, batch, as_of)
    except Exception:
        logger.exception("a batch was not judged; each of its subjects is tried alone")
    subjects = ledger.unjudged(batch)
    for subject in subjects:
        try:
            judge_batch(ledger, batch, as_of, only=[subject])
        except Exception:
            logger.exception("one subject was not judged")
            ledger.count_failure(subject)
    return len(subjects)


def judge_batch(
    ledger: Ledger,
    batch: int,
    as_of: Callable[[], int] = now,
    only: Sequence[str] | None = None,
) -> int:
    """Judge up to `batch` of the subjects that wait, or these alone, in one transaction."""
    with ledger.database.transaction():
        ledger.log.lock()
        subjects = ledger.unjudged(batch) if only is None else list(only)
        if not subjects:
            return 0
        moment = as_of()
        parts = judge_in_parts(
            ledger.store, subjects, moment, context_version=ledger.context_version
        )
        events: list[Event] = []
        findings: list[Finding] = []
        relapsed: set[str] = set()
        found: list[Notice] = []
        for names, judged in parts:
            changed, worse = _keep(ledger, names, judged, moment)
            events += _history(ledger, changed, judged, moment)
            findings += judged.findings
            relapsed |= worse
            found += of_findings(ledger.store, changed)
        reverted = end_reverted(ledger, moment)
        undone = {each.case for each in reverted}
        of_case = [
            # That it is owed a look back since it was taken out brings it back to nobody.
            *(
                each
                for each in attend(ledger, findings, relapsed, moment)
                if not (isinstance(each, CaseReopened) and each.case in undone)
            ),
            *reverted,
            *end_recovered(ledger, findings, moment),
        ]
        cases = [each for each in of_case if isinstance(each, CaseOpened | CaseReopened)]
        events += of_case
        # What these events touch in turn waits for the next round: the organisation answers for
        # the cases that were opened just now.
        ledger.take_off_queue(subjects)
        changes = [subject for subject in subjects if kind_of_subject(subject) == "change"]
        ask_for_indexing(ledger.database, changes)
        if cases or found:
            enqueue([*of_cases(ledger.store, cases), *found], moment)
        if events:
            ledger.record([Submission(events, (), SOURCE, moment)])
        return len(subjects)


def queue_under_other_checks(ledger: Ledger) -> int:
    """Queue everything where the checks are not those with which it was judged: after an upgrade,
    or when the company changed its own. How many subjects; 0 where they are the same."""
    if is_judged_with_these(ledger):
        return 0
    with ledger.database.transaction():
        subjects = all_subjects(ledger.store) if ledger.log.size() else []
        ledger.queue(subjects)
        ledger.set_state(_CHECKS, load_checks().digest)
    return len(subjects)


def is_judged_with_these(ledger: Ledger) -> bool:
    """Whether what stands was judged, or is queued to be, with the checks as they are now."""
    return ledger.state(_CHECKS) == load_checks().digest


def sweep(ledger: Ledger, as_of: int) -> int:
    """Queue the subjects whose findings time alone may have changed; how many."""
    ahead = ledger.queue_ahead(as_of)
    subjects = due_by_time(ledger.database, as_of)
    if subjects:  # mostly nothing is: no lock is held to find that out
        with ledger.database.transaction():
            ledger.queue(subjects, ahead_by=_HEAD_START)
    return ahead + len(subjects)


def due_by_time(database: Database, as_of: int) -> list[str]:
    """The subjects that were judged before a moment from which time alone may change a finding,
    where that moment has come."""
    rows = database.execute(
        "SELECT subject FROM subject_judged WHERE due_at IS NOT NULL"
        " AND due_at <= ? AND as_of < due_at",
        (as_of,),
    )
    return [str(row[0]) for row in rows]


def _keep(
    ledger: Ledger, subjects: Sequence[str], judged: Judged, moment: int
) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Store findings; the verdicts that differ from those before, by subject and check, and the
    subjects of which one became bad that was known not to be."""
    before = {
        (row.subject, row.check_id): row for row in ledger.store.by(Finding, "subject", subjects)
    }
    changed: dict[str, dict[str, str]] = {}
    relapsed: set[str] = set()
    for row in judged.findings:
        held = before.get((row.subject, row.check_id)) if before else None
        if held is None or (held.verdict, held.basis) != (row.verdict, row.basis):
            said = changed.get(row.subject)
            if said is None:
                said = changed[row.subject] = {}
            said[row.check_id] = f"{row.verdict}/{row.basis}"
            if held is not None and row.verdict in BAD and held.verdict not in BAD:
                relapsed.add(row.subject)
    ledger.store.replace_known(Finding, list(before.values()), judged.findings)
    ledger.store.replace(
        SubjectJudged,
        "subject",
        subjects,
        standings(ledger.store, moment, judged.findings, judged.due, sealer_of(ledger.instance)),
    )
    return changed, relapsed


def _history(
    ledger: Ledger,
    changed: dict[str, dict[str, str]],
    judged: Judged,
    moment: int,
) -> Iterator[ChangeJudged]:
    size, checks = ledger.log.size(), load_checks().digest
    alike: dict[tuple[int, frozenset[tuple[str, str]]], list[str]] = {}
    for subject in sorted(changed):
        said = (judged.policy_versions.get(subject, 0), frozenset(changed[subject].items()))
        alike.setdefault(said, []).append(subject)
    for (policy_version, verdicts), subjects in alike.items():
        for start in range(0, len(subjects), _ALIKE):
            some = tuple(subjects[start : start + _ALIKE])
            yield ChangeJudged(
                source=SOURCE,
                delivery=sha256_hex(canonical([some, moment, size, sorted(verdicts)])),
                occurred_at=moment,
                subjects=some,
                verdicts=dict(sorted(verdicts)),
                policy_version=policy_version,
                checks=checks,
                log_size=size,
            )
