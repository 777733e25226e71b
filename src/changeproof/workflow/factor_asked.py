"""Whether this approval would count only with a second factor: the checks themselves are asked."""

from dataclasses import replace

from changeproof.checks.judge import judge
from changeproof.events.event import sha256_hex
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.decisions import Approval, DecisionWithdrawal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger
from changeproof.workflow.rulings import MayNot

_CHECK = "cc8_1/08_approval"


class SecondFactorNeeded(MayNot):
    """Who acts is known and may, once they show their second factor (HTTP 403)."""


def factor_asked(
    ledger: Ledger, change: str, actor: str, on_behalf_of: str | None, at: int
) -> bool:
    """Whether policy asks for one at the risk that this change has by its rules.

    A yes without and one with a factor are added to the evidence, as the gate adds a deployment;
    where point 8 says something else of the two, the factor is what it turns on. What they said
    before is left out of account.
    """
    contents = shown_of(ledger.store, change).contents
    if not contents or not policy_at(ledger.store, at).get("second_factor_at"):
        return False
    without = Approval(
        change_name=change,
        revision=contents[0].revision,
        artifact=contents[0].artifact,
        account=actor,
        on_behalf_of=on_behalf_of,
        channel="desk",
        factor=None,
        approved_at=at,
        stated_at=at,
        event=sha256_hex(b"a yes that nobody gave"),
    )
    return _said(ledger, change, at, without) != _said(
        ledger, change, at, replace(without, factor="totp")
    )


def _said(ledger: Ledger, change: str, at: int, given: Approval) -> str:
    before = DecisionWithdrawal(
        change_name=change,
        decision="approval",
        account=given.account,
        withdrawn_at=at - 1,
        reason="",
        stated_at=at - 1,
        event=sha256_hex(b"what they said before"),
    )
    findings = judge(ledger.store, [change], at, hypothetical=[before, given])
    return next((each.reason for each in findings if each.check_id == _CHECK), "")


def second_factor_needed(where: str) -> SecondFactorNeeded:
    """What a caller raises."""
    return SecondFactorNeeded(
        "The approval was not recorded.",
        where=where,
        why="at this risk policy asks for a second factor at the moment of approval",
        cure="Send the code of your authenticator with it, or show your passkey on the desk first.",
    )
