"""An incident is recorded by hand, decided on, tied to what mends it and what caused it."""

import pytest

from changeproof.accounts.people import add_user
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.people import AccountDeclared
from changeproof.events.refusal import Refusal
from changeproof.events.requests import IncidentOpened
from changeproof.ledger.incidents_read import (
    failure_rate,
    incidents_listed,
    incidents_named,
    suspects_of,
)
from changeproof.ledger.service import now
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.incidents import (
    DecideIncident,
    LinkIncident,
    RecordIncident,
    ResolveIncident,
    decide_incident,
    link_incident,
    record_incident,
    resolve_incident,
)
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import REPOSITORY, SYSTEM

DAY = 86_400_000_000


def shown(company, show="all", systems=None):
    judge_waiting(company.ledger)
    return incidents_listed(company.ledger.store, now(), systems, show=show)


def deployed(company, number):
    pull, head = company.forge.open(number)
    company.forge.say(
        DeploymentFinished,
        deployment=f"{REPOSITORY}/deployment/{number}",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=company.forge.merge(pull, head),
    )
    judge_waiting(company.ledger)
    return pull


def test_recorded_decided_ended_and_listed_by_how_it_stands(company):
    company.forge.open(7)
    told = RecordIncident(SYSTEM, "high")
    made = record_incident(company.ledger, company.requester, told)
    assert made.name.startswith("INC-")
    [row] = shown(company, "undecided")
    assert (row.name, row.verdict, row.decision) == (made.name, "pending", None)
    assert row.due_at is not None
    decision = DecideIncident(made.name, needs_change=False, reason="A cable was unplugged.")
    with pytest.raises(MayNot):
        decide_incident(company.ledger, company.requester, decision)
    decide_incident(company.ledger, company.manager, decision)
    assert shown(company, "undecided") == []
    [row] = shown(company)
    assert (row.verdict, row.decision.account) == ("not_applicable", company.manager)
    resolve_incident(company.ledger, company.requester, ResolveIncident(made.name))
    assert shown(company, "unresolved") == []
    assert shown(company, systems={"another"}) == []
    with pytest.raises(Refusal, match="over already"):
        resolve_incident(company.ledger, company.requester, ResolveIncident(made.name))


def test_what_is_refused(company):
    company.forge.open(7)
    act = record_incident
    with pytest.raises(Refusal, match="no system is called"):
        act(company.ledger, company.manager, RecordIncident("nowhere", "low"))
    with pytest.raises(Refusal, match="still to come"):
        act(company.ledger, company.manager, RecordIncident(SYSTEM, "low", now() + DAY))
    act(company.ledger, company.manager, RecordIncident(SYSTEM, "low", key="PD-1"))
    with pytest.raises(Refusal, match="on record already"):
        act(company.ledger, company.manager, RecordIncident(SYSTEM, "low", key="PD-1"))
    with pytest.raises(UnknownName):
        resolve_incident(company.ledger, company.manager, ResolveIncident("PD-2"))
    bot = add_user("bo@example.com", "Bo", ["change_manager"], by=company.operator).account
    company.forge.say(AccountDeclared, account=bot, kind="bot")
    told = DecideIncident("PD-1", needs_change=False, reason="No.")
    with pytest.raises(MayNot, match="a human decides"):
        decide_incident(company.ledger, bot, told)
    with pytest.raises(Refusal, match="it is empty"):
        decide_incident(company.ledger, company.manager, DecideIncident("PD-1", True, " "))


def test_a_deployment_shortly_before_is_suggested_and_counts_only_once_somebody_says_so(company):
    cause = deployed(company, 7)
    company.forge.say(IncidentOpened, incident="PD-1", system=SYSTEM, severity="high")
    cure = deployed(company, 8)
    store = company.ledger.store
    [incident] = incidents_named(store, now(), ["PD-1"])
    assert [each.change for each in suspects_of(store, incident.stated)] == [cause]
    span = (0, now())
    assert failure_rate(store, *span, None).failed == 0
    for change, relation in ((cause, "caused"), (cure, "remediates")):
        link_incident(company.ledger, company.manager, LinkIncident("PD-1", change, relation))
    rate = failure_rate(store, *span, None)
    assert (rate.deployed, rate.failed) == (2, 1)
    assert failure_rate(store, *span, {"another"}).deployed == 0
    [row] = shown(company)
    assert row.time_to_change == row.mended_at - row.stated.opened_at > 0
    with pytest.raises(Refusal, match="on record already"):
        link_incident(company.ledger, company.manager, LinkIncident("PD-1", cause, "caused"))
    never, _ = company.forge.open(9)
    with pytest.raises(Refusal, match="altered nothing there"):
        link_incident(company.ledger, company.manager, LinkIncident("PD-1", never, "caused"))


def test_an_overdue_one_says_by_when_its_change_was_to_begin(company):
    company.forge.open(7)
    opened = now() - 60 * DAY
    told = RecordIncident(SYSTEM, "critical", opened_at=opened)
    made = record_incident(company.ledger, company.requester, told)
    [row] = shown(company)
    assert (row.name, row.verdict) == (made.name, "not_verifiable")
    assert opened < row.due_at < now()
