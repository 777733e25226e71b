"""What carrying a change out by hand asks first: another person's standing yes to its content."""

from changeproof.accounts.permissions import person_of, persons_of
from changeproof.ledger.decisions import Approval, DecisionWithdrawal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.store import Store


def production_at(store: Store, at: int) -> str:
    """The environment that such an act alters: the first that the policy in force names."""
    return (policy_at(store, at).get("production_environments") or ("production",))[0]


def lacks_approval(store: Store, actor: str, change: str, artifact: str, at: int) -> str:
    """Why `actor` may not carry out this content of a change; empty where somebody else's yes to
    it stands. Whoever carries a change out is never its only approver."""
    yes: dict[str, int] = {}
    for row in store.by(Approval, "change_name", [change]):
        if row.artifact == artifact and row.account:
            yes[row.account] = max(row.stated_at, yes.get(row.account, 0))
    for back in store.by(DecisionWithdrawal, "change_name", [change]):
        taken_back = back.decision == "approval" and back.account in yes
        if taken_back and back.stated_at >= yes[back.account or ""]:
            del yes[back.account or ""]
    if set(persons_of(yes, at).values()) - {person_of(actor, at)}:
        return ""
    if yes:
        return "you alone approved it, and whoever carries a change out is never its only approver"
    return "nobody approved this text"
