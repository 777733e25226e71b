"""An account that several persons claim: somebody else settles whose it is."""

import pytest

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, link_account, user_named
from changeproof.accounts.permissions import holder_of, person_of
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import take
from changeproof.ledger.joined import Finding
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery
from changeproof.workflow.account_claims import SettleAccount, settle_account
from changeproof.workflow.rulings import MayNot

ACCOUNT = "github:user/77"


@pytest.fixture
def administrator(company):
    return add_user("pia@example.com", "Pia", ["administrator"], by=company.operator).account


def told(company, *lines):
    body = "\n".join(("email,accounts", *lines)).encode()
    [taken] = take(company.ledger, [Delivery("roster", "roster", body, 7_000)])
    assert taken.outcome == "translated", taken.reason


def verdict(company):
    judge_waiting(company.ledger)
    rows = company.ledger.store.by(Finding, "subject", ["organisation"])
    [found] = [row for row in rows if row.check_id == "segregation/one_holder"]
    return found.verdict


def test_a_user_here_is_who_the_directory_means_by_their_address(company):
    """Whichever of the two tells of them first, there is no quarrel."""
    nora = add_user("nora@example.com", "Nora", (), by=company.operator)
    told(company, f"nora@example.com,{ACCOUNT}", "pia@example.com,github:user/78")
    pia = add_user("pia@example.com", "Pia", (), by=company.operator)
    link_account(pia, "github:user/79", by=company.operator)
    assert person_of(nora.account) == person_of(ACCOUNT)
    assert person_of(pia.account) == person_of("github:user/78") == person_of("github:user/79")
    assert verdict(company) == "met"


def test_somebody_else_settles_it_and_neither_claimant_nor_who_joined_it(company, administrator):
    told(company, f"nora@example.com,{ACCOUNT}", f"pia@example.com,{ACCOUNT}")
    assert verdict(company) == "deviation"
    assert holder_of(ACCOUNT) == ACCOUNT
    asked = SettleAccount(ACCOUNT, "nora@example.com")
    with pytest.raises(MayNot, match="you claim it yourself"):
        settle_account(company.ledger, administrator, asked)
    with pytest.raises(MayNot, match="administrators"):
        settle_account(company.ledger, company.approver, asked)
    with pytest.raises(Refusal, match="do not claim it"):
        settle_account(company.ledger, company.operator, SettleAccount(ACCOUNT, "zed@example.com"))
    late = SettleAccount(ACCOUNT, "nora@example.com", since=9_000_000_000_000_000)
    with pytest.raises(Refusal, match="still to come"):
        settle_account(company.ledger, company.operator, late)
    settle_account(company.ledger, company.operator, asked)
    assert verdict(company) == "met"
    nora = add_user("nora@example.com", "Nora", (), by=company.operator)
    assert person_of(ACCOUNT) == person_of(nora.account) != person_of(administrator)
    with pytest.raises(Refusal, match="no two persons claim it"):
        settle_account(company.ledger, company.operator, asked)


def test_who_linked_an_account_by_hand_does_not_settle_it(company, administrator):
    told(company, f"nora@example.com,{ACCOUNT}")
    link_account(user_named(company.approver), ACCOUNT, by=company.operator)
    asked = SettleAccount(ACCOUNT, company.approver)
    with pytest.raises(MayNot, match="or said whose it is"):
        settle_account(company.ledger, company.operator, asked)
    settle_account(company.ledger, administrator, asked)
    assert person_of(ACCOUNT) == person_of(company.approver)


def test_a_user_here_of_whose_account_nobody_told_is_one_with_who_claims_theirs(company):
    """As those are who were added before users were joined to their address."""
    of_old = User.objects.create_user("olga@example.com", "Olga")
    link_account(of_old, ACCOUNT, by=company.operator)
    assert person_of(of_old.account) == person_of(ACCOUNT) == of_old.account
    told(company, f"nora@example.com,{ACCOUNT}")
    assert person_of(of_old.account) == person_of(ACCOUNT) != of_old.account
    assert holder_of(of_old.account) == of_old.account


def test_whoever_may_be_a_claimant_by_another_quarrel_does_not_settle_it(company, administrator):
    told(company, f"nora@example.com,{ACCOUNT} github:user/88", "zed@example.com,github:user/88")
    asked = SettleAccount("github:user/88", "nora@example.com")
    told(company, f"pia@example.com,{ACCOUNT}")
    with pytest.raises(MayNot, match="you claim it yourself"):
        settle_account(company.ledger, administrator, asked)
    settle_account(company.ledger, company.operator, asked)
    assert verdict(company) == "deviation"  # of the other account


def test_the_machine_settles_nothing_where_an_administrator_could(company, administrator):
    told(company, f"nora@example.com,{ACCOUNT}", f"zed@example.com,{ACCOUNT}")
    asked = SettleAccount(ACCOUNT, "nora@example.com")
    with pytest.raises(MayNot, match="nobody's second person"):
        settle_account(company.ledger, company.operator, asked)
    settle_account(company.ledger, administrator, asked)
    assert verdict(company) == "met"
