"""People, their roles and accounts, as evidence in a real instance."""

import pytest

from changeproof.accounts.models import DirectoryEntry, User
from changeproof.accounts.names import filled, name_of, remember_names
from changeproof.accounts.people import (
    OPERATOR_ROLES,
    add_user,
    as_git_knows,
    deactivate,
    forget,
    grant_roles,
    join_users_of_before,
    link_account,
    operator,
    revoke_role,
    user_named,
)
from changeproof.accounts.permissions import (
    NotPermitted,
    Permission,
    claims_of,
    may,
    may_somewhere,
    person_of,
    persons_of,
    require,
    roles_of,
)
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import take
from changeproof.ledger.holders import claimants
from changeproof.ledger.service import ledger, now
from changeproof.sources.delivery import Delivery


@pytest.fixture
def somebody(instance):
    return operator()


def test_the_operator_is_made_once_with_grants_on_record(somebody):
    size = ledger().log.size()
    assert operator() == somebody
    assert ledger().log.size() == size == len(OPERATOR_ROLES)
    assert all(may(somebody.account, permission) for permission in Permission)
    assert roles_of(somebody.account) == set(OPERATOR_ROLES)
    assert not somebody.has_usable_password()


def test_a_user_has_the_roles_that_were_granted_and_no_other(somebody):
    ada = add_user("Ada@Example.com", "Ada", ["approver"], by=somebody.account)
    assert ada.email == "ada@example.com"
    assert may(ada.account, Permission.CHANGE_APPROVE)
    assert not may(ada.account, Permission.ACCOUNT_MANAGE)
    require(ada.account, Permission.CHANGE_APPROVE, "payments")
    with pytest.raises(NotPermitted, match="may not"):
        require(ada.account, Permission.POLICY_ADOPT)


def test_adding_somebody_again_gives_further_roles_and_repeats_none(somebody):
    ada = add_user("ada@example.com", "Ada", ["approver"], by=somebody.account)
    size = ledger().log.size()
    assert add_user("ada@example.com", "", ["approver"], by=somebody.account) == ada
    assert ledger().log.size() == size
    add_user("ada@example.com", "", ["deployer"], by=somebody.account)
    assert roles_of(ada.account) == {"approver", "deployer"}


def test_a_role_on_one_system(somebody):
    ada = add_user("ada@example.com", "Ada", [], by=somebody.account)
    grant_roles(ada.account, ["approver"], by=somebody.account, system="payments")
    assert may(ada.account, Permission.CHANGE_APPROVE, "payments")
    assert may_somewhere(ada.account, Permission.CHANGE_APPROVE)
    assert not may(ada.account, Permission.CHANGE_APPROVE, "search")


def test_a_revocation_counts_with_the_next_question(somebody):
    ada = add_user("ada@example.com", "Ada", ["approver"], by=somebody.account)
    revoke_role(ada.account, "approver", by=somebody.account)
    assert roles_of(ada.account) == frozenset()


def test_the_last_administrator_stays(somebody):
    with pytest.raises(Refusal, match="last administrator") as refused:
        revoke_role(somebody.account, "administrator", by=somebody.account)
    assert "user add --role administrator" in refused.value.cure
    with pytest.raises(Refusal, match="last administrator"):
        deactivate(somebody, by=somebody.account)
    ada = add_user("ada@example.com", "Ada", ["administrator"], by=somebody.account)
    revoke_role(somebody.account, "administrator", by=ada.account)
    with pytest.raises(Refusal, match="last administrator"):
        forget(ada, by=ada.account)


def test_an_administrator_of_one_system_is_no_other_administrator(somebody):
    ada = add_user("ada@example.com", "Ada", [], by=somebody.account)
    grant_roles(ada.account, ["administrator"], by=somebody.account, system="payments")
    with pytest.raises(Refusal, match="last administrator"):
        revoke_role(somebody.account, "administrator", by=somebody.account)


def test_who_was_deactivated_neither_counts_nor_comes_back(somebody):
    ada = add_user("ada@example.com", "Ada", ["administrator"], by=somebody.account)
    deactivate(ada, by=somebody.account)
    assert roles_of(ada.account) == frozenset()
    with pytest.raises(Refusal, match="not added"):
        add_user("ada@example.com", "Ada", ["approver"], by=somebody.account)
    with pytest.raises(Refusal, match="last administrator"):
        revoke_role(somebody.account, "administrator", by=somebody.account)


