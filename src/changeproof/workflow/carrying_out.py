"""What carrying a change out by hand asks first: another person's standing yes to its content."""

from collections.abc import Iterable
from typing import TypeAlias

from changeproof.accounts.permissions import holders_of, person_of, persons_of
from changeproof.ledger.decisions import Approval, DecisionWithdrawal, Decline
from changeproof.ledger.policy_read import is_true, policy_at
from changeproof.ledger.store import Store
from changeproof.workflow.parts import named

_Word: TypeAlias = Approval | Decline | DecisionWithdrawal


def production_at(store: Store, at: int) -> str:
    """The environment that such an act alters: the first that the policy in force names."""
    return (policy_at(store, at).get("production_environments") or ("production",))[0]


def lacks_approval(
    store: Store, actor: str, change: str, artifact: str, at: int, author: str | None = None
) -> str:
    """Why `actor` may not carry out this content of a change; empty where somebody else's yes to
    it stands, and nobody's no. Whoever carries a change out is never its only approver, and nor
    is the author, who may have become one after a yes of theirs."""
    approved = store.by(Approval, "change_name", [change])
    declined = store.by(Decline, "change_name", [change])
    withdrawn = [
        row
        for row in store.by(DecisionWithdrawal, "change_name", [change])
        if row.decision == "approval"
    ]
    said: list[_Word] = [*approved, *declined, *withdrawn]
    accounts = {row.account for row in said if row.account}
    persons, holders = persons_of(accounts, at), holders_of(accounts, at)
    # Those who claim one account may be two: a no is taken back by whoever said it alone.
    against = _after(*(_last(rows, holders) for rows in (declined, approved, withdrawn)))
    if against and is_true(policy_at(store, at), "blocking_reviews_count", default=True):
        objectors = {row.account for row in declined if row.account}
        standing = {each for each in objectors if holders[each] in against}
        return f"{named(standing)} said no, and it stands"
    given = [row for row in approved if row.artifact == artifact]
    for_it = _after(*(_last(rows, persons) for rows in (given, declined, withdrawn)))
    if author is not None:
        for_it.discard(person_of(author, at))
    if for_it - {person_of(actor, at)}:
        return ""
    if for_it:
        return "you alone approved it, and whoever carries a change out is never its only approver"
    return "nobody approved this text"


def _after(said: dict[str, int], *otherwise: dict[str, int]) -> set[str]:
    """The persons who said it, and nothing of these since."""
    return {who for who, at in said.items() if all(at > each.get(who, -1) for each in otherwise)}


def _last(rows: Iterable[_Word], persons: dict[str, str]) -> dict[str, int]:
    """When each person said so last, by whatever account."""
    said: dict[str, int] = {}
    for row in rows:
        if row.account:
            person = persons[row.account]
            said[person] = max(row.stated_at, said.get(person, -1))
    return said
