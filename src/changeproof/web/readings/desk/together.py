"""What waits for the viewer and could be decided together: each judged as if it stood alone."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from changeproof.accounts.callers import Caller
from changeproof.alerts.needed import APPROVE, AUTHORIZE, RESOLVE
from changeproof.ledger.service import Ledger
from changeproof.web.pages.desk_page import OpenItem
from changeproof.web.pages.together_page import Planned, TogetherPage
from changeproof.web.readings.desk.inbox import read_candidates
from changeproof.web.readings.desk.item import read_item
from changeproof.workflow.rulings import may_approve, may_authorize

_HEADINGS = {
    APPROVE: (gettext_noop("Approve several"), gettext_noop("Approve the chosen")),
    AUTHORIZE: (gettext_noop("Authorize several"), gettext_noop("Authorize the chosen")),
    RESOLVE: (gettext_noop("Adopt several late"), gettext_noop("Adopt the chosen late")),
}
TOGETHER = tuple(_HEADINGS)


def read_together(
    held: Ledger, caller: Caller, act: str, form: str, chosen: Collection[str] = ()
) -> TogetherPage:
    """All that waits for the viewer under `act`, those first that may be done."""
    heading, button = map(gettext, _HEADINGS[act])
    planned = sorted(_planned(held, caller, act), key=lambda each: bool(each.why))
    return TogetherPage(
        act=act,
        heading=heading,
        button=button,
        planned=tuple(replace(each, is_chosen=each.change in chosen) for each in planned),
        form=form,
        reason_is_needed=act == RESOLVE,
    )


def plan_of(held: Ledger, caller: Caller, act: str, change: str) -> Planned | None:
    """What this act would be on one change, as its own page says; None where there is none."""
    item = read_item(held, caller, change, act)
    if item is None:
        return None
    url = f"{reverse('desk_item', args=[change])}?act={act}"
    planned = Planned(change, item.title, item.system, url)
    if item.may_not is not None:
        return replace(planned, why=item.may_not.why.rstrip("."), cure=item.may_not.cure)
    barred = _alone(held, caller, act, item)
    if barred or item.form is None:
        why = barred or gettext("it cannot be decided in this way any more")
        return replace(
            planned,
            why=f"{why[:1].upper()}{why[1:]}",
            cure=gettext("Open it, and decide on it alone."),
        )
    return replace(
        planned,
        seen=item.form.content_digest,
        sealed=item.form.sealed,
        promise=item.form.promise,
    )


def _planned(held: Ledger, caller: Caller, act: str) -> Iterator[Planned]:
    for _, candidates in read_candidates(held, caller):
        for each in candidates:
            found = plan_of(held, caller, act, each.change) if each.act == act else None
            if found is not None:
                yield found


def _alone(held: Ledger, caller: Caller, act: str, item: OpenItem) -> str:
    """Why it must be looked at by itself, although the viewer may decide on it."""
    if item.form is None or not item.form.url.endswith(f"act={act}"):
        return gettext("nothing of this kind is asked of it any more")
    if item.form.second_factor:
        return gettext(
            "policy asks for a second factor at its risk, and that serves for one decision"
        )
    if item.form.lapsed:
        return gettext("an approval of it has lapsed, and what changed since should be read")
    may = {APPROVE: may_approve, AUTHORIZE: may_authorize}.get(act)
    if may is not None and may(held, caller.account, item.id).compensating:
        return gettext("nobody else can, and it would count as a compensating review alone")
    return ""
