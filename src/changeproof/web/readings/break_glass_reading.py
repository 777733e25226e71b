"""Uses of the glass, read for their page."""

from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.ledger.break_glass import BreakGlassReview, BreakGlassUse
from changeproof.ledger.service import Ledger
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.readings.entries import linked, read_links


@dataclass(frozen=True)
class UseRow:
    """One use; `outcome` is empty until somebody else looked at it. Times are UTC microseconds."""

    name: str
    used_by: str
    account: str
    used_at: int
    ends_at: int
    holds: bool
    reason: str
    outcome: str = ""
    reviewed_by: str = ""
    found: str = ""
    entry: EntryLink | None = None


def read_uses(held: Ledger, moment: int) -> list[UseRow]:
    """Those that wait for a review first, then the latest first."""
    uses = held.store.all(BreakGlassUse)
    reviews = {row.use_name: row for row in held.store.all(BreakGlassReview)}
    said = {*(row.reason for row in uses), *(row.reason for row in reviews.values())}
    texts = held.texts(said)
    links = read_links(held, {row.event for row in uses})
    rows = []
    for use in sorted(uses, key=lambda row: (row.use_name in reviews, -row.stated_at)):
        review = reviews.get(use.use_name)
        rows.append(
            UseRow(
                name=use.use_name,
                used_by=use.used_by or "",
                account=use.account,
                used_at=use.stated_at,
                ends_at=use.ends_at,
                holds=moment < use.ends_at,
                reason=texts.get(use.reason, gettext("no longer kept")),
                outcome=review.outcome.replace("_", " ") if review else "",
                reviewed_by=(review.reviewed_by or "") if review else "",
                found=texts.get(review.reason, gettext("no longer kept")) if review else "",
                entry=next(iter(linked(links, [use.event])), None),
            )
        )
    return rows
