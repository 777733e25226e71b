"""Roles that somebody else's directory gives: recorded as grants and revocations in its name.

What an administrator gave by hand is theirs to take away, and stays.
"""

import logging

from django.db import transaction

from changeproof.accounts.holdings import Holding, held
from changeproof.accounts.people import grant_roles, revoke_role
from changeproof.events.refusal import Refusal
from changeproof.ledger.people import RoleGrant, RoleRevocation
from changeproof.ledger.service import ledger, now

logger = logging.getLogger(__name__)


@transaction.atomic
def keep_roles_as_mapped(account: str, wanted: frozenset[Holding], *, by: str) -> None:
    """Record what is missing of `wanted`, and take back what `by` gave and no longer gives.

    The last administrator keeps that role; the log line says so.
    """
    ledger().log.lock()  # of two sign-ins at once the second sees what the first recorded
    for role, system in sorted(wanted):
        grant_roles(account, [role], by=by, system=system or None)
    for role, system in sorted(_given_by(account, by) - wanted):
        try:
            revoke_role(account, role, by=by, system=system or None)
        except Refusal as refusal:
            logger.warning("%s keeps the role %s: %s", account, role, refusal.why)


@transaction.atomic
def take_back_given(holding: Holding, *, by: str) -> int:
    """Take one role back from all to whom `by` gave it; from how many. Whom another group of
    theirs gives it to gets it with the next sign-in."""
    ledger().log.lock()
    rows = ledger().store.by(RoleGrant, "granted_by", [by])
    accounts = {row.account for row in rows if (row.role, row.system) == holding}
    taken = 0
    for account in sorted(accounts):
        held_now = _given_by(account, by)
        if holding in held_now:
            keep_roles_as_mapped(account, held_now - {holding}, by=by)
            taken += 1
    return taken


def _given_by(account: str, by: str) -> frozenset[Holding]:
    """What the account holds by grants of `by` alone."""
    store = ledger().store
    grants = store.by(RoleGrant, "account", [account])
    ended = store.by(RoleRevocation, "account", [account])
    moment = now()
    others = held((each for each in grants if each.granted_by != by), ended, moment)
    return held((each for each in grants if each.granted_by == by), ended, moment) - others
