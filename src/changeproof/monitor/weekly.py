"""What the week was, told on Monday morning: exact counts, no share and no opinion."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from changeproof.alerts.case_notices import lines_of_cases
from changeproof.alerts.health import read_health
from changeproof.alerts.messages import WEEK
from changeproof.alerts.models import Channel
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import SECOND, enqueue
from changeproof.alerts.rhythms import due_at
from changeproof.ledger.cases_read import IS_OPEN
from changeproof.ledger.receipts import IS_SILENT
from changeproof.ledger.service import Ledger
from changeproof.monitor.falling_due import falling_due

DAY = 86_400 * SECOND
_STATE = "week told"
_MOST = 12
"""Checks and cases that are named; the rest are counted."""


def tell_of_the_week(ledger: Ledger, moment: int) -> bool:
    """Queue the summary of the seven days that ended this Monday morning (UTC), once; whether it
    was queued. Nothing is said of weeks in which there was nobody to tell."""
    until = due_at("weekly", moment) - 7 * DAY
    if int(ledger.state(_STATE) or 0) >= until or not Channel.objects.exists():
        return False
    first = ledger.state(_STATE) is None
    with ledger.database.transaction():
        ledger.set_state(_STATE, str(until))
        if first:  # nobody wants a report on the week before the first channel was there
            return False
        said = "\n".join(lines_of_the_week(ledger, until - 7 * DAY, until))
        return bool(enqueue([Notice("week", f"{WEEK}{until // SECOND}", said)], moment))


def lines_of_the_week(ledger: Ledger, begin: int, until: int) -> Iterator[str]:
    """One line a subject; times are UTC microseconds, `until` excluded."""
    execute = ledger.database.execute
    yield f"The week from {_day(begin)} to {_day(until - 1)}, as judged now:"
    verdicts = dict(
        execute(
            "SELECT verdict, COUNT(*) FROM subject_judged"
            " WHERE deployed_at >= ? AND deployed_at < ? AND verdict IS NOT NULL GROUP BY verdict",
            (begin, until),
        )
    )
    deviating, unseen = verdicts.get("deviation", 0), verdicts.get("not_verifiable", 0)
    yield (
        f"- {_counted(sum(verdicts.values()), 'change')} deployed to production: {deviating:,} with"
        f" a deviation, {unseen:,} not verifiable"
    )
    yield from _by_check(ledger, begin, until)
    opened = _one(ledger, "case_file AS c", "c.opened_at >= ? AND c.opened_at < ?", begin, until)
    still = _one(ledger, "case_file AS c", IS_OPEN)
    yield f"- {_counted(opened, 'case')} opened; {still:,} open now"
    yield from lines_of_cases(ledger.store, _MOST)
    declared = _one(ledger, "emergency", "declared_at >= ? AND declared_at < ?", begin, until)
    yield f"- {_counted(declared, 'emergency')} declared"
    due = [each for each in falling_due(ledger, until) if each.due_at <= until + 30 * DAY]
    late = sum(1 for each in due if each.due_at <= until)
    yield f"- {_counted(len(due) - late, 'thing')} due within 30 days; {late:,} late"
    silent = _one(
        ledger,
        "silence AS s",
        IS_SILENT,
    )
    yield f"- {_counted(silent, 'source')} silent"
    health = read_health()
    if health.dead:
        yield f"- {_counted(health.dead, 'alert')} given up, and sent again by nobody"


def _by_check(ledger: Ledger, begin: int, until: int) -> Iterator[str]:
    rows = ledger.database.execute(
        "SELECT f.check_id, COUNT(*) FROM subject_judged AS s"
        " JOIN finding AS f ON f.subject = s.subject"
        " WHERE s.deployed_at >= ? AND s.deployed_at < ? AND s.verdict = 'deviation'"
        " AND f.verdict = 'deviation' GROUP BY f.check_id ORDER BY 2 DESC, 1",
        (begin, until),
    )
    for check, number in rows[:_MOST]:
        yield f"  {check}: {_counted(int(number), 'deviation')}"
    if len(rows) > _MOST:
        yield f"  and {_counted(len(rows) - _MOST, 'further check')}"


def _one(ledger: Ledger, table: str, condition: str, *values: int) -> int:
    rows = ledger.database.execute(f"SELECT COUNT(*) FROM {table} WHERE {condition}", values)
    return int(rows[0][0])


def _counted(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("cy") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"


def _day(moment: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment)).strftime("%Y-%m-%d")
