"""A policy comes into force by two people, ahead of time, with a higher version (hard case 54)."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.events.event import sha256_hex
from changeproof.events.people import AccountJoined
from changeproof.events.receipts import PolicyProposed
from changeproof.events.refusal import Refusal
from changeproof.ledger.policies import PolicyInForce, PolicyParameter
from changeproof.ledger.service import now
from changeproof.workflow.policies import AdoptPolicy, ProposePolicy, adopt_policy, propose_policy
from changeproof.workflow.rulings import MayNot
from tests.policy.policies import text_with

HOUR = 3_600 * 1_000_000


@pytest.fixture
def second(company):
    return add_user("sam@example.com", "Sam", ["administrator"], by=company.operator).account


def proposed(version=2, in_force_from=None):
    return ProposePolicy(
        text_with(version=version), now() + HOUR if in_force_from is None else in_force_from
    )


def versions(company):
    return sorted(row.policy_version for row in company.ledger.store.all(PolicyInForce))


def test_a_second_person_adopts_what_the_first_put_forward(company, second):
    before = versions(company)
    command = proposed()
    done = propose_policy(company.ledger, company.operator, command)
    assert (done.name, versions(company)) == ("version 2", before)
    adopt_policy(company.ledger, second, AdoptPolicy(2))
    [row] = [row for row in company.ledger.store.all(PolicyInForce) if row.policy_version == 2]
    assert (row.adopted_by, row.approved_by) == (company.operator, second)
    assert row.in_force_from == command.in_force_from
    assert company.ledger.text(row.policy) == command.text.strip()
    [risk] = [
        each.value
        for each in company.ledger.store.by(PolicyParameter, "policy_version", [2])
        if each.parameter == "unrated_risk"
    ]
    assert risk == "medium"


def test_whoever_put_it_forward_does_not_adopt_it_whatever_account_they_use(company, second):
    propose_policy(company.ledger, company.operator, proposed())
    with pytest.raises(MayNot, match="second person"):
        adopt_policy(company.ledger, company.operator, AdoptPolicy(2))
    company.forge.say(AccountJoined, account=second, person=company.operator, effective_at=0)
    with pytest.raises(MayNot, match="second person"):
        adopt_policy(company.ledger, second, AdoptPolicy(2))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (lambda: proposed(in_force_from=now() - 1), "that time is over"),
        (lambda: proposed(version=1), "versions only go up"),
        (lambda: ProposePolicy("version: 2", now() + HOUR), '"approvals" is missing'),
    ],
)
def test_what_cannot_come_into_force_is_not_taken(company, command, why):
    if "go up" in why:
        adopted_twice(company)
    with pytest.raises(Refusal) as caught:
        propose_policy(company.ledger, company.operator, command())
    assert why in caught.value.why


def adopted_twice(company):
    other = add_user("kim@example.com", "Kim", ["administrator"], by=company.operator).account
    propose_policy(company.ledger, company.operator, proposed())
    adopt_policy(company.ledger, other, AdoptPolicy(2))


def test_a_proposal_whose_time_came_before_anybody_adopted_it_is_not_adopted(company, second):
    text = text_with(version=2).encode()
    late = PolicyProposed(
        source="desk",
        delivery="long ago",
        occurred_at=1_000_000,
        actor=company.operator,
        policy_version=2,
        policy=sha256_hex(text),
        in_force_from=2_000_000,
    )
    company.ledger.record_events([late], [text], collector="desk")
    with pytest.raises(Refusal, match="that time is over"):
        adopt_policy(company.ledger, second, AdoptPolicy(2))


def test_who_may_not_adopt_may_not_propose_and_what_nobody_proposed_is_not_adopted(company, second):
    with pytest.raises(MayNot):
        propose_policy(company.ledger, company.requester, proposed())
    with pytest.raises(Refusal, match="nobody has proposed it"):
        adopt_policy(company.ledger, second, AdoptPolicy(7))


def test_the_machine_is_none_of_the_two_where_there_are_two(company, second):
    other = add_user("kim@example.com", "Kim", ["administrator"], by=company.operator).account
    propose_policy(company.ledger, company.operator, proposed())
    propose_policy(company.ledger, second, proposed(3))
    for actor, version in ((second, 2), (company.operator, 3)):
        with pytest.raises(MayNot, match="nobody's second person"):
            adopt_policy(company.ledger, actor, AdoptPolicy(version))
    adopt_policy(company.ledger, other, AdoptPolicy(3))
