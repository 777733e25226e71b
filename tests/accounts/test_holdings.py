"""Roles follow from grants and revocations alone."""

from hypothesis import given
from hypothesis import strategies as st

from changeproof.accounts.holdings import Holding, allows, allows_somewhere, held, person_at
from changeproof.accounts.vocabulary import (
    READING,
    ROLE_PERMISSIONS,
    ROLES,
    Permission,
)
from changeproof.ledger.holders import one_person
from changeproof.ledger.people import AccountPerson, AccountSettlement, RoleGrant, RoleRevocation

times = st.integers(0, 20)
systems = st.sampled_from(["", "payments", "search"])


def grant(role: str, at: int, system: str = "") -> RoleGrant:
    return RoleGrant("local:user/1", role, system, at, None, at, f"g{role}{at}{system}")


def revocation(role: str, at: int, system: str = "") -> RoleRevocation:
    return RoleRevocation("local:user/1", role, system, at, None, at, f"r{role}{at}{system}")


grants = st.lists(st.builds(grant, st.sampled_from(ROLES), times, systems), max_size=8)
revocations = st.lists(st.builds(revocation, st.sampled_from(ROLES), times, systems), max_size=8)


def test_a_grant_lasts_until_its_revocation_and_a_later_one_begins_again():
    rows = [grant("approver", 10), grant("approver", 30)]
    ended = [revocation("approver", 20)]
    lasting = [at for at in range(40) if held(rows, ended, at)]
    assert lasting == [*range(10, 20), *range(30, 40)]


def test_in_the_same_microsecond_a_revocation_wins():
    assert not held([grant("approver", 10)], [revocation("approver", 10)], 10)


def test_a_revocation_for_all_systems_ends_a_grant_for_one_but_not_the_reverse():
    one, everywhere = grant("approver", 10, "payments"), grant("approver", 10)
    assert not held([one], [revocation("approver", 20)], 20)
    assert held([everywhere], [revocation("approver", 20, "payments")], 20)


@given(grants, revocations, times, st.randoms())
def test_order_and_repetition_change_nothing(granted, revoked, at, random):
    again, anew = granted * 2, revoked * 2
    random.shuffle(again)
    random.shuffle(anew)
    assert held(again, anew, at) == held(granted, revoked, at)


@given(grants, revocations, times)
def test_what_comes_later_does_not_change_what_was(granted, revoked, at):
    seen = [row for row in granted if row.granted_at <= at]
    assert held(granted, revoked, at) == held(seen, revoked, at)


@given(grants, revocations, times)
def test_after_every_role_is_revoked_nothing_is_held(granted, revoked, at):
    all_ended = [revocation(role, at) for role in ROLES]
    assert not held(granted, [*revoked, *all_ended], at)


def test_a_role_on_one_system_does_not_reach_another_nor_all():
    holdings = {Holding("approver", "payments")}
    assert allows(holdings, Permission.CHANGE_APPROVE, "payments")
    assert not allows(holdings, Permission.CHANGE_APPROVE, "search")
    assert not allows(holdings, Permission.CHANGE_APPROVE)
    assert allows_somewhere(holdings, Permission.CHANGE_APPROVE)


def test_an_auditor_only_reads():
    assert ROLE_PERMISSIONS["auditor"] == READING | {Permission.AUDIT_PACK}


def test_every_role_is_described_and_every_permission_is_somebodys():
    assert set(ROLE_PERMISSIONS) == set(ROLES)
    assert frozenset().union(*ROLE_PERMISSIONS.values()) == frozenset(Permission)


def test_nobody_joined_is_a_person_alone_and_all_who_claim_an_account_are_one():
    joins = [
        AccountPerson("github:user/1", "local:user/1", 10, None, 10, "e1"),
        AccountPerson("github:user/1", "local:user/2", 20, None, 20, "e2"),
    ]
    assert person_at("github:user/2", joins, 5) == "github:user/2"
    assert person_at("github:user/1", joins[:1], 5) == "local:user/1"  # it was theirs before
    seen = [person_at("github:user/1", joins, at) for at in (5, 10, 25)]
    assert seen == ["persons:local:user/1"] * 3
    handed_over = [
        AccountSettlement("github:user/1", f"local:user/{n}", n - 1, 20, "local:user/3", 30, "e3")
        for n in (1, 2)
    ]
    seen = [person_at("github:user/1", joins, at, handed_over) for at in (5, 10, 25)]
    assert seen == ["local:user/1", "local:user/1", "local:user/2"]


def test_a_user_who_is_named_in_place_of_a_person_is_whose_user_that_is():
    joins = [
        AccountPerson("github:user/1", "local:user/1", 10, None, 10, "e1"),
        AccountPerson("local:user/1", "person:ada", 20, None, 20, "e2"),
    ]
    assert person_at("github:user/1", joins, 30) == person_at("local:user/1", joins, 30)


@given(st.integers(2, 12), st.data())
def test_quarrels_that_hang_together_have_one_name_wherever_the_question_begins(length, data):
    """person 0 | account 0 | person 1 | account 1 | …: each account is claimed by two in a row."""
    parties = [{f"p{number:02}", f"p{number + 1:02}"} for number in range(length)]
    names = one_person(data.draw(st.permutations(parties)))
    assert set(names.values()) == {"persons:p00"}
