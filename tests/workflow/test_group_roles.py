"""A group gives a role from the log: two people for one that decides, nobody for themselves."""

import pytest

from changeproof.accounts.directory import keep_group, keep_user
from changeproof.accounts.group_roles import TWO_PERSONS, given_by_groups, standing_group_roles
from changeproof.accounts.holdings import Holding
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, grant_roles
from changeproof.accounts.permissions import holdings_of, roles_of
from changeproof.accounts.trusted_issuers import TrustedIssuers
from changeproof.events.group_roles import GroupRoleAdopted
from changeproof.events.refusal import Refusal
from changeproof.workflow.group_roles import (
    AdoptGroupRole,
    EndGroupRole,
    ProposeGroupRole,
    adopt_group_role,
    end_group_role,
    propose_group_role,
)
from changeproof.workflow.rulings import MayNot

SCIM = "scim:directory"


@pytest.fixture
def pia(company):
    return add_user("pia@example.com", "Pia", ["administrator"], by=company.operator).account


@pytest.fixture
def quinn(company):
    return add_user("quinn@example.com", "Quinn", ["administrator"], by=company.operator).account


def member(company, address, *groups):
    kept = keep_user({"userName": address, "active": True}, by=company.operator)
    for group in groups:
        keep_group(group, [kept.pk])
    return User.objects.get(email=address).account


def states(company):
    return {each.stated.mapping: each.state for each in standing_group_roles(company.ledger.store)}


def test_a_role_that_decides_waits_for_a_second_person(company, pia, quinn):
    assert {"requester", "deployer", "auditor"}.isdisjoint(TWO_PERSONS)
    assert {"approver", "change_manager", "administrator"} == TWO_PERSONS
    nora = member(company, "nora@example.com", "payments")
    asked = ProposeGroupRole(SCIM, "payments", "approver")
    done = propose_group_role(company.ledger, pia, asked)
    assert propose_group_role(company.ledger, quinn, asked).event == done.event  # said twice
    assert roles_of(nora) == set()
    with pytest.raises(MayNot, match="a second person"):
        adopt_group_role(company.ledger, pia, AdoptGroupRole(done.name))
    own = GroupRoleAdopted(source="desk", delivery="x", occurred_at=1, actor=pia, mapping=done.name)
    company.ledger.record_events([own], collector="test")  # nor behind the desk's back
    assert states(company) == {done.name: "waits"}
    with pytest.raises(MayNot):
        adopt_group_role(company.ledger, company.manager, AdoptGroupRole(done.name))

    adopt_group_role(company.ledger, quinn, AdoptGroupRole(done.name))
    assert states(company) == {done.name: "in force"}
    assert roles_of(nora) == {"approver"}
    with pytest.raises(Refusal, match="in force already"):
        adopt_group_role(company.ledger, quinn, AdoptGroupRole(done.name))
    end_group_role(company.ledger, pia, EndGroupRole(done.name, "Moved on"))
    assert roles_of(nora) == set()
    assert states(company) == {done.name: "ended"}
    with pytest.raises(Refusal, match="ended it meanwhile"):
        end_group_role(company.ledger, pia, EndGroupRole(done.name))


def test_another_role_holds_at_once_and_nobody_gives_it_to_themselves(company, pia, quinn):
    nora = member(company, "nora@example.com", "engineers")
    engineers = ProposeGroupRole(SCIM, "engineers", "deployer")
    propose_group_role(company.ledger, pia, engineers)
    assert roles_of(nora) == {"deployer"}
    member(company, "quinn@example.com", "admins")
    with pytest.raises(MayNot, match="nobody gives themselves"):
        propose_group_role(company.ledger, quinn, ProposeGroupRole(SCIM, "admins", "deployer"))
    waits = propose_group_role(company.ledger, pia, ProposeGroupRole(SCIM, "admins", "approver"))
    with pytest.raises(MayNot, match="nobody gives themselves"):
        adopt_group_role(company.ledger, quinn, AdoptGroupRole(waits.name))
    end_group_role(company.ledger, quinn, EndGroupRole(waits.name))
    assert states(company)[waits.name] == "refused"


def test_a_sign_ons_role_is_taken_back_when_the_mapping_ends(company, pia, settings):
    provider = {"id": "okta", "name": "Okta", "issuer": "https://id.example.com", "client_id": "x"}
    settings.ISSUERS = TrustedIssuers.model_validate({"people": [provider]})
    asked = ProposeGroupRole("oidc:okta", "engineers", "requester")
    done = propose_group_role(company.ledger, pia, asked)
    [issuer] = settings.ISSUERS.people

    def given():
        rows = standing_group_roles(company.ledger.store)
        return given_by_groups(rows, issuer.account, issuer, frozenset({"engineers"}))

    assert given() == {Holding("requester")}
    nora = add_user("nora@example.com", "Nora", (), by="oidc:okta").account
    grant_roles(nora, ["requester"], by="oidc:okta")
    end_group_role(company.ledger, pia, EndGroupRole(done.name))
    assert given() == frozenset()
    assert holdings_of([nora])[nora] == frozenset()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"provider": "oidc:nobody"}, "provider"),
        ({"group": " "}, "group"),
        ({"role": "owner"}, "role"),
        ({"system": "nowhere"}, "system"),
    ],
)
def test_what_makes_no_mapping_is_refused_by_its_field(company, pia, wrong, where):
    said = {"provider": SCIM, "group": "engineers", "role": "deployer", **wrong}
    with pytest.raises(Refusal) as refused:
        propose_group_role(company.ledger, pia, ProposeGroupRole(**said))
    assert refused.value.where == where
    assert states(company) == {}
