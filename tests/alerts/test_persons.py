"""Whoever is asked to decide is told once, as they chose, with links that only open pages."""

import re

import pytest

from changeproof.alerts.asked_links import opened
from changeproof.alerts.models import Outgoing
from changeproof.alerts.needed import APPROVE
from changeproof.alerts.outbox import PAUSES
from changeproof.alerts.persons import (
    GATHERING,
    LATE_AFTER,
    choose,
    pass_on,
    send_to_persons,
    spoken,
    sweep_persons,
)
from changeproof.alerts.rhythms import due_at
from changeproof.events.refusal import Refusal
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import now
from changeproof.workflow.decisions import ApproveChange, approve
from changeproof.workflow.requesting import RequestChange, request_change

DAY = 24 * 3600 * 1_000_000


@pytest.fixture
def held(company):
    return company.forge.ledger


@pytest.fixture
def approver(company):
    return company.user("approver")


def waiting_for(user):
    return list(Outgoing.objects.filter(recipient=user.account).order_by("pk"))


def test_an_approval_asked_of_somebody_arrives_once(company, held, approver, mailbox, settings):
    moment = now()
    assert sweep_persons(held, moment) >= 1
    assert sweep_persons(held, moment) == 0
    assert send_to_persons(held, moment=moment) >= 1
    [letter] = [each for each in mailbox.letters if each["to"] == approver.email]
    text = letter.get_content()
    assert "waits for you" in letter["subject"] or "wait for you" in letter["subject"]
    [path] = re.findall(r"Approve: .*\n\S*?(/desk/asked/\S+)", text)
    size = held.log.size()
    browser = company.browse("approver")
    assert company.proposed in browser.get(path).content.decode()
    assert held.log.size() == size
    assert sweep_persons(held, moment + DAY // 2) == 0
    told = [row for row in held.store.all(Alert) if row.account == approver.account]
    assert {(row.channel, row.outcome) for row in told} == {("mail", "sent")}
    record = b"".join(row.entry for row in held.log.entries(size - 5))
    assert approver.email.encode() not in record


def test_what_somebody_else_decided_is_not_told_any_more(company, held, approver):
    moment = now()
    sweep_persons(held, moment)
    before = [row for row in waiting_for(approver) if row.subject == company.proposed]
    assert before
    other = company.user("approver", "deployer").account
    approve(held, other, ApproveChange(company.proposed, reason="I read it."))
    company.judge()
    sweep_persons(held, moment)
    assert not [row for row in waiting_for(approver) if row.subject == company.proposed]


def test_nobody_is_asked_about_their_own(company, held):
    manager = company.user("change_manager")
    command = RequestChange(title="Grow the disk", system="shop", reason="It is full.")
    change = request_change(held, manager.account, command).change
    company.judge()
    other = company.user("approver")
    sweep_persons(held, now())
    assert change in {row.subject for row in waiting_for(other)}
    assert change not in {row.subject for row in waiting_for(manager)}


def test_everybody_chooses_how(company, held, approver, mailbox):
    moment = now()
    sweep_persons(held, moment)
    count = len(waiting_for(approver))
    choose(approver, "daily", moment)
    assert {row.next_at for row in waiting_for(approver)} == {due_at("daily", moment)}
    assert send_to_persons(held, moment=moment) == 0
    assert send_to_persons(held, moment=moment + DAY) == count
    [letter] = mailbox.letters
    assert "today" in letter["subject"]
    choose(approver, "none", moment)
    command = RequestChange(title="Grow the disk", system="shop", reason="It is full.")
    request_change(held, company.user("requester").account, command)
    company.judge()
    sweep_persons(held, moment + 2 * DAY)
    assert waiting_for(approver) == []
    with pytest.raises(Refusal):
        choose(approver, "hourly", moment)


def test_what_follows_is_gathered(company, held, approver, mailbox):
    moment = now()
    sweep_persons(held, moment)
    send_to_persons(held, moment=moment)
    for number in range(3):
        command = RequestChange(title=f"Disk {number}", system="shop", reason="It is full.")
        request_change(held, company.user("requester").account, command)
    company.judge()
    sweep_persons(held, moment + 1)
    assert send_to_persons(held, moment=moment + 1) == 0
    assert send_to_persons(held, moment=moment + GATHERING) == 3
    assert len(mailbox.letters) == 2
    assert "3 decisions wait for you" in mailbox.letters[1]["subject"]


def test_without_a_mail_server_an_administrator_passes_the_links_on(company, held, approver):
    sweep_persons(held, now())
    assert send_to_persons(held) == 0
    rows = waiting_for(approver)
    questions = [opened(path.rpartition("/")[2]) for _, path in spoken(held, rows)]
    assert (approver.account, APPROVE, company.proposed) in [
        (each.account, each.act, each.change) for each in questions
    ]
    administrator = company.user("administrator").account
    assert pass_on(held, approver.account, administrator) == len(rows)
    assert waiting_for(approver) == []
    told = [row for row in held.store.all(Alert) if row.account == approver.account]
    assert {row.channel for row in told} == {"by hand"}
    assert sweep_persons(held, now()) == 0
    with pytest.raises(Refusal):
        pass_on(held, approver.account, administrator)


def test_a_case_that_nobody_resolves_is_told_to_the_change_managers(company, held, mailbox):
    manager = company.user("change_manager")
    choose(manager, "daily", now())
    moment = now() + LATE_AFTER + 1
    sweep_persons(held, moment)
    late = [row for row in waiting_for(manager) if row.kind == "escalation"]
    assert [row.subject for row in late] == [company.unreviewed]
    assert {row.rhythm for row in late} == {"at_once"}
    assert send_to_persons(held, moment=moment) == 1
    assert "Late: Resolve the case of" in mailbox.letters[-1].get_content()
    assert sweep_persons(held, moment + 1) == 0


def test_a_mail_server_that_fails_ends_in_a_dead_letter(company, held, approver, mailbox):
    mailbox.refuses = True
    moment = now()
    sweep_persons(held, moment)
    count = len(waiting_for(approver))
    for pause in PAUSES:
        assert send_to_persons(held, moment=moment) == 0
        moment += pause
    assert send_to_persons(held, moment=moment) >= count
    assert all(row.given_up_at for row in waiting_for(approver))
    assert sweep_persons(held, moment) == 0


def test_who_left_is_told_nothing(company, held, approver, mailbox):
    moment = now()
    sweep_persons(held, moment)
    approver.is_active = False
    approver.save()
    send_to_persons(held, moment=moment)
    assert approver.email not in {each["to"] for each in mailbox.letters}
    assert waiting_for(approver) == []


def test_nothing_waits_for_who_left_without_a_mail_server(company, held, approver):
    sweep_persons(held, now())
    assert waiting_for(approver)
    approver.is_active = False
    approver.save()
    sweep_persons(held, now())
    assert waiting_for(approver) == []
