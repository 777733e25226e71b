"""The list of changes: one page of it, by the row in which each change stands."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext

from changeproof.accounts.seats import Sight
from changeproof.events.forges import is_pull
from changeproof.ledger.changes_found import within_spans
from changeproof.ledger.changes_read import URGENCY
from changeproof.ledger.joined import Change, ChangeAlias, Finding, SubjectJudged
from changeproof.ledger.joins.changes import ACT, OBSERVED
from changeproof.ledger.requests import Emergency
from changeproof.ledger.search_index import waiting_to_be_indexed
from changeproof.ledger.service import Ledger
from changeproof.web.pages.change_filter import Filter
from changeproof.web.pages.changes_page import PER_PAGE, ChangeRow, ChangesPage
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.readings.remembered import Remembered
from changeproof.web.readings.systems_named import changes_by_system
from changeproof.web.readings.words_found import where_found
from changeproof.web.states import state
from changeproof.web.visibility import seen_of
from changeproof.workflow.changes_narrowed import Conditions, limit, narrow

_COUNTS: Remembered[int] = Remembered(100, ("subject_judged", "change", "emergency"))
_COUNTED = 1_000
"""Of what a text finds, so many are counted where no more are listed: all that hold a common word
would have to be gathered."""
_NAMES = ", ".join(SubjectJudged.table.column_names)
_NEWEST = "listed_at DESC, subject"
_QUIET = frozenset({"met", "not_applicable"})


def read_changes_page(
    held: Ledger, asked: Filter, number: int, sight: Sight, most: int = PER_PAGE
) -> ChangesPage:
    """Page `number` (from 1) of the changes that match, most recently deployed first."""
    seen = Conditions()
    seen.add("verdict IS NOT NULL")
    limit(seen, sight)
    population = _count(held, seen)
    narrow(held, seen, asked)
    before = (number - 1) * most
    if asked.text:
        standings, total, is_more = _first_found(held, seen, before, most)
    else:
        total = population if asked.is_empty else _count(held, seen, is_remembered=not asked.person)
        # To find nothing takes the longest.
        standings = _listed(held, seen, before, most) if total > before else []
        is_more = False
    rows = read_change_rows(held, standings)
    if asked.text:
        told = where_found(held, asked.text, [row.id for row in rows])
        rows = tuple(replace(row, found=told.get(row.id, ())) for row in rows)
    return ChangesPage(
        filter=asked,
        rows=rows,
        total=total,
        is_more=is_more,
        population=population,
        page=number,
        systems=tuple(systems_seen(held, sight)),
        waiting=held.waiting(),
        unindexed=waiting_to_be_indexed(held) if asked.text else 0,
    )


def systems_seen(held: Ledger, sight: Sight) -> list[str]:
    """The systems of which the viewer sees a change, for the filter."""
    if sight.spans is None:
        return seen_of(sight.systems, changes_by_system(held))
    within, bound = within_spans(sight.spans)
    sql = f"SELECT DISTINCT system FROM subject_judged WHERE verdict IS NOT NULL AND {within}"
    return sorted(str(row[0]) for row in held.database.execute(sql, bound))


def read_change_rows(held: Ledger, standings: Sequence[SubjectJudged]) -> tuple[ChangeRow, ...]:
    """These changes as rows, in this order; two statements however many there are."""
    names = [row.subject for row in standings]
    store = held.store
    loud = [row.subject for row in standings if row.verdict not in _QUIET]
    ticketed = [name for name in names if "/issue/" in name or ":" not in name]
    store.ahead(
        (Change, "change_id", names),
        (Finding, "subject", loud),
        (ChangeAlias, "change_id", ticketed),
        (Emergency, "change_name", names),
    )
    changes = {row.change_id: row for row in store.by(Change, "change_id", names)}
    findings: dict[str, list[Finding]] = {}
    for finding in store.by(Finding, "subject", loud):
        findings.setdefault(finding.subject, []).append(finding)
    titles = held.texts({row.title for row in changes.values() if row.title})
    tickets = _tickets(held, ticketed)
    emergencies = {row.change_name for row in store.by(Emergency, "change_name", names)}
    return tuple(
        _row(
            row,
            changes[row.subject],
            titles.get(changes[row.subject].title or ""),
            findings.get(row.subject, ()),
            tickets.get(row.subject),
            is_emergency=row.subject in emergencies,
        )
        for row in standings
        if row.subject in changes
    )


def title_of(text: str | None, name: str) -> str:
    """The first line of a title; a short name where no text is kept."""
    line = (text or "").strip().split("\n", 1)[0]
    if line:
        return line
    if name.startswith(OBSERVED):
        return gettext("Seen running on %(place)s") % {
            "place": name.removeprefix(OBSERVED).partition("/")[0]
        }
    if name.startswith(ACT):
        return gettext("Done by hand: %(act)s") % {"act": name.removeprefix(ACT)}
    return reference_of(name)


def reference_of(name: str) -> str:
    """What people call it: `#7`, `4f2c91a`, `CHG-2026-0142`."""
    if is_pull(name):
        return f"#{name.rpartition('/')[2]}"
    if name.startswith(OBSERVED):
        content = name.rpartition("/")[2]
        return content[:15] if content.startswith("sha256:") else content[:12]
    return name.removeprefix("git:")[:7] if name.startswith("git:") else name


def most_urgent(findings: Sequence[Finding], verdict: str) -> Finding | None:
    """The first finding of a point that gave the change its verdict."""
    points = [
        row for row in findings if row.check_id.startswith("cc8_1/") and row.verdict == verdict
    ]
    return min(points, key=lambda row: row.check_id, default=None)


def _row(
    standing: SubjectJudged,
    change: Change,
    title: str | None,
    findings: Sequence[Finding],
    ticket: str | None,
    *,
    is_emergency: bool,
) -> ChangeRow:
    verdict = standing.verdict or URGENCY[2]
    decisive = most_urgent(findings, verdict)
    kind = "emergency" if is_emergency else change.kind
    return ChangeRow(
        id=change.change_id,
        title=title_of(title, change.change_id),
        system=change.system,
        kind="normal" if kind == "software" else kind,
        origin=change.origin,
        state=state(verdict, due=due_of(decisive.reason, standing.due_at) if decisive else None),
        reason="" if decisive is None else parted(decisive.reason).what,
        requested_by=change.requested_by or "",
        deployed_at=standing.deployed_at,
        reference=ticket or reference_of(change.change_id),
    )


def _tickets(held: Ledger, names: Sequence[str]) -> dict[str, str]:
    """The ticket key by which a request is known, where it has one."""
    aliases = held.store.by(ChangeAlias, "change_id", names)
    return {row.change_id: row.alias for row in aliases if ":" not in row.alias}


def _count(held: Ledger, conditions: Conditions, *, is_remembered: bool = True) -> int:
    """How many there are. The index follows the record at its own pace: what is found by it is
    counted each time."""
    sql = f"SELECT COUNT(*) FROM subject_judged WHERE {conditions.sql}"

    def read() -> int:
        return int(held.database.execute(sql, conditions.parameters)[0][0])

    if not is_remembered:
        return read()
    return _COUNTS.get(held, (sql, tuple(map(str, conditions.parameters))), read)


def _listed(held: Ledger, conditions: Conditions, before: int, most: int) -> list[SubjectJudged]:
    rows = held.database.execute(
        f"SELECT {_NAMES} FROM subject_judged WHERE {conditions.sql}"
        f" ORDER BY {_NEWEST} LIMIT ? OFFSET ?",
        [*conditions.parameters, most, before],
    )
    return [SubjectJudged(*cells) for cells in rows]


def _first_found(
    held: Ledger, conditions: Conditions, before: int, most: int
) -> tuple[list[SubjectJudged], int, bool]:
    """These rows, how many were counted, and whether there are more: what the index finds is gone
    through once, and no further than must be."""
    names = ", ".join(f"subject_judged.{name}" for name in SubjectJudged.table.column_names)
    counted = max(_COUNTED, before + most)
    rows = held.database.execute(
        "WITH found AS MATERIALIZED ("
        f"SELECT subject, listed_at FROM subject_judged WHERE {conditions.sql}"
        f" ORDER BY {_NEWEST} LIMIT ?)"
        f" SELECT (SELECT COUNT(*) FROM found), {names}"
        f" FROM (SELECT subject FROM found ORDER BY {_NEWEST} LIMIT ? OFFSET ?) AS shown"
        " JOIN subject_judged ON subject_judged.subject = shown.subject"
        " ORDER BY subject_judged.listed_at DESC, subject_judged.subject",
        [*conditions.parameters, counted + 1, most, before],
    )
    if not rows and before:  # a page behind the last
        return [], *_first_found(held, conditions, 0, most)[1:]
    total = int(rows[0][0]) if rows else 0
    return [SubjectJudged(*cells) for _, *cells in rows], min(total, counted), total > counted
