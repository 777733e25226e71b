"""Which changes belong to a period: those first deployed to production in it.

The query is one more view over the checks' own views, so a change is in the population by the
very deployment that checks judge. The auditor reads it as it ran, with the period written in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from changeproof.checks.judge import all_subjects
from changeproof.checks.loader import CheckSet
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.ledger.joined import Finding
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.verifier.checks_as_run import POPULATION, population_view
from changeproof.verifier.tabular import utc

BATCH = 2_000

_QUERY = """/*
view: >
  Which changes were first deployed to production from {from_text} until before {until_text}?
  Those of which no time is known belong to no period and are listed with them, without a time.
*/
SELECT c.change_id, c.system, c.origin, c.kind, c.risk, c.title, MIN(w.deployed_at) AS deployed_at
FROM change AS c
JOIN implementation AS i ON i.change_id = c.change_id
JOIN deployed_work AS w ON w.implementation = i.implementation
GROUP BY c.change_id, c.system, c.origin, c.kind, c.risk, c.title
HAVING MIN(w.deployed_at) IS NULL
  OR (MIN(w.deployed_at) >= {period_from} AND MIN(w.deployed_at) < {period_until})
"""


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A change of the population. Without `deployed_at` it belongs to no period."""

    change: str
    system: str
    origin: str
    kind: str
    risk: str | None
    title: str | None
    deployed_at: int | None


def population_query(period_from: int, period_until: int) -> str:
    """The query's text as it runs for this period (times in UTC microseconds)."""
    return _QUERY.format(
        from_text=utc(period_from),
        until_text=utc(period_until),
        period_from=period_from,
        period_until=period_until,
    )


def find_population(
    store: Store,
    query: str,
    checks: CheckSet,
    as_of: int,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> list[Member]:
    """Run the query over all changes, in batches; sorted by change. Raises BadSeal for bad SQL."""
    engine = SqliteEngine(population_view(query, checks))
    changes = [each for each in all_subjects(store, as_of) if _is_change(each)]
    version, found = object(), set[Member]()
    for at in range(0, len(changes), BATCH):
        batch = changes[at : at + BATCH]
        engine.judge(store, batch, as_of, context_version=version)
        found |= {Member(*row) for row in engine.table(POPULATION)}
        if on_progress is not None:
            on_progress("Population", at + len(batch), len(changes))
    return sorted(found, key=lambda member: member.change)


def judge_population(
    store: Store,
    population: list[Member],
    checks: CheckSet,
    as_of: int,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> list[Finding]:
    """Findings on these changes, on the systems on record and on the organisation, sorted."""
    subjects = [member.change for member in population]
    subjects += [each for each in all_subjects(store, as_of) if not _is_change(each)]
    return judge_these(store, subjects, checks, as_of, on_progress)


def judge_these(
    store: Store,
    subjects: Sequence[str],
    checks: CheckSet,
    as_of: int,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> list[Finding]:
    """Findings on these subjects, sorted."""
    engine = SqliteEngine(checks)
    version, found = object(), list[Finding]()
    for at in range(0, len(subjects), BATCH):
        batch = subjects[at : at + BATCH]
        found += engine.judge(store, batch, as_of, context_version=version).findings
        if on_progress is not None:
            on_progress("Findings", at + len(batch), len(subjects))
    return sorted(found, key=lambda finding: (finding.subject, finding.check_id))


def _is_change(subject: str) -> bool:
    return kind_of_subject(subject) == "change"
