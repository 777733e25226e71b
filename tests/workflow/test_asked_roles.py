"""A role that decides, given by hand, is given by two: attacked by every road that gives one."""

from dataclasses import replace

import pytest
from django.core import mail
from django.utils import timezone

from changeproof.accounts.asked_roles import open_roles, standing_roles
from changeproof.accounts.group_roles import TWO_PERSONS
from changeproof.accounts.links import waiting_link
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, grant_roles, link_account, operator
from changeproof.accounts.permissions import roles_of
from changeproof.alerts.models import Outgoing
from changeproof.alerts.persons import sweep_persons
from changeproof.events.asked_roles import RoleConfirmed
from changeproof.events.refusal import Refusal
from changeproof.ledger.asked_roles import VisitLinkRow
from changeproof.ledger.service import ledger, now
from changeproof.workflow.asked_roles import ConfirmRole, RefuseRole, confirm_role, refuse_role
from changeproof.workflow.break_glass import BreakGlass, break_glass
from changeproof.workflow.first_visits import MakeLink, make_link
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
from changeproof.workflow.rulings import MayNot

HOUR = 3_600_000_000


@pytest.fixture
def pia(company):
    return add_user("pia@example.com", "Pia", ["administrator"], by=company.operator).account


@pytest.fixture
def quinn(company):
    return add_user("quinn@example.com", "Quinn", ["administrator"], by=company.operator).account


def states(company):
    return {each.stated.asked: each.state for each in standing_roles(company.ledger.store)}


@pytest.mark.parametrize("role", sorted(TWO_PERSONS))
def test_one_administrator_makes_nobody_who_decides(company, pia, quinn, role):
    puppet = add_person(company.ledger, pia, AddPerson("p@example.com", "P", ("requester", role)))
    assert roles_of(puppet.name) == {"requester"}
    asked = GiveRole(puppet.name, role, reason="They are on call")
    done = give_role(company.ledger, pia, asked)
    assert give_role(company.ledger, pia, asked).event == done.event  # said twice
    assert states(company) == {done.name: "waits"}
    for who, why in (
        (pia, "a second person"),
        (puppet.name, "administrators"),
        (company.manager, "administrators"),
        (company.operator, "nobody's second person"),
    ):
        with pytest.raises(MayNot, match=why):
            confirm_role(company.ledger, who, ConfirmRole(done.name))
    own = RoleConfirmed(source="desk", delivery="x", occurred_at=1, actor=pia, asked=done.name)
    company.ledger.record_events([own], collector="test")  # nor behind the desk's back
    assert states(company) == {done.name: "waits"}
    assert roles_of(puppet.name) == {"requester"}

    confirm_role(company.ledger, quinn, ConfirmRole(done.name))
    assert roles_of(puppet.name) == {"requester", role}
    with pytest.raises(Refusal, match="answered it meanwhile"):
        confirm_role(company.ledger, quinn, ConfirmRole(done.name))
    take_role(company.ledger, pia, TakeRole(puppet.name, role))
    give_role(company.ledger, pia, asked)  # again: it is asked again
    assert roles_of(puppet.name) == {"requester"}


def test_nobody_is_two_people(company, pia, quinn):
    """A second account of the asker, of whose role it is, of the machine or a broken glass."""
    second = add_user("pia2@example.com", "Pia too", ["administrator"], by=company.operator)
    link_account(User.objects.get(email="pia@example.com"), "github:user/7", by=company.operator)
    done = give_role(company.ledger, pia, GiveRole(quinn, "approver"))
    with pytest.raises(MayNot, match="nobody gives themselves"):
        confirm_role(company.ledger, quinn, ConfirmRole(done.name))
    _, broken = break_glass(company.ledger, company.operator, BreakGlass("Nobody is here", HOUR))
    with pytest.raises(MayNot, match="nobody's second person"):
        confirm_role(company.ledger, broken.account, ConfirmRole(done.name))
    for who in (broken.account, company.operator):
        with pytest.raises(MayNot, match="nobody's second person"):
            give_role(company.ledger, who, GiveRole(company.requester, "approver"))
        with pytest.raises(MayNot, match="nobody's second person"):
            add_person(company.ledger, who, AddPerson("n@example.com", "N", ("administrator",)))
    assert not User.objects.filter(email="n@example.com").exists()
    with pytest.raises(MayNot, match="nobody gives themselves"):
        give_role(company.ledger, pia, GiveRole(pia, "approver", alone=True, reason="Why not"))
    confirm_role(company.ledger, second.account, ConfirmRole(done.name))  # not joined: another
    assert "approver" in roles_of(quinn)


