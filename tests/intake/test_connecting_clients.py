"""What cannot work is refused when it is connected, with a cure."""

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import NotAnswered
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.intake.models import AskedSource
from changeproof.ledger.receipts import Silence
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "abacus"}, "no client"),
        ({"address": "jira.example.com"}, "no URL"),
        ({"address": "http://jira.example.com/"}, "unprotected"),
        ({"address": "https://ada:pw@jira.example.com/"}, "login or secret in it"),
        ({"options": {}}, "projects is missing"),
        ({"secret": ""}, "no secret"),
        ({"kind": "github"}, "repositories or organization or installation is missing"),
        ({"kind": "gitlab", "options": {}}, "projects or group is missing"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_remembered(instance, change, why):
    said = {
        "name": "jira",
        "kind": "jira",
        "address": "https://jira.example.com/",
        "login": "",
        "secret": "s",
        "options": {"projects": "PAY"},
        **change,
    }
    with pytest.raises(Refusal, match=why):
        connect_source(Settings(**said), every=300, private_allowed=False)
    assert not AskedSource.objects.exists()


def test_a_source_that_is_asked_about_nothing_is_silent_and_not_called_read(instance):
    """As one that was connected before this was refused."""
    source = AskedSource.objects.create(
        name="github", kind="github", address="https://api.github.com/", secret="s", options={}
    )
    with pytest.raises(NotAnswered):
        ask(ledger(), source, rest=Rests())
    assert "nothing is named" in source.trouble
    assert ledger().store.all(Silence)
