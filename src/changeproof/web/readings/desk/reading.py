"""The desk as a whole, and what its forms need to know before they are filled in."""

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.names import names_of
from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger
from changeproof.ledger.silences import lasting_silences
from changeproof.web.pages.desk_page import DeskPage, MayNot, OpenItem
from changeproof.web.readings.desk.ahead import SYSTEMS, ask_for_desk
from changeproof.web.readings.desk.inbox import candidates_of, read_inbox
from changeproof.web.readings.entries import source_name
from changeproof.web.times import minute
from changeproof.workflow.emergencies import may_declare
from changeproof.workflow.rulings import able

_SHOWN = 60


def read_desk(
    held: Ledger,
    caller: Caller,
    moment: int,
    *,
    item: OpenItem | None = None,
    refusal: Refusal | None = None,
    done: str = "",
    done_entry: int | None = None,
) -> DeskPage:
    """The page, with one item opened or none."""
    if item is None:
        ask_for_desk(held, candidates_of(held, caller))
    may_declare_one = caller.may_somewhere(Permission.EMERGENCY_DECLARE)
    return DeskPage(
        groups=read_inbox(held, caller, item.id if item is not None else ""),
        item=item,
        refusal=refusal,
        may_request=caller.may_somewhere(Permission.CHANGE_REQUEST),
        may_declare_emergency=may_declare_one,
        emergency_lock=emergency_lock(held, caller, moment) if may_declare_one else "",
        silent=_silent(held),
        done=done,
        done_entry=done_entry,
    )


def emergency_lock(held: Ledger, caller: Caller, moment: int) -> str:
    """Why the viewer may not declare the next emergency, with the cure; empty: they may."""
    systems = may_systems(held, caller, Permission.EMERGENCY_DECLARE)
    ruling = may_declare(held, caller.account, systems[0] if systems else None, moment)
    if ruling.allowed:
        return ""
    return f"{ruling.why[:1].upper()}{ruling.why[1:]}. {ruling.cure}"


def may_systems(held: Ledger, caller: Caller, permission: Permission) -> list[str]:
    """The systems on which the viewer may, sorted: the choices of a form."""
    rows = held.database.execute(SYSTEMS.sql)
    return sorted(str(row[0]) for row in rows if row[0] and caller.may(permission, str(row[0])))


def authorizers(held: Ledger, caller: Caller, moment: int) -> list[tuple[str, str]]:
    """Who else could let an emergency through, by name."""
    own = frozenset({person_of(caller.account, moment)})
    accounts = able(held.store, Permission.CHANGE_AUTHORIZE, None, own, moment)[:_SHOWN]
    names = names_of(accounts)
    return sorted(((account, names[account]) for account in accounts), key=lambda one: one[1])


def may_not(caller: Caller, permission: Permission, what: str) -> MayNot | None:
    """The rule, said instead of a form that would be refused."""
    if caller.may_somewhere(permission):
        return None
    return MayNot(
        what,
        gettext("None of your roles holds %(permission)s.") % {"permission": permission.value},
        gettext("Ask an administrator for a role that holds it, or somebody who has one."),
    )


def _silent(held: Ledger) -> str:
    """`GitHub silent since …`: nothing there is not nothing seen."""
    for row in lasting_silences(held.store)[:1]:
        return gettext("%(scope)s is silent since %(silent_from)s") % {
            "scope": source_name(row.scope),
            "silent_from": minute(row.silent_from),
        }
    return ""