def test_what_became_stale_is_not_confirmed(company, pia, quinn):
    asked = [give_role(company.ledger, pia, GiveRole(company.requester, "approver"))]
    asked.append(give_role(company.ledger, quinn, GiveRole(company.approver, "change_manager")))
    take_role(company.ledger, quinn, TakeRole(pia, "administrator"))
    with pytest.raises(Refusal, match="no administrator any more"):
        confirm_role(company.ledger, quinn, ConfirmRole(asked[0].name))
    assert refuse_role(company.ledger, quinn, RefuseRole(asked[0].name, "No")).note
    record_departure(company.ledger, quinn, RecordDeparture(company.approver))
    assert open_roles(company.ledger.store) == []
    assert states(company) == {asked[0].name: "refused", asked[1].name: "waits"}


def test_who_works_on_the_host_gives_one_alone_and_all_administrators_are_told(company, pia, quinn):
    alone = GiveRole(company.requester, "approver", alone=True)
    with pytest.raises(Refusal, match="nobody said why"):
        give_role(company.ledger, company.operator, alone)
    said = GiveRole(company.requester, "approver", reason="There is one of us", alone=True)
    done = give_role(company.ledger, company.operator, said)
    assert roles_of(company.requester) == {"requester", "approver"}
    told = Outgoing.objects.filter(case_id=f"break_glass:{done.name}").values_list("recipient")
    assert {pia, quinn} <= {each for (each,) in told}
    assert states(company) == {done.name: "given alone"}
    refuse_role(company.ledger, pia, RefuseRole(done.name))
    assert roles_of(company.requester) == {"requester"}

    done = give_role(company.ledger, pia, said)
    with pytest.raises(MayNot, match="a second person"):
        confirm_role(company.ledger, pia, ConfirmRole(done.name))
    confirm_role(company.ledger, quinn, ConfirmRole(done.name))
    assert states(company)[done.name] == "confirmed"


def test_the_second_administrator_is_told_of_what_waits(company, pia, quinn):
    done = give_role(company.ledger, pia, GiveRole(company.requester, "approver"))
    sweep_persons(company.ledger, now())
    told = Outgoing.objects.filter(case_id=f"role:{done.name}").values_list("recipient", flat=True)
    assert list(told) == [quinn]


def test_an_empty_instance_is_given_its_first_roles_by_the_machine(instance):
    by = operator().account
    done = add_person(ledger(), by, AddPerson("ben@example.com", "Ben", ("approver",)))
    assert roles_of(done.name) == {"approver"}
    both = ("administrator", "change_manager")
    first = add_person(ledger(), by, AddPerson("ada@example.com", "Ada", both))
    assert roles_of(first.name) == {*both}
    assert [each.state for each in open_roles(ledger().store)] == ["given alone"] * 3  # on record
    with pytest.raises(MayNot, match="nobody's second person"):  # it is empty no more
        give_role(ledger(), by, GiveRole("ben@example.com", "change_manager"))
    waits = give_role(ledger(), first.name, GiveRole("ben@example.com", "change_manager"))
    assert "Nobody else administers this instance" in waits.note


def invited(company, by, person):
    return make_link(company.ledger, by, MakeLink(person), "http://here").link


