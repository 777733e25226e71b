"""Who is told of what: laws of routing, and what the edge refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.alerts.channels import add_channel
from changeproof.alerts.findings import of_findings
from changeproof.alerts.models import Channel, Route
from changeproof.alerts.notices import ROUTED, SEVERITIES, Notice
from changeproof.alerts.routes import Rule, destinations
from changeproof.events.refusal import Refusal
from changeproof.ledger.connections import AlertRouting
from changeproof.workflow.rulings import MayNot
from changeproof.workflow.telling import (
    AddChannel,
    SetRoute,
    connect_channel,
    disconnect_channel,
    remove_route,
    set_route,
)

CHECKS = ("signs/unauthorized_deployment", "cc8_1/08_approval")
some = st.lists(st.sampled_from(("shop", "search", "pay")), max_size=2).map(tuple)
notices = st.builds(
    Notice,
    kind=st.sampled_from(ROUTED),
    case=st.just("case:1"),
    subject=st.just("CHG-1"),
    system=st.sampled_from(("shop", "search", "")),
    check=st.sampled_from(CHECKS),
    severity=st.sampled_from(SEVERITIES),
)
rules = st.builds(
    Rule,
    channel=st.integers(1, 3),
    rhythm=st.sampled_from(("at_once", "daily", "weekly")),
    is_default=st.booleans(),
    systems=some,
    checks=st.sampled_from(((), CHECKS[:1], ("signs/",), ("cc8_1/",))),
    severities=st.sampled_from(((), ("high",), ("low", "medium"))),
    kinds=st.sampled_from(((), ("case",), ("finding", "escalation"))),
)


@given(notices, st.lists(rules, max_size=5))
def test_a_default_route_takes_what_no_other_takes(notice, routes):
    told = destinations(notice, routes)
    others = [rule for rule in routes if not rule.is_default and rule.takes(notice)]
    defaults = {(rule.channel, rule.rhythm) for rule in routes if rule.is_default}
    if others:
        assert told == {(rule.channel, rule.rhythm) for rule in others}
    else:
        assert told == (set() if notice.kind == "finding" else defaults)


@given(notices, st.lists(rules, min_size=1, max_size=5), st.data())
def test_order_and_repetition_of_routes_change_nothing(notice, routes, data):
    again = data.draw(st.permutations(routes + data.draw(st.lists(st.sampled_from(routes)))))
    assert destinations(notice, again) == destinations(notice, routes)


@given(notices, st.lists(rules, max_size=5), rules)
def test_a_route_that_takes_nothing_here_changes_nothing(notice, routes, other):
    if not other.takes(notice):
        assert destinations(notice, [*routes, other]) == destinations(notice, routes)


def test_a_folder_names_all_of_its_checks():
    notice = Notice("finding", "f", "CHG-1", check="signs/unauthorized_deployment")
    assert Rule(1, checks=("signs/",)).takes(notice)
    assert not Rule(1, checks=("sign",)).takes(notice)
    assert not Rule(1, checks=("cc8_1/",)).takes(notice)


def test_who_wanted_it_so_is_on_record_without_the_address(company):
    held, administrator = company.forge.ledger, company.user("administrator").account
    command = AddChannel("webhook", "https://hooks.example.com/s3cr3t", "ops")
    connect_channel(held, administrator, command)
    set_route(held, administrator, SetRoute("pay", "ops", systems=("payments",)))
    remove_route(held, administrator, "ops")
    disconnect_channel(held, administrator, "ops")
    assert not Route.objects.exists()
    rows = sorted(held.store.all(AlertRouting), key=lambda row: row.acted_at)
    assert [row.account for row in rows] == [administrator] * 4
    texts = [held.text(row.routing) or "" for row in rows]
    assert all("s3cr3t" not in text for text in texts)
    assert '"systems": ["payments"]' in texts[1]
    with pytest.raises(MayNot):
        connect_channel(held, company.user("approver").account, command)
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rhythm": "hourly"},
        {"kinds": ("rumour",)},
        {"severities": ("dire",)},
        {"checks": ("cc8_1/99_nothing",)},
        {"channel": "nobody"},
        {"name": " "},
        {"systems": ("x" * 201,)},
        {"is_default": True, "systems": ("shop",)},
    ],
)
def test_a_route_that_makes_no_sense_is_refused(company, wrong):
    held, administrator = company.forge.ledger, company.user("administrator").account
    add_channel("mail", "ops@example.com", "ops")
    with pytest.raises(Refusal):
        set_route(held, administrator, SetRoute(**{"name": "r", "channel": "ops", **wrong}))


def test_findings_are_told_to_whoever_asks_for_them(company):
    store = company.forge.ledger.store
    changed = {company.unreviewed: {"cc8_1/08_approval": "deviation/direct", "signs/x": "clear/"}}
    channel = add_channel("mail", "ops@example.com")
    assert of_findings(store, changed) == []
    Route.objects.create(name="all", channel=channel)
    [notice] = of_findings(store, changed)
    assert (notice.kind, notice.check, notice.severity) == (
        "finding",
        "cc8_1/08_approval",
        "high",
    )
    assert notice.system
