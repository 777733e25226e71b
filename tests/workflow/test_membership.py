"""People are added by hand, given roles and leave: each an entry, never for oneself."""

import pytest

from changeproof.accounts.asked_roles import open_roles
from changeproof.accounts.models import DirectoryUser, User
from changeproof.accounts.people import add_user, grant_roles
from changeproof.accounts.permissions import roles_of
from changeproof.events.refusal import Refusal
from changeproof.ledger.access import Departure
from changeproof.workflow.asked_roles import ConfirmRole, confirm_role
from changeproof.workflow.membership import (
    AddPerson,
    GiveRole,
    RecordDeparture,
    TakeRole,
    add_person,
    give_role,
    record_departure,
    take_role,
)
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot


@pytest.fixture
def administrator(company):
    return add_user("pia@example.com", "Pia", ["administrator"], by=company.operator).account


def test_somebody_is_added_given_more_and_leaves(company, administrator):
    request_change(company.ledger, company.requester, RequestChange("Pay", "shop", "Sales"))
    asked = AddPerson("Nora@Example.com", "Nora", ("requester", "approver"), "shop")
    done = add_person(company.ledger, administrator, asked)
    nora = User.objects.get(email="nora@example.com")
    assert done.name == nora.account
    assert company.ledger.log.position_of(done.event) == done.entry
    assert roles_of(nora.account) == {"requester"}
    [waits] = open_roles(company.ledger.store)
    second = add_user("quinn@example.com", "Quinn", ["administrator"], by=company.operator).account
    confirm_role(company.ledger, second, ConfirmRole(waits.stated.asked))
    assert roles_of(nora.account) == {"requester", "approver"}

    more = GiveRole("nora@example.com", "deployer")
    first = give_role(company.ledger, administrator, more)
    assert give_role(company.ledger, administrator, more).entry == first.entry  # a double click
    take_role(company.ledger, administrator, TakeRole(nora.account, "approver", "shop"))
    assert roles_of(nora.account) == {"requester", "deployer"}
    with pytest.raises(Refusal, match="do not hold it so"):
        take_role(company.ledger, administrator, TakeRole(nora.account, "requester"))

    record_departure(company.ledger, administrator, RecordDeparture(nora.account))
    assert roles_of(nora.account) == set()
    assert not User.objects.get(pk=nora.pk).is_active
    assert len(company.ledger.store.all(Departure)) == 1


def test_what_may_not_be_is_refused_by_its_field(company, administrator):
    DirectoryUser.objects.create(
        pk="kept", user_name="kept@example.com", document={},
        created_at="2026-01-01T00:00:00Z", modified_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    for wrong, where in (
        (AddPerson("nora", "Nora", ("requester",)), "email"),
        (AddPerson("pia@example.com", "", ("requester",)), "email"),
        (AddPerson("rosa@example.com", "", ("approver",)), "email"),
        (AddPerson("kept@example.com", "", ("approver",)), "email"),
        (AddPerson("nora@example.com", "", ()), "roles"),
        (AddPerson("nora@example.com", "", ("owner",)), "roles"),
        (AddPerson("nora@example.com", "", ("approver",), "nowhere"), "system"),
    ):
        with pytest.raises(Refusal) as refused:
            add_person(company.ledger, administrator, wrong)
        assert refused.value.where == where
    assert not User.objects.filter(email__startswith="nora").exists()


def test_nobody_gives_themselves_a_role_or_undoes_what_a_group_gives(company, administrator):
    with pytest.raises(MayNot):
        give_role(company.ledger, administrator, GiveRole(administrator, "approver"))
    with pytest.raises(MayNot):
        record_departure(company.ledger, administrator, RecordDeparture(administrator))
    for actor in (company.manager, company.approver):
        with pytest.raises(MayNot):
            add_person(company.ledger, actor, AddPerson("nora@example.com", "", ("approver",)))
        with pytest.raises(MayNot):
            give_role(company.ledger, actor, GiveRole(actor, "administrator"))
    grant_roles(company.requester, ["approver"], by="scim:directory")
    with pytest.raises(Refusal, match="a group of theirs gives it"):
        take_role(company.ledger, administrator, TakeRole(company.requester, "approver"))
    take_role(company.ledger, company.operator, TakeRole(company.operator, "administrator"))
    with pytest.raises(Refusal, match="without one nobody could grant"):
        take_role(company.ledger, administrator, TakeRole(administrator, "administrator"))