def test_whoever_is_shown_a_link_makes_nobody_who_decides_with_it(company, pia, quinn):
    """Pia could come in as Nora by the link: nothing of Nora's decides before Quinn, who saw none,
    confirms that Nora came."""
    added = AddPerson("nora@example.com", "Nora", ("requester", "administrator"))
    nora = add_person(company.ledger, pia, added).name
    [asked] = states(company)
    assert invited(company, pia, nora).startswith("http://here/sign-in/")
    with pytest.raises(MayNot, match="have not come in yet"):
        confirm_role(company.ledger, quinn, ConfirmRole(asked))
    came = User.objects.filter(email="nora@example.com")
    came.update(last_login=timezone.now())
    confirm_role(company.ledger, quinn, ConfirmRole(asked))
    assert "administrator" in roles_of(nora)

    # Confirmed before anybody saw a link; then one is shown.
    olga = add_person(
        company.ledger, pia, AddPerson("olga@example.com", "Olga", ("approver",))
    ).name
    first = open_roles(company.ledger.store)[0].stated.asked
    confirm_role(company.ledger, quinn, ConfirmRole(first))
    unused = invited(company, quinn, olga)
    assert roles_of(olga) == set(), "taken back, and asked for anew in the name of who saw the link"
    [waits] = open_roles(company.ledger.store)
    assert (waits.state, waits.stated.asked_by) == ("waits", quinn)
    invited(company, pia, olga)
    assert waiting_link(unused.rsplit("/", 1)[-1]) is None, "the last one alone is good"
    [waits] = open_roles(company.ledger.store)
    assert waits.stated.asked_by == pia
    behind = RoleConfirmed(
        source="desk", delivery="y", occurred_at=now(), actor=pia, asked=waits.stated.asked
    )
    company.ledger.record_events([behind], collector="test")
    User.objects.filter(email="olga@example.com").update(last_login=timezone.now())
    with pytest.raises(MayNot, match="a second person"):
        confirm_role(company.ledger, pia, ConfirmRole(waits.stated.asked))
    with pytest.raises(Refusal, match="signed in already"):
        invited(company, quinn, olga)
    confirm_role(company.ledger, quinn, ConfirmRole(waits.stated.asked))
    seen = {(row.account, row.way, row.made_by) for row in company.ledger.store.all(VisitLinkRow)}
    assert seen == {(nora, "shown", pia), (olga, "shown", quinn), (olga, "shown", pia)}


def test_a_link_that_was_shown_makes_its_viewer_no_second_person(company, pia, quinn):
    rita = add_person(
        company.ledger, pia, AddPerson("rita@example.com", "Rita", ("requester",))
    ).name
    invited(company, quinn, rita)
    User.objects.filter(email="rita@example.com").update(last_login=timezone.now())
    done = give_role(company.ledger, pia, GiveRole(rita, "approver"))
    with pytest.raises(MayNot, match="shown the link"):
        confirm_role(company.ledger, quinn, ConfirmRole(done.name))
    said = RoleConfirmed(
        source="desk", delivery="z", occurred_at=now(), actor=quinn, asked=done.name
    )
    company.ledger.record_events([said], collector="test")  # nor behind the desk's back
    assert states(company) == {done.name: "waits"}


def test_no_link_is_shown_that_would_carry_a_groups_role_or_the_machines_word(company, pia):
    with pytest.raises(MayNot, match="nobody's second person"):
        invited(company, company.operator, company.approver)
    assert "approver" in roles_of(company.approver)
    grant_roles(company.requester, ["approver"], by="scim:directory")
    with pytest.raises(Refusal, match="a group lets them decide"):
        invited(company, pia, company.requester)


def test_where_mail_is_sent_the_link_goes_to_the_person_alone(company, pia, quinn, settings):
    settings.MAIL = replace(settings.MAIL, configured=True)
    with pytest.raises(Refusal, match="signed in already"):
        invited(company, pia, company.operator)
    nora = add_person(company.ledger, pia, AddPerson("nora@example.com", "N", ("approver",))).name
    assert invited(company, pia, nora) == ""
    [letter] = mail.outbox
    assert letter.to == ["nora@example.com"]
    assert "http://here/sign-in/" in letter.body
    [asked] = states(company)
    confirm_role(company.ledger, quinn, ConfirmRole(asked))
    assert invited(company, quinn, nora) == ""
    assert roles_of(nora) == {"approver"}, "nobody else saw it"
