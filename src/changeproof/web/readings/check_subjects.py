"""The subjects of one check that its page lists: where it deviates, and what it could not see."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext

from changeproof.checks.loader import Check
from changeproof.ledger.cases_read import cases_about
from changeproof.ledger.joined import Change
from changeproof.ledger.judgements import judgements_on_each
from changeproof.ledger.service import Ledger
from changeproof.web.pages.checks_page import Occurrence, UnseenSubject
from changeproof.web.readings.became import histories
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.entries import read_links
from changeproof.web.readings.open_items import OpenItems
from changeproof.web.readings.population import Population
from changeproof.web.readings.reasons import parted
from changeproof.web.readings.remembered import Remembered
from changeproof.web.visibility import Systems

SHOWN = 50  # of one kind on one page
_SHOWN_CHANGES = 5  # of each system: one that could not be seen hides hundreds for one reason


def subject_words(subject: str) -> str:
    """What a subject that is no change is called, without the word for its kind."""
    kind, _, name = subject.partition(":")
    return name or gettext("The %(kind)s") % {"kind": kind}


_WITHIN = " AND s.system = ? AND (s.verdict IS NULL OR (s.listed_at >= ? AND s.listed_at < ?))"
_UNSEEN: Remembered[list[tuple[Any, ...]]] = Remembered(500, ("finding", "subject_judged"))
_COUNTS: Remembered[int] = Remembered(100, ("finding", "subject_judged"))
_FEW = 2_000
"""Up to so many are looked up and sorted; of more, the newest are met soon on the way down."""

_LISTED = "SELECT f.subject, f.reason, s.system, s.deployed_at, s.listed_at"
_SORTED = f"{_LISTED} FROM finding AS f CROSS JOIN subject_judged AS s"
_WALKED = f"{_LISTED} FROM subject_judged AS s CROSS JOIN finding AS f"


def count_occurrences(held: Ledger, check: Check, systems: Systems) -> int:
    """How many deviations (or raised signs) are on record."""
    return _count(held, check, _verdict_of(check), systems)


def _verdict_of(check: Check) -> str:
    return "raised" if check.matter.is_sign else "deviation"


def _count(held: Ledger, check: Check, verdict: str, systems: Systems) -> int:
    place, names = _place_of(held, systems)
    return _COUNTS.get(
        held,
        (check.id, verdict, systems),
        lambda: int(
            held.database.execute(
                "SELECT COUNT(*) FROM finding AS f"
                + (" JOIN subject_judged AS s ON s.subject = f.subject" if names else "")
                + f" WHERE f.check_id = ? AND f.verdict = ?{place}",
                (check.id, verdict, *names),
            )[0][0]
        ),
    )


def _place_of(held: Ledger, systems: Systems) -> tuple[str, tuple[Any, ...]]:
    """The condition that somebody may see the subject's system, and its parameter."""
    if systems is None:
        return "", ()
    condition, names = held.store.among("s.system", sorted(systems))
    return f" AND {condition}", (names,)


def _newest(
    held: Ledger, check: Check, verdict: str, number: int, where: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """The newest of `number` findings with this verdict that meet `where`."""
    return held.database.execute(
        f"{_SORTED if number <= _FEW else _WALKED} WHERE s.subject = f.subject"
        f" AND f.check_id = ? AND f.verdict = ?{where}"
        " ORDER BY s.listed_at DESC, f.subject LIMIT ?",
        (check.id, verdict, *parameters, SHOWN),
    )


def read_occurrences(
    held: Ledger, check: Check, opened: OpenItems, systems: Systems
) -> tuple[Occurrence, ...]:
    """The newest deviations (or raised signs) on record; none ever leaves the list."""
    total = count_occurrences(held, check, systems)
    rows = _newest(held, check, _verdict_of(check), total, *_place_of(held, systems))
    names = [str(row[0]) for row in rows]
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    texts = held.texts({row.title for row in changes.values() if row.title})
    cases = cases_about(held.store, names)
    judged = judgements_on_each(held.store, names)
    links = read_links(held, {row.event for rows in judged.values() for row in rows})
    still_open = {each.subject for each in opened.deviations}
    still_open |= {subject for subject, _ in opened.around}
    still_open |= {case.subject for case in opened.cases}
    listed = []
    for subject, reason, system, deployed_at, _ in rows:
        change = changes.get(subject)
        case = cases.get(subject)
        resolution = case.ended if case is not None else None
        said = parted(reason)
        is_open = subject in still_open
        response = said.to_do if is_open else ""
        if resolution is not None:
            response = gettext("Closed: %(outcome)s") % {
                "outcome": resolution.outcome.replace("_", " ")
            }
        listed.append(
            Occurrence(
                change=subject if change is not None else "",
                title=title_of(texts.get(change.title or ""), subject)
                if change
                else subject_words(subject),
                system=system if change is not None else "",
                deployed_at=deployed_at,
                reason=said.what,
                record="case" if case is not None else "",
                is_open=is_open,
                owner=resolution.account or "" if resolution is not None else "",
                response=response,
                history=histories(judged.get(subject, ()), links).get(check.id, ()),
            )
        )
    return tuple(listed)


def read_unseen(held: Ledger, check: Check, found: Population) -> tuple[UnseenSubject, ...]:
    """What the check could not judge in the period, newest first: what its figures count."""
    is_change = check.matter.subject == "change"
    period = found.period
    rows: list[tuple[Any, ...]] = []
    for (name, system), tally in found.systems.items():
        number = tally.figures.not_verifiable
        if name != check.id or not number:
            continue
        bounds = (system, period.start, period.end)
        newest = _UNSEEN.get(
            held,
            (check.id, bounds),
            partial(
                _newest,
                held,
                check,
                "not_verifiable",
                number,
                _WITHIN,
                bounds,
            ),
        )
        rows += newest[:_SHOWN_CHANGES] if is_change else newest
    rows = sorted(rows, key=lambda row: (-row[4], row[0]))[:SHOWN]
    names = [str(row[0]) for row in rows] if is_change else []
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    texts = held.texts({row.title for row in changes.values() if row.title})
    listed = []
    for subject, reason, system, _, _ in rows:
        change, said = changes.get(subject), parted(reason)
        listed.append(
            UnseenSubject(
                change=subject if change is not None else "",
                title=title_of(texts.get(change.title or ""), subject)
                if change is not None
                else subject_words(subject),
                system=system if change is not None else "",
                reason=said.what,
                why=said.why,
                to_do=said.to_do,
            )
        )
    return tuple(listed)
