"""Roles that wait for the viewer as the second administrator: a group of the list on the desk."""

from django.urls import reverse
from django.utils.translation import gettext as _

from changeproof.accounts.asked_roles import StandingRole, open_roles
from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger
from changeproof.web.pages.desk_page import InboxGroup, InboxItem
from changeproof.web.pages.people_page import HeldRole
from changeproof.web.readings.remembered import Remembered
from changeproof.web.states import state
from changeproof.workflow.asked_roles import may_confirm

# The number beside "Desk" is on every page. Of these tables grants and departures are what closes
# one without an answer; whose an account is says whether two people gave it.
_OPEN: Remembered[list[StandingRole]] = Remembered(
    4,
    (
        "asked_role",
        "asked_role_confirmation",
        "asked_role_refusal",
        "role_grant",
        "role_revocation",
        "departure",
        "account_person",
        "account_settlement",
    ),
)


def read_asked_roles(held: Ledger, caller: Caller, moment: int) -> tuple[InboxGroup, ...]:
    """One item a role; no group where none waits."""
    if not caller.may(Permission.ACCOUNT_MANAGE):
        return ()
    items = tuple(
        InboxItem(
            url=f"{reverse('people')}#asked",
            title=HeldRole(row.role, row.system, "", by_group=False).words,
            system=row.system,
            content=_("given by one person, on the host") if row.alone else row.asked,
            state=state("pending"),
        )
        for row in (each.stated for each in _OPEN.get(held, "", lambda: open_roles(held.store)))
        if not may_confirm(held.store, caller.account, row, moment)
    )
    return (InboxGroup(_("Confirm a role"), items),) if items else ()
