"""Access read for its pages: what is held, and how each review stands."""

from collections.abc import Sequence

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.access_read import HeldAccess, StandingReview, held_access, reviews_at
from changeproof.ledger.access_reviews import AccessReason
from changeproof.ledger.service import Ledger
from changeproof.web.pages.access_page import (
    KINDS,
    AccessPage,
    AccessReviewPage,
    AccessRow,
    DecidedRow,
    ReviewRow,
)
from changeproof.web.times import DAY
from changeproof.web.visibility import sees
from changeproof.workflow.access import may_grant

_MAY = dict(KINDS)


def read_access(
    held: Ledger, caller: Caller, moment: int, *, done: str = "", done_entry: int | None = None
) -> AccessPage:
    """Everything on systems that the viewer may see; open reviews before those that ended."""
    visible = caller.systems(Permission.CHANGE_READ)
    rows = [row for row in held_access(held.store, moment) if sees(visible, row.system)]
    reviews = [
        _review_row(each, moment)
        for each in reviews_at(held.store, moment)
        if sees(visible, each.stated.system)
    ]
    return AccessPage(
        rows=tuple(_rows(held, caller, moment, rows)),
        reviews=tuple(reviews),
        may_grant=caller.may_somewhere(Permission.ACCESS_GRANT),
        may_review=caller.may_somewhere(Permission.ACCESS_REVIEW),
        done=done,
        done_entry=done_entry,
    )


def read_review(held: Ledger, caller: Caller, name: str, moment: int) -> AccessReviewPage | None:
    """One review; None where the viewer may see none of this name."""
    visible = caller.systems(Permission.CHANGE_READ)
    for each in reviews_at(held.store, moment):
        if each.stated.review == name and sees(visible, each.stated.system):
            texts = held.texts({row.reason for row in each.decided if row.reason})
            return AccessReviewPage(
                review=_review_row(each, moment),
                waiting=tuple(_rows(held, caller, moment, each.waiting, decided=True)),
                decided=tuple(
                    DecidedRow(
                        account=row.account,
                        may=gettext(_MAY.get(row.access, row.access)),
                        environment=row.environment,
                        outcome="kept" if row.outcome == "keep" else "revoked",
                        decided_by=row.decided_by or "",
                        decided_at=row.decided_at,
                        reason=texts.get(row.reason or "", ""),
                    )
                    for row in each.decided
                ),
                may_review=caller.may(Permission.ACCESS_REVIEW, each.stated.system),
            )
    return None


def systems_with_access(held: Ledger, caller: Caller, moment: int) -> list[str]:
    """The systems whose access the viewer may review: those on which some is held."""
    names = {row.system for row in held_access(held.store, moment)}
    return sorted(name for name in names if caller.may(Permission.ACCESS_REVIEW, name))


def _rows(
    held: Ledger,
    caller: Caller,
    moment: int,
    rows: Sequence[HeldAccess],
    *,
    decided: bool = False,
) -> list[AccessRow]:
    reasons = {
        row.event: row.reason
        for row in held.store.by(AccessReason, "event", [each.event for each in rows])
    }
    texts = held.texts(set(reasons.values()))
    return [
        AccessRow(
            name=row.event,
            account=row.account,
            may=gettext(_MAY.get(row.access, row.access)),
            system=row.system,
            environment=row.environment,
            held_from=row.held_from,
            ends_at=row.ends_at,
            days_left=None if row.ends_at is None else (row.ends_at - moment) // DAY,
            granted_by=row.granted_by or "",
            reason=texts.get(reasons.get(row.event, ""), ""),
            may_end=caller.may(Permission.ACCESS_GRANT, row.system),
            may_not=may_grant(held, caller.account, row.account, moment) if decided else "",
        )
        for row in rows
    ]


def _review_row(each: StandingReview, moment: int) -> ReviewRow:
    kept = sum(1 for row in each.decided if row.outcome == "keep")
    return ReviewRow(
        name=each.stated.review,
        system=each.stated.system,
        opened_at=each.stated.opened_at,
        due_at=each.stated.due_at,
        waiting=len(each.waiting),
        kept=kept,
        revoked=len(each.decided) - kept,
        is_late=bool(each.waiting) and each.stated.due_at < moment,
    )
