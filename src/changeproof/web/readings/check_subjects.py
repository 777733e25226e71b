"""The subjects of one check that its page lists: where it deviates, and what it could not see."""

from collections import Counter

from changeproof.checks.loader import Check
from changeproof.ledger.joined import Change
from changeproof.ledger.judgements import CaseFile, CaseResolution, judgements_on_each
from changeproof.ledger.service import Ledger
from changeproof.web.pages.checks_page import Occurrence, UnseenSubject
from changeproof.web.readings.became import histories
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.entries import read_links
from changeproof.web.readings.open_items import OpenItems
from changeproof.web.readings.population import Population
from changeproof.web.readings.reasons import parted
from changeproof.web.visibility import Systems, sees

SHOWN = 50  # of one kind on one page
_SHOWN_CHANGES = 5  # of each system: one that could not be seen hides hundreds for one reason


def subject_words(subject: str) -> str:
    """What a subject that is no change is called, without the word for its kind."""
    kind, _, name = subject.partition(":")
    return name or f"The {kind}"


def read_occurrences(
    held: Ledger, check: Check, opened: OpenItems, systems: Systems
) -> tuple[Occurrence, ...]:
    """Every deviation (or raised sign) on record, newest first; none ever leaves the list."""
    verdict = "raised" if check.matter.is_sign else "deviation"
    rows = [
        row
        for row in held.database.execute(
            "SELECT f.subject, f.reason, s.system, s.deployed_at, s.listed_at FROM finding AS f"
            " JOIN subject_judged AS s ON s.subject = f.subject"
            " WHERE f.check_id = ? AND f.verdict = ? ORDER BY s.listed_at DESC, f.subject",
            (check.id, verdict),
        )
        if sees(systems, row[2])
    ]
    names = [str(row[0]) for row in rows[:SHOWN]]
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    texts = held.texts({row.title for row in changes.values() if row.title})
    cases = {row.subject: row for row in held.store.by(CaseFile, "subject", names)}
    ended = {
        row.case_id: row
        for row in held.store.by(
            CaseResolution, "case_id", [case.case_id for case in cases.values()]
        )
    }
    judged = judgements_on_each(held.store, names)
    links = read_links(held, {row.event for rows in judged.values() for row in rows})
    still_open = {each.subject for each in opened.deviations}
    still_open |= {subject for subject, _ in opened.around}
    still_open |= {case.subject for case in opened.cases}
    listed = []
    for subject, reason, system, deployed_at, _ in rows:
        change = changes.get(subject)
        case = cases.get(subject)
        resolution = ended.get(case.case_id) if case is not None else None
        said = parted(reason)
        is_open = subject in still_open
        response = said.to_do if is_open else ""
        if resolution is not None:
            response = f"Closed: {resolution.outcome.replace('_', ' ')}"
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


def read_unseen(
    held: Ledger, check: Check, found: Population, systems: Systems
) -> tuple[UnseenSubject, ...]:
    """What the check could not judge in the period, newest first: what its figures count."""
    places: Counter[str] = Counter()
    is_change = check.matter.subject == "change"
    period = found.period
    rows = [
        (str(row[0]), str(row[1]), str(row[2]))
        for row in held.database.execute(
            "SELECT f.subject, f.reason, s.system FROM finding AS f"
            " JOIN subject_judged AS s ON s.subject = f.subject"
            " WHERE f.check_id = ? AND f.verdict = 'not_verifiable'"
            " AND (s.verdict IS NULL OR (s.listed_at >= ? AND s.listed_at < ?))"
            " ORDER BY s.listed_at DESC, f.subject",
            (check.id, period.start, period.end),
        )
        if sees(systems, row[2]) and (is_change or not row[2] or row[2] in found.named_systems)
    ]
    if is_change:
        rows = [row for row in rows if _place(places, row[2]) <= _SHOWN_CHANGES]
    rows = rows[:SHOWN]
    names = [subject for subject, _, _ in rows] if is_change else []
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    texts = held.texts({row.title for row in changes.values() if row.title})
    listed = []
    for subject, reason, system in rows:
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


def _place(places: Counter[str], system: str) -> int:
    """The how many-th of its system this is."""
    places[system] += 1
    return places[system]
