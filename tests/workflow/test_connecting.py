"""Connecting a source is an act on record: who, what about, never the secret."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from changeproof.accounts.people import add_user
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.models import AskedSource, Connection
from changeproof.intake.webhooks.doors import door_named
from changeproof.ledger.connections import ConnectionAct
from changeproof.workflow.connecting import (
    ConnectAsked,
    ConnectWebhook,
    connect_asked,
    connect_webhook,
    disconnect_asked,
    disconnect_webhook,
    renew_webhook,
)
from changeproof.workflow.rulings import MayNot

SECRET = "a secret of ours, long enough"


@pytest.fixture
def administrator(company):
    return add_user("sam@example.com", "Sam", ["administrator"], by=company.operator).account


def tickets(**options):
    settings = Settings("tickets", "jira", "https://jira.example.com/", "ada", SECRET, options)
    return ConnectAsked(settings, 300)


def acts(company):
    rows = company.ledger.store.all(ConnectionAct)
    ordered = sorted(rows, key=lambda row: company.ledger.log.position_of(row.event))
    return [(row.connection, row.road, row.act, row.account) for row in ordered]


def test_a_source_that_is_asked(company, administrator):
    connect_asked(company.ledger, administrator, tickets(projects="PAY"))
    connect_asked(company.ledger, administrator, tickets(projects="PAY,OPS"))
    disconnect_asked(company.ledger, administrator, "tickets")
    assert acts(company) == [
        ("tickets", "asked", "connected", administrator),
        ("tickets", "asked", "connected", administrator),
        ("tickets", "asked", "disconnected", administrator),
    ]
    told = {company.ledger.text(row.options) for row in company.ledger.store.all(ConnectionAct)}
    assert told == {'{"projects": "PAY"}', '{"projects": "PAY,OPS"}', None}
    assert not AskedSource.objects.exists()


def test_an_app_s_private_key_is_in_no_entry(company, administrator):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    written = key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()
    settings = Settings(
        "github",
        "github",
        "https://api.github.com/",
        "",
        written,
        {"app": "123", "installation": "42"},
    )
    connect_asked(company.ledger, administrator, ConnectAsked(settings, 300))
    [row] = company.ledger.store.all(ConnectionAct)
    assert company.ledger.text(row.options) == '{"app": "123", "installation": "42"}'
    line = written.splitlines()[1]
    assert line not in repr(settings)
    assert all(line.encode() not in each.entry for each in company.ledger.log.entries(0))
    stated = replace(settings, options={"app": "123", "installation": "42", "key": written})
    with pytest.raises(Refusal):
        connect_asked(company.ledger, administrator, ConnectAsked(stated, 300))
    assert len(company.ledger.store.all(ConnectionAct)) == 1


def test_a_source_that_delivers(company, administrator):
    door = door_named("gitlab")
    secret = connect_webhook(company.ledger, administrator, ConnectWebhook(door, "emea"))
    again = connect_webhook(company.ledger, administrator, ConnectWebhook(door, "emea"))
    assert again == secret
    renewed = renew_webhook(company.ledger, administrator, door, "emea")
    assert renewed != secret
    hosted = ConnectWebhook(door, "emea", options={"host": "git.example.com"})
    connect_webhook(company.ledger, administrator, hosted)
    both = ConnectWebhook(door, "emea", SECRET, {"host": "git.example.org"})
    connect_webhook(company.ledger, administrator, both)
    disconnect_webhook(company.ledger, administrator, "gitlab/emea")
    assert [act for _, _, act, _ in acts(company)] == [
        "connected",
        "secret renewed",
        "connected",
        "connected",
        "secret renewed",
        "disconnected",
    ]
    assert not Connection.objects.exists()


def test_no_secret_reaches_the_log(company, administrator):
    connect_asked(company.ledger, administrator, tickets(projects="PAY"))
    door = door_named("pagerduty")
    connect_webhook(company.ledger, administrator, ConnectWebhook(door, secret=SECRET))
    query = "SELECT entry FROM log_entry UNION ALL SELECT body FROM log_content"
    written = [bytes(row[0]) for row in company.ledger.database.execute(query)]
    assert any(b"SourceConnected" in each for each in written)
    assert not any(SECRET.encode() in each for each in written)


def test_whoever_may_not_manage_sources_connects_nothing(company):
    with pytest.raises(MayNot):
        connect_asked(company.ledger, company.requester, tickets())
    with pytest.raises(MayNot):
        connect_webhook(company.ledger, company.approver, ConnectWebhook(door_named("gitlab")))
    assert not AskedSource.objects.exists()
    assert not Connection.objects.exists()
    assert acts(company) == []


def test_what_is_refused_leaves_nothing(company, administrator):
    wrong = Settings("tickets", "jira", "jira.example.com", "ada", SECRET, {})
    with pytest.raises(Refusal, match="not connected"):
        connect_asked(company.ledger, administrator, ConnectAsked(wrong, 300))
    with pytest.raises(Refusal):
        disconnect_asked(company.ledger, administrator, "tickets")
    with pytest.raises(Refusal):
        renew_webhook(company.ledger, administrator, door_named("gitlab"), "emea")
    with pytest.raises(Refusal):
        disconnect_webhook(company.ledger, administrator, "gitlab/emea")
    assert acts(company) == []
