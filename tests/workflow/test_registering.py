"""A system is described by whoever may, once, over what they looked at, and not for oneself."""

import pytest

from changeproof.accounts.people import add_user, grant_roles
from changeproof.events.refusal import Refusal
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.systems_read import described_systems
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.registering import DescribeSystem, Environment, describe_system
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot


def says(company):
    [found] = described_systems(company.ledger.store, ["shop"])
    return found


def test_a_description_replaces_the_one_that_was_looked_at(company):
    first = DescribeSystem(
        "shop",
        owner="rosa@example.com",
        objectives=("Customers can pay",),
        data_classes=("personal", "orders"),
        categories=("privacy", "availability"),
        depends_on=("mail",),
        environments=(Environment("live", "production", "aws:3"),),
        version_pattern="v{version}",
    )
    done = describe_system(company.ledger, company.manager, first)
    found = says(company)
    assert (found.record.owner, found.record.version_pattern) == (company.requester, "v{version}")
    assert found.listed("data_class") == ("orders", "personal")
    assert found.listed("category") == ("availability", "privacy")
    [place] = found.environments
    assert (place.environment, place.purpose, place.boundary) == ("live", "production", "aws:3")

    again = describe_system(company.ledger, company.manager, first)  # a double click
    assert (again.event, again.entry) == (done.event, done.entry)
    moved = DescribeSystem(
        "SHOP", environments=(Environment("LIVE", "staging"),), based_on=done.event
    )
    second = describe_system(company.ledger, company.manager, moved)
    assert second.name == "shop"
    assert says(company).listed("data_class") == ()
    [place] = says(company).environments
    assert (place.environment, place.purpose, place.boundary) == ("live", "staging", None)
    stale = DescribeSystem("shop", in_scope=False, based_on=done.event)
    with pytest.raises(Refusal, match="meanwhile"):
        describe_system(company.ledger, company.manager, stale)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"system": " "}, "system"),
        ({"depends_on": ("Shop",)}, "depends_on"),
        ({"owner": "somebody"}, "owner"),
        ({"owner": "nobody@example.com"}, "nobody@example.com"),
        ({"categories": ("security",)}, "categories"),
        ({"version_pattern": "{any}"}, "version_pattern"),
        ({"objectives": tuple(map(str, range(60)))}, "objectives"),
        ({"environments": (Environment("live", "fun"),)}, "environments"),
        (
            {"environments": (Environment("live", "test"), Environment("Live", "test"))},
            "environments",
        ),
        ({"based_on": "0" * 64}, "system"),
    ],
)
def test_what_cannot_stand_in_the_register_is_refused_by_its_field(company, wrong, where):
    with pytest.raises(Refusal) as refused:
        describe_system(
            company.ledger, company.manager, DescribeSystem(**{"system": "shop", **wrong})
        )
    assert refused.value.where == where
    assert not described_systems(company.ledger.store)


def test_only_who_may_describes_and_not_less_for_a_change_of_their_own(company):
    described = DescribeSystem("shop", data_classes=("personal",))
    for actor in (company.requester, company.approver):
        with pytest.raises(MayNot):
            describe_system(company.ledger, actor, described)
    done = describe_system(company.ledger, company.manager, described)
    asked = RequestChange(title="Pay later", system="shop", reason="Sales asked")
    change = request_change(company.ledger, company.manager, asked).change
    less = DescribeSystem("shop", based_on=done.event)
    with pytest.raises(Refusal, match=change):
        describe_system(company.ledger, company.manager, less)
    more = DescribeSystem("shop", data_classes=("personal", "health"), based_on=done.event)
    done = describe_system(company.ledger, company.manager, more)
    less = DescribeSystem("shop", data_classes=("health",), based_on=done.event)
    other = add_user("olga@example.com", "Olga", (), by=company.operator).account
    grant_roles(other, ["change_manager"], by=company.operator, system="shop")
    done = describe_system(company.ledger, other, less)
    with pytest.raises(MayNot):
        describe_system(company.ledger, other, DescribeSystem("mail"))
    close(company.ledger, company.manager, CloseChange(change, "cancelled"))
    none = DescribeSystem("shop", based_on=done.event)
    assert describe_system(company.ledger, company.manager, none).entry > done.entry
    assert company.ledger.store.all(ChangeRequest)


@pytest.mark.parametrize(
    ("less", "why"),
    [
        ({"in_scope": False}, "out of scope"),
        ({"environments": (Environment("Live", "test"),)}, "production no more"),
    ],
)
def test_nobody_takes_the_system_of_their_own_change_out_of_what_is_judged(company, less, why):
    asked = RequestChange(title="Pay later", system="shop", reason="Sales asked")
    change = request_change(company.ledger, company.manager, asked).change
    with pytest.raises(Refusal, match="out of scope"):
        describe_system(company.ledger, company.manager, DescribeSystem("shop", in_scope=False))
    described = DescribeSystem("shop", environments=(Environment("live", "production"),))
    done = describe_system(company.ledger, company.manager, described)
    fewer = DescribeSystem("shop", based_on=done.event, **less)
    with pytest.raises(Refusal, match=f"{why} while your own request {change}"):
        describe_system(company.ledger, company.manager, fewer)
    close(company.ledger, company.manager, CloseChange(change, "cancelled"))
    describe_system(company.ledger, company.manager, fewer)
