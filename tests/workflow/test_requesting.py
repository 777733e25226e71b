"""Requests: numbers, links, windows, and what is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from changeproof.accounts.people import grant_roles
from changeproof.events.pulls import PullRequestOpened
from changeproof.events.refusal import Refusal
from changeproof.events.revisions import RepositoryObserved
from changeproof.ledger.changes_read import read_changes
from changeproof.ledger.joined import Change
from changeproof.ledger.requests import Schedule
from changeproof.workflow.naming import find_change
from changeproof.workflow.requesting import (
    LinkWork,
    RequestChange,
    ScheduleChange,
    Window,
    link_work,
    request_change,
    schedule,
)
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import SYSTEM

YEAR = datetime.now(UTC).year


def asked(**said):
    return RequestChange(title="Raise the limit", system=SYSTEM, reason="Sales asked", **said)


def test_numbers_follow_each_other_within_a_year(company):
    first = request_change(company.ledger, company.requester, asked())
    second = request_change(company.ledger, company.requester, asked(risk="high"))
    assert (first.change, second.change) == (f"CHG-{YEAR}-0001", f"CHG-{YEAR}-0002")
    assert second.entry > first.entry
    assert company.ledger.log.position_of(second.event) == second.entry


def test_a_request_is_read_back_with_its_texts_and_work(company):
    pull, head = company.forge.open(7)
    done = request_change(company.ledger, company.requester, asked(links=("acme/pay#7",)))
    [record] = read_changes(company.ledger, [done.change])
    assert record.title == "Raise the limit"
    assert record.requested_by == company.requester
    assert record.origin == "requested"
    assert record.revisions == (head,)
    assert pull in record.aliases
    assert f"git:{head}" in record.aliases
    assert record.authors == ("github:user/1",)


@pytest.mark.parametrize(
    "spelling",
    ["github:repo/1/pull/7", "https://github.com/acme/pay/pull/7/files", "acme/pay#7"],
)
def test_a_pull_request_is_found_under_every_spelling(company, spelling):
    pull, head = company.forge.open(7)
    assert find_change(company.ledger, spelling) == pull
    assert find_change(company.ledger, head) == pull
    assert find_change(company.ledger, head[:7].upper()) == pull


@pytest.mark.parametrize(
    ("repository", "name", "pull", "spellings"),
    [
        (
            "gitlab:gitlab.example.org/project/3",
            "acme/web/pay",
            "gitlab:gitlab.example.org/project/3/merge/12",
            [
                "https://gitlab.example.org/acme/web/pay/-/merge_requests/12/diffs",
                "https://gitlab.example.org/acme/web/pay/merge_requests/12",
                "acme/web/pay!12",
            ],
        ),
        (
            "gerrit:review.example.org/project/acme%2Fpay",
            "acme/pay",
            "gerrit:review.example.org/project/acme%2Fpay/change/12",
            [
                "https://review.example.org/c/acme/pay/+/12",
                "https://r.example.org/c/acme/pay/+/12/2",
            ],
        ),
    ],
)
def test_so_is_one_on_another_forge(company, repository, name, pull, spellings):
    header = {"source": repository.partition(":")[0], "delivery": "1", "occurred_at": 1}
    company.ledger.record_events(
        [
            RepositoryObserved(**header, repository=repository, name=name),
            PullRequestOpened(**header, pull=pull, repository=repository, number=12),
        ],
        collector="test",
    )
    for spelling in [pull, *spellings]:
        assert find_change(company.ledger, spelling) == pull


def test_an_unknown_name_is_refused_with_a_cure(company):
    company.forge.open(7)
    for name in ("CHG-1999-0001", "abcdef0123", "abc", "acme/pay#8", "", "' OR 1=1 --"):
        with pytest.raises(Refusal, match="not found"):
            find_change(company.ledger, name)


def test_a_name_of_two_changes_is_refused_and_both_are_named(company):
    pull, _ = company.forge.open(7)
    both = [
        request_change(company.ledger, company.requester, asked(links=(pull,))).change
        for _ in range(2)
    ]
    with pytest.raises(Refusal) as caught:
        find_change(company.ledger, pull)
    assert all(change in caught.value.why for change in both)


def test_a_ticket_key_names_its_request(company):
    done = request_change(company.ledger, company.requester, asked(ticket_key="PAY-7"))
    assert find_change(company.ledger, "pay-7") == done.change


def test_work_can_be_linked_later(company):
    done = request_change(company.ledger, company.requester, asked())
    _, head = company.forge.open(7)
    link_work(company.ledger, company.requester, LinkWork(done.change, head[:9]))
    assert find_change(company.ledger, head) == done.change
    assert [row.change_id for row in company.ledger.store.all(Change)] == [done.change]


def test_a_schedule_is_recorded_and_must_end_after_it_begins(company):
    done = request_change(company.ledger, company.requester, asked(window=Window(10, 20)))
    schedule(company.ledger, company.requester, ScheduleChange(done.change, Window(30, 40)))
    rows = company.ledger.store.by(Schedule, "change_name", [done.change])
    assert sorted((row.begins_at, row.ends_at) for row in rows) == [(10, 20), (30, 40)]
    with pytest.raises(Refusal, match="recorded"):
        schedule(company.ledger, company.requester, ScheduleChange(done.change, Window(40, 40)))


@pytest.mark.parametrize(
    "command",
    [
        RequestChange(title=" ", system=SYSTEM, reason="x"),
        RequestChange(title="x", system=SYSTEM, reason=""),
        RequestChange(title="x" * 201, system=SYSTEM, reason="x"),
        RequestChange(title="x", system="", reason="x"),
        RequestChange(title="x", system=SYSTEM, reason="\ud800"),
        RequestChange(title="x", system=SYSTEM, reason="x", links=("nothing",)),
    ],
)
def test_what_cannot_stand_on_record_leaves_no_trace(company, command):
    size = company.ledger.log.size()
    with pytest.raises(Refusal) as caught:
        request_change(company.ledger, company.requester, command)
    assert caught.value.cure
    assert company.ledger.log.size() == size


def test_somebody_without_the_role_is_told_who_may(company):
    with pytest.raises(MayNot) as caught:
        request_change(company.ledger, company.approver, asked())
    assert company.requester in caught.value.cure


def test_an_ordinary_instance_takes_no_other_time(company):
    with pytest.raises(Refusal, match="not recorded"):
        request_change(company.ledger, company.requester, asked(), at=1)


def test_a_demonstration_tells_of_the_storys_time_and_the_same_again(company):
    company.ledger.instance = replace(company.ledger.instance, demonstration=True)
    story = int(datetime(2031, 5, 1, tzinfo=UTC).timestamp() * 1_000_000)
    grant_roles(company.requester, ["requester"], by=company.operator)
    first = request_change(company.ledger, company.requester, asked(), at=story)
    assert first.change == "CHG-2031-0001"
    assert first.occurred_at == story
    entry = json.loads(company.ledger.log.entry(first.entry).entry)
    assert entry["received_at"] == story
    assert entry["event"]["delivery"] != entry["event"]["change"]
