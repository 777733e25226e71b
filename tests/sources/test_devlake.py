"""Raw REST replies as DevLake keeps them: every row by the translator of its system."""

import csv
import io
import json
from collections import Counter

import pytest

from changeproof.events.pulls import PullRequestMerged
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import detect, translate

COLUMNS = ["id", "params", "data", "url", "input", "created_at"]


def table(*rows):
    """A file with these addresses and replies."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for url, reply in rows:
        data = reply if isinstance(reply, str) else json.dumps(reply)
        writer.writerow(dict.fromkeys(COLUMNS, "1") | {"url": url, "data": data})
    return text.getvalue().encode()


def test_all_real_replies_are_translated_or_seen(shared, deliver, pseudonyms):
    types: dict[str, Counter[str]] = {}
    outcomes: Counter[str] = Counter()
    for file in sorted((shared / "data/devlake").glob("*/*.csv")):
        delivery = deliver("devlake", file.read_bytes())
        assert detect(delivery.body) == "devlake"
        translation = translate(delivery, pseudonyms)
        outcomes["ignored" if translation.ignored else "translated"] += 1
        counted = types.setdefault(file.parent.name, Counter())
        counted.update(event.type for event in translation.events)
    assert outcomes == OUTCOMES
    assert types == TYPES


OUTCOMES = {"ignored": 31, "translated": 16}
TYPES = {
    "github": {
        "DeliverySeen": 14,
        "PullRequestClosed": 19,
        "PullRequestDescribed": 50,
        "PullRequestMerged": 27,
        "PullRequestOpened": 50,
        "PullRequestRevised": 50,
        "RepositoryObserved": 85,
        "RevisionRecorded": 28,
        "TestsRun": 28,
    },
    "gitlab": {
        "AccessGranted": 9,
        "DeliverySeen": 20,
        "DeploymentFinished": 3,
        "DeploymentRequested": 3,
        "PullRequestClosed": 4,
        "PullRequestDescribed": 39,
        "PullRequestMerged": 25,
        "PullRequestOpened": 39,
        "PullRequestRevised": 39,
        "RevisionRecorded": 37,
        "TestsRun": 105,
    },
    "jenkins": {"DeliverySeen": 5},
    "jira": {"ChangeClosed": 5, "ChangeRequested": 58, "DeliverySeen": 11, "TicketMoved": 164},
    "pagerduty": {"DeliverySeen": 1},
}


def test_a_reply_is_what_it_would_be_by_itself(deliver, pseudonyms):
    reply = {
        "iid": 12,
        "project_id": 3,
        "state": "merged",
        "source_branch": "topic",
        "target_branch": "main",
        "created_at": "2026-01-02T03:04:05Z",
        "merged_at": "2026-01-02T03:05:05Z",
        "sha": "a" * 40,
        "merge_commit_sha": "b" * 40,
        "web_url": "https://gitlab.example.org/acme/pay/-/merge_requests/12",
    }
    body = table(("https://gitlab.example.org/api/v4/projects/3/merge_requests?page=1", reply))
    events = translate(deliver("devlake", body), pseudonyms).events
    [merged] = [event for event in events if isinstance(event, PullRequestMerged)]
    assert merged.pull == "gitlab:gitlab.example.org/project/3/merge/12"
    assert merged.source == "gitlab"


def test_a_row_that_cannot_be_read_stops_none_behind_it(deliver, pseudonyms):
    job = {"stage": "test", "pipeline": {}, "allow_failure": False, "commit": {"id": "a" * 40}}
    job |= {"id": 7, "name": "unit", "status": "success", "finished_at": "2026-01-02T03:04:05Z"}
    url = "https://gitlab.example.org/api/v4/projects/3/jobs"
    body = table((url, "{"), ("https://elsewhere.example.org/", {}), (url, job))
    translation = translate(deliver("devlake", body), pseudonyms)
    assert translation.ignored is None
    seen = [event.reason for event in translation.events if isinstance(event, DeliverySeen)]
    assert any("it cannot be read" in reason for reason in seen)
    assert any("of this system no reply is read" in reason for reason in seen)
    assert [event.type for event in translation.events].count("TestsRun") == 1


@pytest.mark.parametrize("body", [b"a,b\n1,2\n", b"\xff\xfe", b'data\n"\0"\n'])
def test_another_table_is_refused(deliver, pseudonyms, body):
    with pytest.raises(MalformedPayload):
        translate(deliver("devlake", body), pseudonyms)
