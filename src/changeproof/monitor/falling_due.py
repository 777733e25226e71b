"""What ends or falls due soon is told before it does, each once; and once more when it is late.

Waivers, access to production, reviews of access, documents and their readers, reviews afterwards
that policy asks for, patches of known vulnerabilities and changes that an incident needs.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.readers import obliged_to_read
from changeproof.alerts.messages import DUE
from changeproof.alerts.needed import POST_REVIEW, REVIEW_OWED_LIKE
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import SECOND, enqueue
from changeproof.ledger.access_read import held_access, reviews_at
from changeproof.ledger.documents_read import documents_at
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.service import Ledger
from changeproof.ledger.waivers_read import waivers_at

Kind = Literal[
    "waiver",
    "access",
    "access review",
    "review afterwards",
    "patch",
    "remediation",
    "document review",
    "acknowledgement",
]

DAY = 86_400 * SECOND
AHEAD = 14 * DAY
_STATE = "due told"
_MOST = 50
_JUDGED: tuple[tuple[str, Kind], ...] = (
    ("cc8_1/14_patches", "patch"),
    ("cc8_1/11_incident_remediation", "remediation"),
)
_PENDING = (
    f"SELECT f.subject, s.system, s.due_at FROM {Finding.table.name} AS f"
    f" JOIN {SubjectJudged.table.name} AS s ON s.subject = f.subject"
    " WHERE f.check_id = ? AND f.verdict = 'pending' AND s.due_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing with its end. `name` stands for it in what was told; `words` say what it is.
    `subject` is what is judged, or the document, where it is about one; `who` the account that
    holds it."""

    name: str
    words: str
    due_at: int
    kind: Kind
    system: str = ""
    subject: str = ""
    who: str = ""


def tell_of_falling_due(ledger: Ledger, moment: int) -> int:
    """Queue one alert about everything that came within two weeks of its end, or passed it, since
    the last one; how many things. What was told of is forgotten when it is gone."""
    told: dict[str, str] = json.loads(ledger.state(_STATE) or "{}")
    due = {
        each.name: each
        for each in sorted(falling_due(ledger, moment), key=lambda each: (each.due_at, each.name))
        if each.due_at <= moment + AHEAD
    }
    stands = {name: "late" if each.due_at <= moment else "soon" for name, each in due.items()}
    fresh = [due[name] for name, stand in stands.items() if told.get(name) != stand]
    if stands == told:
        return 0
    with ledger.database.transaction():
        notice = Notice("due", f"{DUE}{moment // SECOND}", _said(fresh, moment))
        if fresh and not enqueue([notice], moment):
            return 0  # nobody is to be told; whoever is, later, hears of all of it
        ledger.set_state(_STATE, json.dumps(stands))
    return len(fresh)


def falling_due(ledger: Ledger, moment: int) -> Iterator[Due]:
    """Everything that has an end which somebody should see coming."""
    store = ledger.store
    for waiver in waivers_at(store, moment):
        if waiver.outcome == "in force":
            stated = waiver.stated
            words = f"waiver {waiver.name} of {stated.check_id} for {stated.subject}"
            yield Due(waiver.name, words, stated.ends_at, "waiver", subject=stated.subject)
    access = [each for each in held_access(store, moment) if each.ends_at is not None]
    for each in access:
        words = f"access to {each.access.replace('_', ' ')} on {each.system}"
        yield Due(each.event, words, each.ends_at or 0, "access", each.system, who=each.account)
    for review in reviews_at(store, moment):
        if review.waiting:
            left = len(review.waiting)
            words = f"review {review.stated.review} of access to {review.stated.system}"
            yield Due(
                review.stated.review,
                f"{words}, {left} undecided",
                review.stated.due_at,
                "access review",
                review.stated.system,
            )
    yield from _documents(ledger, moment)
    yield from _reviews_afterwards(ledger)
    for check, kind in _JUDGED:
        yield from _waiting(ledger, check, kind)


def _documents(ledger: Ledger, moment: int) -> Iterator[Due]:
    """Documents to be looked at again, and those whom one of them waits for."""
    for document in documents_at(ledger.store, moment):
        name, system = document.name, document.shown.system
        if document.review_due is not None:
            words = f"review of the document {name}"
            yield Due(
                f"document:{name}", words, document.review_due, "document review", system, name
            )
        for each in obliged_to_read(ledger.store, document, moment):
            if each.acknowledged_at is None and each.due_at is not None:
                key = f"reading:{name}:{document.shown.document_version}:{each.account}"
                words = f"acknowledgement of the document {name}"
                yield Due(key, words, each.due_at, "acknowledgement", system, name, each.account)


def _reviews_afterwards(ledger: Ledger) -> Iterator[Due]:
    """Those that the practice waits for. A missed one is a deviation, and stands on its page."""
    waiting = ledger.database.execute(
        f"{_PENDING} AND f.reason LIKE ?", (POST_REVIEW, REVIEW_OWED_LIKE)
    )
    for subject, system, due_at in waiting:
        words = f"review afterwards of {subject}"
        yield Due(f"after:{subject}", words, int(due_at), "review afterwards", system, subject)


def _waiting(ledger: Ledger, check: str, kind: Kind) -> Iterator[Due]:
    """What a check waits for until a time; one missed is a deviation, and stands on its page."""
    for subject, system, due_at in ledger.database.execute(_PENDING, (check,)):
        words = f"{kind} of {subject.partition(':')[2] or subject}"
        yield Due(f"{kind}:{subject}", words, int(due_at), kind, system, subject)


def _said(rows: list[Due], moment: int) -> str:
    lines = []
    for row in rows[:_MOST]:
        days = abs(row.due_at - moment) // DAY
        count = f"{days} day{'' if days == 1 else 's'}"
        held = f", held by {row.who}" if row.who else ""
        lines.append(
            f"- {row.words}{held}: {f'{count} late' if row.due_at <= moment else f'in {count}'}"
        )
    if len(rows) > _MOST:
        lines.append(f"- and {len(rows) - _MOST:,} more")
    return "\n".join(["It ends or is due within 14 days, or is late:", *lines])
