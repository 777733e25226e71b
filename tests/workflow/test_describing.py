"""What a request says of itself: risk by rule, templates, what it affects, what it sets."""

import pytest

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.systems import SystemRegistered
from changeproof.ledger.assessments import Assessment, ChangeDocument
from changeproof.ledger.production_acts import AuthorizedItem, ProposedItem
from changeproof.ledger.requests import ChangeRequest, TemplateClaim
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.describing import Description, Setting
from changeproof.workflow.requesting import RequestChange, request_change
from tests.support.own_policy import adopt
from tests.support.pull_requests import SYSTEM

RULES = f"""
  - when: {{systems: [{SYSTEM}], data_classes: [personal]}}
    risk: high
  - when: {{kinds: [data]}}
    risk: critical"""
STANDARD = f"""
  - id: dependency-update
    systems: [{SYSTEM}]
    kinds: [software]
    areas: [dependencies]
    back_out: Deploy the previous artifact again."""


@pytest.fixture
def ruled(company):
    """The company, with rules of risk and a standard change, and a system with personal data."""
    said = {"risk_rules": RULES, "standard_changes": STANDARD}
    adopt(company.forge, company.operator, said)
    company.forge.say(SystemRegistered, company.operator, system=SYSTEM, data_classes=("personal",))
    return company


def asked(**said):
    description = Description(**said.pop("description", {}))
    stated = {"title": "Raise the limit", "system": SYSTEM, "reason": "Sales asked", **said}
    return RequestChange(description=description, **stated)


def test_policy_rates_what_nobody_rated(ruled):
    done = request_change(ruled.ledger, ruled.requester, asked())
    assert done.note == f"Policy rates it high: system {SYSTEM} and data personal."
    (row,) = ruled.ledger.store.all(ChangeRequest)
    assert row.risk is None  # what a rule says is derived, not stated
    other = request_change(ruled.ledger, ruled.requester, asked(kind="data"))
    assert other.note.startswith("Policy rates it critical")


@pytest.mark.parametrize(
    ("said", "where", "why"),
    [
        ({"risk": "medium"}, "risk", "nobody rates it lower"),
        ({"risk": "critical"}, "risk_reason", "a higher rating needs a reason"),
        ({"template": "reboot"}, "template", "has no such standard change"),
        ({"template": "dependency-update", "kind": "data"}, "template", "does not cover the kind"),
        (
            {"template": "dependency-update", "description": {"systems": ("mail",)}},
            "template",
            "does not cover the system mail",
        ),
        ({"description": {"data_classes": ()}}, "impact", "says that no data are affected"),
        ({"description": {"settings": (Setting("production", "limit"),)}}, "after", "does not say"),
        ({"description": {"settings": (Setting("", "limit", None, "1"),)}}, "environment", "needs"),
    ],
)
def test_what_cannot_stand_is_refused_and_leaves_nothing(ruled, said, where, why):
    with pytest.raises(Refusal) as refused:
        request_change(ruled.ledger, ruled.requester, asked(**said))
    assert refused.value.where == where
    assert why in refused.value.why
    assert not ruled.ledger.store.all(ChangeRequest)


def test_a_higher_rating_stands_with_its_reason(ruled):
    reason = {"risk_reason": "It moves money."}
    done = request_change(ruled.ledger, ruled.requester, asked(risk="critical", description=reason))
    (row,) = ruled.ledger.store.by(Assessment, "change_name", [done.change])
    assert (row.topic, row.items) == ("risk", "critical")


def test_a_description_becomes_papers_and_answers(ruled):
    description = {
        "impact": "Nobody notices.",
        "test_plan": "Staging first.",
        "systems": ("mail",),
        "objectives": (),
        "data_classes": ("personal",),
    }
    done = request_change(
        ruled.ledger,
        ruled.requester,
        asked(template="dependency-update", description={**description, "systems": ()}),
    )
    store = ruled.ledger.store
    (claim,) = store.all(TemplateClaim)
    assert claim.template == "dependency-update"
    papers = {row.part: ruled.ledger.text(row.digest) for row in store.all(ChangeDocument)}
    assert papers == {"impact": "Nobody notices.", "test_plan": "Staging first."}
    said = {row.topic: (row.answer, row.items) for row in store.all(Assessment)}
    assert said == {
        "systems": ("addressed", SYSTEM),
        "objectives": ("not_affected", ""),
        "data": ("addressed", "personal"),
    }
    assert done.change == claim.change_name


def test_who_authorizes_the_change_authorizes_what_it_sets(ruled):
    secret = sha256_hex(b"hunter2")
    settings = (
        Setting("production", "limits/daily", "500", "800"),
        Setting("production", "key", None, f"sha256:{secret}"),
    )
    done = request_change(ruled.ledger, ruled.requester, asked(description={"settings": settings}))
    store = ruled.ledger.store
    proposed = {row.item: row.after_digest for row in store.all(ProposedItem)}
    assert proposed == {
        f"{SYSTEM}/production/limits/daily": sha256_hex(b"800"),
        f"{SYSTEM}/production/key": secret,
    }
    assert not store.all(AuthorizedItem)
    authorize(ruled.ledger, ruled.manager, AuthorizeChange(done.change))
    rows = store.all(AuthorizedItem)
    assert {row.item: row.after_digest for row in rows} == proposed
    assert {row.account for row in rows} == {ruled.manager}
