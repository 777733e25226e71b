"""What stands around every page, read once for each of them."""

import base64
import json

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller, caller_of
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.instance import Instance
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.frame import Footing, Frame
from changeproof.web.readings.desk.inbox import waiting_for
from changeproof.web.readings.running import running_emergencies

_ROLE_ORDER = (
    "administrator",
    "change_manager",
    "approver",
    "deployer",
    "requester",
    "auditor",
)

DEMONSTRATION = (
    "The company, its people, systems and figures are invented, and the time of receipt is taken "
    "from each delivery. This repository’s own history, where it is shown, is real."
)

# The place of the navigation that a page belongs to, by the name of its address.
PLACE_OF = {
    "change": "changes",
    "view_save": "changes",
    "case": "cases",
    "case_rules": "cases",
    "cases_together": "cases",
    "case_rule_answer": "cases",
    "acknowledge_link": "sources",
    "check": "checks",
    "controls": "checks",
    "policy": "checks",
    "policy_version": "checks",
    "policy_propose": "checks",
    "policy_adopt": "checks",
    "desk_item": "desk",
    "together": "desk",
    "request": "desk",
    "emergency": "desk",
    "calendar": "desk",
    "assess": "desk",
    "attach": "desk",
    "arrange": "desk",
    "oversight": "desk",
    "hold_review": "desk",
    "perform": "desk",
    "schedule": "desk",
    "steps": "desk",
    "join_work": "desk",
    "access": "desk",
    "access_grant": "desk",
    "access_end": "desk",
    "access_review": "desk",
    "access_review_new": "desk",
    "documents": "desk",
    "document": "desk",
    "document_version": "desk",
    "document_new": "desk",
    "document_act": "desk",
    "absences": "desk",
    "board": "desk",
    "freeze": "desk",
    "board_meeting": "desk",
    "absence_end": "desk",
    "waivers": "desk",
    "waiver_request": "desk",
    "waiver_answer": "desk",
    "waivers_together": "desk",
    "waivers_granted_together": "desk",
    **dict.fromkeys(("people", "person_add", "role_give", "role_take", "role_answer"), "desk"),
    **dict.fromkeys(("person_leave", "person_link", "account_settle"), "desk"),
    **dict.fromkeys(("group_roles", "group_role_answer", "calendar_address"), "desk"),
    "system_describe": "systems",
    "baselines": "systems",
    "baseline": "systems",
    "baseline_answer": "systems",
    "entry": "log",
    "replay": "sources",
    "alerts": "sources",
    "jobs": "sources",
    "pack": "audits",
    "pack_file": "audits",
    "seats": "audits",
    "break_glass": "audits",
}


def closed_frame() -> Frame:
    """The frame of a page that may ask nothing: no database, nobody signed in."""
    instance: Instance | None = settings.INSTANCE
    return Frame(demonstration=_notice(instance))


def frame_of(request: HttpRequest) -> Frame:
    """The frame of an ordinary page."""
    instance: Instance | None = settings.INSTANCE
    if instance is None:
        return Frame()
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    caller, held, moment = caller_of(request) if signed_in else None, ledger(), now()
    return Frame(
        current=PLACE_OF.get(name, name),
        person=user.get_full_name() if user is not None and signed_in else "",
        roles=_roles(caller) if caller is not None else "",
        waiting_at_desk=waiting_for(held, caller) if caller is not None else 0,
        demonstration=_notice(instance),
        emergencies=()
        if caller is None
        else running_emergencies(held, caller.systems(Permission.CHANGE_READ), moment),
        footing=footing(held),
        is_seated=caller is not None and caller.is_seated(Permission.CHANGE_READ),
        name_of=directory_of(request),
    )


def _roles(caller: Caller) -> str:
    """The roles that the viewer holds, the one that decides most first; at most two are named."""
    held = sorted({holding.role for holding in caller.holdings}, key=_ROLE_ORDER.index)
    words = [role.replace("_", " ") for role in held]
    more = len(words) - 2
    return ", ".join(words[:2]) + (
        gettext(" and %(more)s more") % {"more": more} if more > 0 else ""
    )


def footing(held: Ledger) -> Footing:
    """As-of, policy, log size and root."""
    head = held.log.head()
    moment = now()
    return Footing(
        as_of=moment,
        policy=policy_words(held, moment),
        log_size=head.size,
        log_root=base64.b64encode(head.root).decode() if head.size else "",
        signed_at=signed_at(held),
    )


def signed_at(held: Ledger) -> int | None:
    """When the latest checkpoint was signed: with the entry that came last."""
    entry = held.log.latest()
    return None if entry is None else int(json.loads(entry.entry)["received_at"])


def policy_words(held: Ledger, at: int) -> str:
    """`policy 7`, or the initial policy with its profile."""
    standing = [row for row in held.store.all(PolicyInForce) if row.in_force_from <= at]
    latest = max(standing, key=lambda row: row.policy_version, default=None)
    if latest is None or latest.in_force_from <= 0:
        return f"the initial policy ({held.instance.profile.replace('_', ' ')})"
    return gettext("policy %(policy_version)s") % {"policy_version": latest.policy_version}


def _notice(instance: Instance | None) -> str:
    return DEMONSTRATION if instance is not None and instance.demonstration else ""
