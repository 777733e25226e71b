"""Gerrit's stream events and REST bodies: what becomes of each."""

import json
from collections import Counter

import pytest

from changeproof.events.pulls import (
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
    ReviewDismissed,
    RevisionReviewed,
)
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import RepositoryObserved, RevisionPushed
from changeproof.events.testing import TestsRun
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.identities import git_identity
from changeproof.sources.translate import detect, translate

HEAD, LANDED = "a" * 40, "b" * 40
HOST = "review.example.org"
CHANGE = f"gerrit:{HOST}/project/acme%2Fpay/change/12"
ADA = {"name": "Ada", "email": "ada@example.org", "username": "ada"}
BO = {"name": "Bo", "email": "bo@example.org", "username": "bo"}


@pytest.fixture
def told(deliver, pseudonyms):
    """The events of a payload."""

    def translated(payload, host=HOST):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        options = (("host", host),) if host else ()
        return translate(deliver("gerrit", body, options=options), pseudonyms).events

    return translated


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def stream(kind, number=12, **rest):
    return {
        "type": kind,
        "eventCreatedOn": 1_700_000_100,
        "change": {
            "project": "acme/pay",
            "branch": "main",
            "number": number,
            "subject": "PAY-1: pay",
            "owner": ADA,
            "url": f"https://{HOST}/c/acme/pay/+/12",
            "createdOn": 1_700_000_000,
        },
        "patchSet": {"number": 1, "revision": HEAD, "uploader": ADA, "createdOn": 1_700_000_050},
        **rest,
    }


def info(**rest):
    return {
        "_number": 12,
        "id": "acme%2Fpay~12",
        "project": "acme/pay",
        "branch": "main",
        "change_id": "I1",
        "status": "NEW",
        "created": "2026-01-02 03:04:05.000000000",
        "updated": "2026-01-02 03:05:05.000000000",
        "owner": {"_account_id": 7},
        "current_revision": HEAD,
        "revisions": {HEAD: {"created": "2026-01-02 03:04:05.000000000", "uploader": ADA}},
        **rest,
    }


def test_all_real_payloads_are_translated_or_seen(shared, deliver, pseudonyms):
    outcomes, types, broken = Counter(), Counter(), []
    for file in sorted((shared / "data/payloads/gerrit").glob("*/*")):
        delivery = deliver("gerrit", file.read_bytes(), options=(("host", HOST),))
        try:
            translation = translate(delivery, pseudonyms)
        except MalformedPayload:
            broken.append(file.name)
            continue
        outcomes["ignored" if translation.ignored else "translated"] += 1
        types.update(type(event).__name__ for event in translation.events)
    assert broken == [
        "get-change-detail.raw.txt",
        "list-changes.raw.txt",
        "set-review.raw.txt",
        "mergeable.json",
        "DeserializeHashtagsChangedTest.json",
    ]
    assert outcomes == {"ignored": 29, "translated": 24}
    assert types == {
        "DeliverySeen": 30,
        "RepositoryObserved": 25,
        "PullRequestDescribed": 24,
        "PullRequestOpened": 20,
        "PullRequestRevised": 5,
        "RevisionRecorded": 5,
        "RevisionReviewed": 3,
        "RevisionPushed": 3,
        "PullRequestMerged": 3,
        "RefChanged": 2,
        "PullRequestClosed": 1,
        "PullRequestReopened": 1,
    }


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("2", "approved"), ("1", "commented"), ("0", "commented"), ("-2", "changes_requested")],
)
def test_a_vote_of_review(told, pseudonyms, value, verdict):
    cast = [{"type": "Code-Review", "value": value, "oldValue": "0"}]
    [review] = of(RevisionReviewed, told(stream("comment-added", author=BO, approvals=cast)))
    assert (review.pull, review.revision, review.verdict) == (CHANGE, HEAD, verdict)
    assert review.actor == git_identity("Bo", "bo@example.org", pseudonyms).account
    assert review.occurred_at == 1_700_000_100_000_000


def test_votes_that_an_event_only_repeats_are_left(told):
    cast = [{"type": "Code-Review", "value": "2"}]
    assert not of(RevisionReviewed, told(stream("comment-added", author=BO, approvals=cast)))
    older = stream("comment-added", "12", author=BO, approvals=cast)  # these told changes alone
    assert len(of(RevisionReviewed, told(older))) == 1


