"""What comes back, read for its page: what policy asks, when it was done last, when it is next."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.oversight import ControlActivity, HeldReview
from changeproof.ledger.policy_read import in_force_at
from changeproof.ledger.service import Ledger
from changeproof.policy.durations import Duration
from changeproof.web.pages.fields import worded
from changeproof.web.pages.oversight_page import (
    ACTIVITIES,
    OUTCOMES,
    RESULTS,
    TOPICS,
    OversightPage,
    Recurring,
)
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.entries import Links, linked, read_links
from changeproof.web.readings.policies_read import policy_of
from changeproof.web.visibility import sees

_WORDS = dict((*OUTCOMES, *RESULTS))
_CHECKS = {
    "process": "practices/process_reviewed",
    "pipeline": "around/pipeline_administration",
    "protection": "around/protection",
    "baseline": "cc8_1/12_baseline",
    "deviations": "around/deviation_monitoring",
    "unilateral_path": "around/unilateral_path",
    "scope": "around/scope",
    "prover": "around/prover",
    "drift_scan": "around/drift_detection",
    "restore_test": "around/restore_test",
    "vendor_assessment": "around/vendor_change",
    "data_reconciliation": "around/data_correction",
}
"""The check that reads it, where one asks for it again and again."""

Done = tuple[str, str, str | None, str, int, str]
"""Name, system, account, outcome, time, event."""


def read_oversight(
    held: Ledger, caller: Caller, moment: int, *, done: str = "", done_entry: int | None = None
) -> OversightPage:
    """Every topic and control; by system where it was done there."""
    visible = caller.systems(Permission.CHANGE_READ)
    cadences = _cadences(held, moment)
    reviews = [
        (row.topic, row.system, row.account, row.outcome, row.held_at, row.event)
        for row in held.store.all(HeldReview)
        if row.held_at is not None and sees(visible, row.system)
    ]
    controls = [
        (row.activity, row.system, row.account, row.outcome, row.performed_at, row.event)
        for row in held.store.all(ControlActivity)
        if row.performed_at is not None and sees(visible, row.system)
    ]
    links = read_links(held, [row[5] for row in (*_latest(reviews), *_latest(controls))])
    return OversightPage(
        reviews=_rows(TOPICS, _latest(reviews), "_review", cadences, links, moment, "hold_review"),
        controls=_rows(ACTIVITIES, _latest(controls), "", cadences, links, moment, "perform"),
        may_hold=caller.may_somewhere(Permission.REVIEW_HOLD),
        done=done,
        done_entry=done_entry,
    )


def _latest(rows: Iterable[Done]) -> list[Done]:
    """The last time of each, by name and system."""
    found: dict[tuple[str, str], Done] = {}
    for row in sorted(rows, key=lambda row: (row[4], row[5])):
        found[row[0], row[1]] = row
    return [found[key] for key in sorted(found)]


def _rows(
    known: Sequence[tuple[str, str]],
    latest: Sequence[Done],
    ending: str,
    cadences: dict[str, Duration],
    links: Links,
    moment: int,
    form: str,
) -> tuple[Recurring, ...]:
    rows = []
    for name, words in worded(known):
        within = cadences.get(f"{name}{ending}")
        asked = {"topic" if ending else "activity": name}
        done = [each for each in latest if each[0] == name]
        if not done:
            rows.append(
                Recurring(
                    name,
                    words,
                    "",
                    str(within or ""),
                    check=_check(name),
                    url=f"{reverse(form)}?{urlencode(asked)}",
                )
            )
        for _, system, account, outcome, at, event in done:
            due = at + within.microseconds if within is not None else None
            asked_here = {**asked, **({"system": system} if system else {})}
            rows.append(
                Recurring(
                    name,
                    words,
                    system,
                    str(within or ""),
                    last_at=at,
                    by=account or "",
                    outcome=gettext(_WORDS.get(outcome, outcome)),
                    due_at=due,
                    is_late=due is not None and due < moment,
                    check=_check(name),
                    entry=next(iter(linked(links, [event])), None),
                    url=f"{reverse(form)}?{urlencode(asked_here)}",
                )
            )
    return tuple(rows)


def _check(name: str) -> str:
    check = _CHECKS.get(name, "")
    return check if check in checks_by_id() else ""


def _cadences(held: Ledger, moment: int) -> dict[str, Duration]:
    """How often policy asks for each; business time in its plain rendering."""
    current = in_force_at(held.store, moment)
    text = held.text(current.policy) if current is not None else None
    if text is None:
        return {}
    stated = policy_of(text).cadences
    return {name: getattr(stated, name) for name in type(stated).model_fields}
