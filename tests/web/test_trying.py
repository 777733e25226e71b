"""Try a payload: the events beside it, nothing recorded."""

import json

import pytest

from changeproof.ledger.service import ledger
from changeproof.sources.mappings.own import begin_mapping, use_own_mappings
from tests.web.test_views import text_of

PUSH = {
    "tool": "rollout",
    "deployment": {
        "id": "7",
        "state": "finished",
        "result": "ok",
        "environment": "production",
        "finished_at": "2026-03-14T09:26:00Z",
    },
}


@pytest.fixture
def own(tmp_path):
    use_own_mappings(tmp_path / "mappings")
    yield begin_mapping("rollout")[0]
    use_own_mappings(None)


def test_a_mapping_of_ones_own_is_tried_and_nothing_is_recorded(company, own):
    browser = company.browse("administrator")
    before = ledger().log.size()
    assert "(rollout)" in text_of(browser.get("/sources/try"))
    reply = browser.post("/sources/try", {"kind": "rollout", "payload": json.dumps(PUSH)})
    shown = text_of(reply)
    assert "1 event would be recorded." in shown
    assert '"deployment": "rollout:deployment/7"' in shown
    assert ledger().log.size() == before


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"deployment": {"id": "7", "state": "running"}}, "counted and read no further"),
        ({"deployment": {"id": "7", "state": "finished", "result": "so so"}}, "in quarantine"),
    ],
)
def test_what_gives_no_event_says_why(company, own, said, words):
    asked = {"kind": "rollout", "payload": json.dumps({"tool": "rollout", **said})}
    assert words in text_of(company.browse("administrator").post("/sources/try", asked))


def test_a_mapping_that_cannot_be_read_says_where(company, own):
    own.write_text(own.read_text().replace("fits:", "fitting:"))
    use_own_mappings(own.parent)
    reply = company.browse("administrator").get("/sources/try")
    assert reply.status_code == 422
    assert "rollout.yaml, line" in text_of(reply)


def test_only_who_manages_sources_may_try(company):
    assert company.browse("auditor").get("/sources/try").status_code == 403