@pytest.mark.parametrize(("value", "conclusion"), [("1", "passed"), ("-1", "failed")])
def test_another_label_is_a_check(told, value, conclusion):
    cast = [{"type": "Verified", "value": value, "oldValue": "0"}]
    [run] = of(TestsRun, told(stream("comment-added", author=BO, approvals=cast)))
    assert (run.name, run.conclusion, run.revision) == ("Verified", conclusion, HEAD)


def test_a_vote_that_somebody_deletes(told, pseudonyms):
    cast = [{"type": "Code-Review", "value": "0", "oldValue": "-2"}]
    payload = stream("vote-deleted", reviewer=BO, remover=ADA, approvals=cast)
    [dismissed] = of(ReviewDismissed, told(payload))
    assert dismissed.actor == git_identity("Ada", "ada@example.org", pseudonyms).account
    objection = [{"type": "Code-Review", "value": "-2", "oldValue": "0"}]
    [review] = of(RevisionReviewed, told(stream("comment-added", author=BO, approvals=objection)))
    assert dismissed.review == review.review


def test_what_landed_is_named(told):
    [merged] = of(PullRequestMerged, told(stream("change-merged", submitter=BO, newRev=LANDED)))
    assert (merged.head, merged.revision, merged.base_ref) == (HEAD, LANDED, "main")


def test_a_push_without_a_known_server_waits_in_quarantine(told):
    moved = {"oldRev": HEAD, "newRev": LANDED, "refName": "refs/heads/main", "project": "acme/pay"}
    payload = {"type": "ref-updated", "submitter": BO, "refUpdate": moved, "eventCreatedOn": 1}
    [pushed] = of(RevisionPushed, told(payload))
    assert (pushed.repository, pushed.after) == (f"gerrit:{HOST}/project/acme%2Fpay", LANDED)
    with pytest.raises(MalformedPayload) as refused:
        told(payload, host=None)
    assert refused.value.where == "change.url"


def test_a_change_by_rest_says_where_it_is_fetched_from(told):
    """By SSH a server has another port; who states the server knows better than a mirror."""
    fetch = {
        "ssh": {"url": f"ssh://ada@{HOST}:29418/acme/pay"},
        "anonymous http": {"url": f"https://{HOST}/acme/pay"},
    }
    body = info(revisions={HEAD: {"fetch": fetch}})
    [opened] = of(PullRequestOpened, told(body, host=None))
    assert opened.pull == CHANGE
    [stated] = of(PullRequestOpened, told(body, host="other.example.org"))
    assert stated.pull == CHANGE.replace(HOST, "other.example.org")
    with pytest.raises(MalformedPayload):
        told(info(revisions={HEAD: {"fetch": {"ssh": fetch["ssh"]}}}), host=None)


def test_a_change_by_rest_is_the_same_change(told, pseudonyms):
    votes = {"Code-Review": {"all": [{**BO, "value": 2, "date": "2026-01-02 03:04:45.000000000"}]}}
    merged = info(status="MERGED", submitted="2026-01-02 03:05:00.000000000", labels=votes)
    body = b")]}'\n" + json.dumps([merged]).encode()
    assert detect(body) == "gerrit"
    events = told(body)
    assert of(PullRequestOpened, events)[0].pull == CHANGE
    assert of(PullRequestOpened, events)[0].actor == f"gerrit:{HOST}/user/7"
    assert of(PullRequestRevised, events)[0].head == HEAD
    assert of(PullRequestMerged, events)[0].occurred_at == 1_767_323_100_000_000
    [review] = of(RevisionReviewed, events)
    cast = [{"type": "Code-Review", "value": "2", "oldValue": "0"}]
    [streamed] = of(RevisionReviewed, told(stream("comment-added", author=BO, approvals=cast)))
    assert (review.review, review.actor) == (streamed.review, streamed.actor)


def test_a_line_that_cannot_be_read_stops_none_behind_it(told):
    lines = [stream("change-merged", newRev=LANDED), {"type": "change-merged"}]
    lines.append({"type": "project-created", "projectName": "acme/pay", "headName": "refs/heads/m"})
    events = told("\n".join(json.dumps(line) for line in lines).encode())
    assert of(PullRequestMerged, events)
    assert [event.reason for event in of(DeliverySeen, events)] == [
        "line 2 cannot be read at change: it has no change"
    ]
    assert of(RepositoryObserved, events)[-1].default_branch == "m"
