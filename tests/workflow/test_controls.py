"""A control matrix comes into force by two people, ahead of time, with a higher version."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.checks.loader import load_checks
from changeproof.events.people import AccountJoined
from changeproof.events.refusal import Refusal
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.controls_read import controls_stretches, matrix_of, stretch_now
from changeproof.ledger.service import now
from changeproof.policy.controls import controls_text
from changeproof.workflow.controls import (
    AdoptControls,
    ProposeControls,
    adopt_controls,
    propose_controls,
    record_initial_controls,
)
from changeproof.workflow.rulings import MayNot

HOUR = 3_600 * 1_000_000
CHECKS = [each.id for each in load_checks().checks]


@pytest.fixture
def second(company):
    record_initial_controls(company.ledger)
    return add_user("sam@example.com", "Sam", ["administrator"], by=company.operator).account


def text(version=2, owner="Quality guild"):
    edited = controls_text().replace("version: 1\n", f"version: {version}\n")
    return edited.replace("Head of Engineering", owner)


def proposed(version=2, in_force_from=None, said=None):
    begins = now() + HOUR if in_force_from is None else in_force_from
    return ProposeControls(text(version) if said is None else said, begins, CHECKS)


def test_the_initial_one_is_put_on_record_once_and_is_in_force_since_always(company):
    assert record_initial_controls(company.ledger)
    size = company.ledger.log.size()
    assert not record_initial_controls(company.ledger)
    assert company.ledger.log.size() == size
    stretch = stretch_now(company.ledger.store, now())
    assert (stretch.begins, stretch.is_initial, stretch.row.controls_version) == (0, True, 1)
    assert company.ledger.text(stretch.row.controls) == controls_text()


def test_what_nobody_put_on_record_is_refused_with_the_way_to_put_it_there(company):
    with pytest.raises(Refusal, match="holds none yet") as caught:
        stretch_now(company.ledger.store, now())
    assert "changeproof init" in caught.value.cure


def test_a_second_person_adopts_what_the_first_put_forward(company, second):
    command = proposed()
    assert propose_controls(company.ledger, company.operator, command).name == "version 2"
    store = company.ledger.store
    assert [row.controls_version for row in store.all(ControlsInForce)] == [1]
    adopt_controls(company.ledger, second, AdoptControls(2))
    stretches = controls_stretches(store, 0, command.in_force_from + HOUR)
    assert [(each.row.controls_version, each.begins, each.ends) for each in stretches] == [
        (1, 0, command.in_force_from),
        (2, command.in_force_from, command.in_force_from + HOUR),
    ]
    row = stretches[-1].row
    assert (row.proposed_by, row.adopted_by) == (company.operator, second)
    owners = {control.owner for control in matrix_of(row, company.ledger.text).controls}
    assert "Quality guild" in owners
    assert stretch_now(store, now()).row.controls_version == 1


def test_whoever_put_it_forward_does_not_adopt_it_whatever_account_they_use(company, second):
    propose_controls(company.ledger, company.operator, proposed())
    with pytest.raises(MayNot, match="second person"):
        adopt_controls(company.ledger, company.operator, AdoptControls(2))
    company.forge.say(AccountJoined, account=second, person=company.operator, effective_at=0)
    with pytest.raises(MayNot, match="second person"):
        adopt_controls(company.ledger, second, AdoptControls(2))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (lambda: proposed(in_force_from=now() - 1), "that time is over"),
        (lambda: proposed(version=1), "versions only go up"),
        (lambda: proposed(said="version: 2"), '"controls" is missing'),
        (
            lambda: proposed(said=text().replace("cc8_1/01_life_cycle", "cc8_1/01_lifecycle")),
            'no check "cc8_1/01_lifecycle"',
        ),
    ],
)
def test_what_cannot_come_into_force_is_not_taken(company, second, command, why):
    size = company.ledger.log.size()
    with pytest.raises(Refusal) as caught:
        propose_controls(company.ledger, company.operator, command())
    assert why in caught.value.why
    assert company.ledger.log.size() == size


def test_who_may_not_adopt_may_not_propose_and_what_nobody_proposed_is_not_adopted(company, second):
    with pytest.raises(MayNot):
        propose_controls(company.ledger, company.requester, proposed())
    with pytest.raises(Refusal, match="nobody has proposed it"):
        adopt_controls(company.ledger, second, AdoptControls(7))


def test_of_two_that_begin_together_the_higher_is_in_force(company, second):
    begins = now() + HOUR
    for version in (2, 3):
        propose_controls(company.ledger, company.operator, proposed(version, begins))
        adopt_controls(company.ledger, second, AdoptControls(version))
    found = controls_stretches(company.ledger.store, 0, begins + HOUR)
    assert [each.row.controls_version for each in found] == [1, 3]
