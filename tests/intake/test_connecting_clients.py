"""What cannot work is refused when it is connected, with a cure."""

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import connect_source
from changeproof.intake.models import AskedSource


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