def test_a_link_joins_accounts_to_one_person_for_their_whole_past(somebody):
    link_account(somebody, "github:user/5", by=somebody.account)
    assert person_of("github:user/5") == person_of(somebody.account) == somebody.account
    assert person_of("github:user/5", at=1) == somebody.account
    size = ledger().log.size()
    link_account(somebody, "github:user/5", by=somebody.account)
    assert ledger().log.size() == size
    with pytest.raises(Refusal, match="not linked"):
        link_account(somebody, "local:user/99", by=somebody.account)


def test_users_are_found_by_address_number_and_account(somebody):
    ada = add_user("ada@example.com", "Ada", by=somebody.account)
    assert {user_named(w) for w in ("ADA@example.com", str(ada.pk), ada.account)} == {ada}
    assert user_named("operator") == somebody
    with pytest.raises(Refusal, match="no such user"):
        user_named("nobody@example.com")


@pytest.mark.parametrize("address", ["", "ada", "a@b@c"])
def test_an_address_that_is_none_adds_nobody(somebody, address):
    size = ledger().log.size()
    with pytest.raises(Refusal, match="not added"):
        add_user(address, "Ada", by=somebody.account)
    assert (ledger().log.size(), User.objects.count()) == (size, 1)


def test_names_come_from_the_directory_and_can_be_forgotten(somebody):
    ada = add_user("ada@example.com", "Ada Lovelace", by=somebody.account)
    link_account(ada, "github:user/5", by=somebody.account)
    remember_names({"github:user/5": "ada-l"})
    remember_names({"github:user/5": "ada-lovelace", "github:user/6": ""})
    text = f"{{github:user/5}} wrote it, {{{ada.account}}} asked, {{github:user/6}} pushed"
    assert filled(text) == "ada-lovelace wrote it, Ada Lovelace asked, github:user/6 pushed"
    size = ledger().log.size()
    forget(ada, by=somebody.account)
    assert name_of("github:user/5") == "github:user/5"
    assert name_of(ada.account) == ada.account
    assert not DirectoryEntry.objects.exists()
    assert not User.objects.filter(email="ada@example.com").exists()
    assert ledger().log.size() == size + 1  # the role's end; nothing was taken out


def test_a_pseudonym_is_shown_short(somebody):
    assert name_of("git:" + "9f86d081" * 8) == "git author 9f86d081"


def test_no_name_or_address_enters_the_log(somebody):
    ada = add_user("ada@example.com", "Ada Lovelace", ["approver"], by=somebody.account)
    link_account(ada, "github:user/5", by=somebody.account)
    for row in ledger().log.entries():
        assert b"lovelace" not in row.entry.lower()
        assert b"example.com" not in row.entry


@pytest.mark.parametrize("digits", [19, 30, 5_000])
def test_a_number_that_no_user_can_have_is_nobody(somebody, digits):
    with pytest.raises(Refusal) as caught:
        user_named("9" * digits)
    assert len(caught.value.where) <= 200


def test_an_upgrade_begins_no_quarrel_about_users_of_before(somebody):
    """As an earlier version added them, each address theirs alone; then the directory tells."""
    users = [User.objects.create_user(f"p{number}@example.com", "P") for number in range(3)]
    commits = {user.account: as_git_knows(user.email) for user in users}
    for user in users:
        link_account(user, user.email, by=somebody.account)
    link_account(users[0], "github:user/7", by=somebody.account)
    body = "email,accounts\n" + "".join(f"{user.email},\n" for user in users)
    take(ledger(), [Delivery("roster", "roster", body.encode(), now())])
    assert claimants(claims_of(commits.values())).keys() == set(commits.values())
    assert join_users_of_before() == 3
    assert claimants(claims_of(commits.values())) == {}
    own = {*commits, *commits.values(), "github:user/7"}
    assert len(set(persons_of(own).values())) == 3
    assert join_users_of_before() == 0
    add_user("new@example.com", "New", by=somebody.account)
    assert join_users_of_before() == 0
