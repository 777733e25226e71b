"""What goes with decisions on the desk: comments, what can be taken back, what has lapsed."""

from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from changeproof.accounts.callers import Caller
from changeproof.accounts.people import user_named
from changeproof.accounts.second_factor import has_factor
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, now
from changeproof.web.pages.desk_page import Decision, DecisionForm
from changeproof.workflow.factor_asked import factor_asked
from changeproof.workflow.lapsing import lapsed_approvals
from changeproof.workflow.rulings import Ruling
from changeproof.workflow.withdrawing import standing_decisions

_SHOWN = 7
_TAKING_BACK = (
    Decision("approval", gettext_noop("Take back my yes or no")),
    Decision("authorization", gettext_noop("Take back my authorization")),
)


def may_comment(caller: Caller, change: Change) -> Ruling:
    """Whether the viewer may say something about it."""
    if caller.may(Permission.CHANGE_COMMENT, change.system):
        return Ruling(True)
    return Ruling(
        False,
        gettext("You may not comment on this."),
        gettext("none of your roles holds %(permission)s on %(system)s")
        % {"permission": Permission.CHANGE_COMMENT.value, "system": change.system},
        gettext("Ask somebody who takes part in changes to say it."),
    )


def taking_back(held: Ledger, caller: Caller, change: str) -> tuple[Decision, ...]:
    """A button for each kind of decision that the viewer took and still stands by."""
    own = standing_decisions(held.store, change, caller.account, now())
    return tuple(each for each in _TAKING_BACK if each.value in own)


def with_factor(
    form: DecisionForm, held: Ledger, caller: Caller, change: str, absent: str | None, shown: str
) -> DecisionForm:
    """The form of an approval, with the second factor that it asks for, if any."""
    if not factor_asked(held, change, caller.account, absent, now()):
        return form
    asked = "needed" if has_factor(user_named(caller.account)) else "none"
    address = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': form.url})}"
    return replace(form, second_factor="shown" if shown else asked, factor_url=address)


def lapsed(held: Ledger, change: str) -> tuple[str, ...]:
    """A sentence for each yes that the content has moved on from."""
    content = ", ".join(each[:_SHOWN] for each in shown_of(held.store, change).revisions)
    return tuple(
        gettext(
            "{%(account)s} approved %(revision)s; that has lapsed, since the content "
            "is now %(content)s."
        )
        % {"account": each.account, "revision": each.revision[:_SHOWN], "content": content}
        for each in lapsed_approvals(held.store, change)
    )
