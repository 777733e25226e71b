"""Who did what, on resolved persons: one line a person, whatever accounts they used."""

from collections.abc import Iterable

from django.utils.translation import gettext

from changeproof.accounts.permissions import persons_of
from changeproof.events.forges import FORGES
from changeproof.ledger.people import (
    AccountDeclaration,
    AccountKindRow,
    AccountPerson,
    AccountSettlement,
)
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Asked
from changeproof.web.counting import listed
from changeproof.web.pages.roles_matrix import Participant, RolesMatrix
from changeproof.web.readings.change.evidence import ChangeEvidence

_WRITING = frozenset({"author", "co_author", "last_pusher"})
_ORDER = (
    "requester",
    "authorizer",
    "author",
    "co_author",
    "last_pusher",
    "approver",
    "tester",
    "merger",
    "deployer",
    "post_reviewer",
)


class _Parts:
    """Roles by account, in the order in which they came up."""

    def __init__(self) -> None:
        self.held: dict[str, set[str]] = {}

    def say(self, account: str | None, role: str) -> None:
        # A poster such as "github-actions" is a name, no account: it is nobody's duty.
        if account and ":" in account:
            self.held.setdefault(account, set()).add(role)


def asked_of_roles(evidence: ChangeEvidence) -> tuple[Asked, ...]:
    """What `read_roles` will ask (`Store.ahead`)."""
    accounts = list(_parts(evidence).held)
    rows = (AccountDeclaration, AccountKindRow, AccountPerson, AccountSettlement)
    return tuple((row, "account", accounts) for row in rows)


def read_roles(held: Ledger, evidence: ChangeEvidence) -> RolesMatrix:
    """The matrix of a change."""
    parts = _parts(evidence)
    declared = {
        row.account: row for row in held.store.by(AccountDeclaration, "account", list(parts.held))
    }
    behind = _behind(parts, declared.values())
    accounts = list(parts.held)
    told = held.store.by(AccountKindRow, "account", accounts)
    presented = {row.account: row for row in told if not row.claimed}
    persons = persons_of(accounts)
    grouped: dict[str, list[str]] = {}
    for account in accounts:
        grouped.setdefault(persons[account], []).append(account)
    participants = []
    for group in grouped.values():
        roles = frozenset(role for account in group for role in parts.held[account])
        machines = [
            account
            for account in group
            if (account in declared and declared[account].kind != "human")
            or (account not in declared and account in presented)
        ]
        notes = []
        if machines:
            row = declared.get(machines[0])
            kind = row.kind if row is not None else presented[machines[0]].kind
            run_by = (
                gettext(", run by {%(run_by)s}") % {"run_by": row.run_by}
                if row is not None and row.run_by
                else ""
            )
            notes.append(kind + run_by)
        notes += [
            gettext("runs {%(agent)s}") % {"agent": agent}
            for account in group
            for agent in behind.get(account, ())
        ]
        if len(group) > 1:
            notes.append(f"by {listed([f'`{each}`' for each in sorted(group)])}")
        participants.append(
            Participant(
                account=min(group, key=_preferred),
                note="; ".join(notes),
                held=roles,
                is_human=not machines,
            )
        )
    participants.sort(key=lambda one: (min(_ORDER.index(role) for role in one.held), one.account))
    several = any(len(group) > 1 for group in grouped.values())
    note = gettext("Accounts are joined to persons by the roster on record.") if several else ""
    return RolesMatrix(tuple(participants), note)


def _behind(parts: _Parts, declared: Iterable[AccountDeclaration]) -> dict[str, list[str]]:
    """Who runs an agent wrote what it wrote: the agents by the account that runs them."""
    found: dict[str, list[str]] = {}
    for row in declared:
        wrote = parts.held.get(row.account, set()) & _WRITING
        if row.run_by and wrote:
            found.setdefault(row.run_by, []).append(row.account)
            for role in wrote:
                parts.say(row.run_by, role)
    return found


def _preferred(account: str) -> tuple[int, str]:
    """The account by which a person is shown: the desk's, then the forge's."""
    order = ("local:", *(f"{forge}:" for forge in FORGES), "jira:")
    place = next((i for i, start in enumerate(order) if account.startswith(start)), len(order))
    return place, account


def _parts(evidence: ChangeEvidence) -> _Parts:
    parts = _Parts()
    request = evidence.request
    if request is not None and request.requested_by:
        parts.say(request.requested_by, "requester")
    elif evidence.change.requested_by:
        parts.say(evidence.change.requested_by, "requester")
    for authorized in evidence.authorizations:
        parts.say(authorized.account, "authorizer")
    for emergency in evidence.emergencies:
        parts.say(emergency.declared_by, "requester")
    co_authors = {row.account for row in evidence.authors if row.part == "co_author"}
    for author in evidence.record.authors:
        parts.say(author, "co_author" if author in co_authors else "author")
    for work in evidence.works:
        pushes = [row for row in evidence.head_pushers if row.pull == work.name]
        if pushes:
            parts.say(pushes[-1].account, "last_pusher")
        elif work.heads:
            parts.say(work.heads[-1].pushed_by, "last_pusher")
        if work.merge is not None:
            parts.say(work.merge.merged_by, "merger")
        if not work.is_pull:
            for push in evidence.pushes:
                if f"git:{push.revision}" == work.name:
                    parts.say(push.pusher, "last_pusher")
        dismissed = {row.review for row in evidence.dismissals}
        for review in work.reviews:
            if review.verdict == "approved" and review.review not in dismissed:
                parts.say(review.account, "approver")
    for approved in evidence.approvals:
        parts.say(approved.account, "approver")
    for run in evidence.tests:
        parts.say(run.poster, "tester")
    for row in evidence.put_in:
        parts.say(row.triggered_by or row.account, "deployer")
        if row.triggered_by:
            parts.say(row.account, "deployer")
    for act in evidence.acts:
        # Who set it, and on whose behalf: both put it into production.
        parts.say(act.on_behalf_of or act.account, "deployer")
        if act.on_behalf_of:
            parts.say(act.account, "deployer")
    for reviewed in evidence.post_reviews:
        parts.say(reviewed.account, "post_reviewer")
    return parts
