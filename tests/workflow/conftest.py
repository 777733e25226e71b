"""A company of three at the desk, and a forge that tells of its work."""

from dataclasses import dataclass

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.ledger.service import Ledger, ledger
from tests.support.pull_requests import Forge


@dataclass(frozen=True)
class Company:
    """Accounts by what they may."""

    ledger: Ledger
    forge: Forge
    operator: str
    requester: str
    approver: str
    manager: str


@pytest.fixture
def company(instance: object) -> Company:
    by = operator().account
    return Company(
        ledger=ledger(),
        forge=Forge(ledger()),
        operator=by,
        requester=add_user("rosa@example.com", "Rosa", ["requester"], by=by).account,
        approver=add_user("ada@example.com", "Ada", ["approver"], by=by).account,
        manager=add_user("max@example.com", "Max", ["change_manager"], by=by).account,
    )
