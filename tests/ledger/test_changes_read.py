"""A change as people and programs read it: who wrote it, what belongs to it, its verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.revisions import RevisionRecorded
from changeproof.ledger.changes_found import find_changes
from changeproof.ledger.changes_read import URGENCY, read_changes, read_findings, verdict_of
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import ledger
from tests.support.pull_requests import REPOSITORY, REVIEWER, WRITER, Forge, revision_of


@pytest.fixture
def forge(instance):
    return Forge(ledger())


def read(change):
    return read_changes(ledger(), [change])[0]


def test_revisions_are_head_and_merged_commit_and_what_the_branch_holds(forge):
    pull, head = forge.open(7)
    assert read(pull).revisions == (head,)
    newer = forge.push(7, "newer", parent=head)
    assert newer in read(pull).revisions
    merged = forge.merge(pull, newer)
    assert {newer, merged} <= set(read(pull).revisions)


def test_merging_makes_nobody_an_author(forge):
    pull, head = forge.open(7)
    merged = forge.merge(pull, head, by=REVIEWER)
    forge.say(
        RevisionRecorded,
        revision=merged,
        repository=REPOSITORY,
        complete=True,
        parents=(revision_of("base"), head),
        author=REVIEWER,
    )
    assert read(pull).authors == (WRITER,)


def test_co_authors_of_a_squash_are_authors(forge):
    """Hard case 20."""
    pull, head = forge.open(7)
    merged = forge.merge(pull, head)
    forge.say(
        RevisionRecorded,
        revision=merged,
        repository=REPOSITORY,
        complete=True,
        parents=(revision_of("base"),),
        author=REVIEWER,
        co_authors=("github:user/5",),
    )
    assert read(pull).authors == (WRITER, "github:user/5")


def test_where_no_commit_is_known_the_pull_requests_author_wrote_it(instance):
    from changeproof.events.pulls import PullRequestOpened

    made = Forge(ledger())
    pull = f"{REPOSITORY}/pull/9"
    made.say(PullRequestOpened, WRITER, pull=pull, repository=REPOSITORY, number=9)
    assert (read(pull).authors, read(pull).revisions) == ((WRITER,), ())


def test_as_of_leaves_out_what_was_not_open_yet(forge):
    forge.open(7)
    [opened] = read_changes(ledger())
    assert read_changes(ledger(), as_of=opened.opened_at) == [opened]
    assert read_changes(ledger(), as_of=opened.opened_at - 1) == []


def test_ids_that_are_not_on_record_are_left_out(forge):
    assert read_changes(ledger(), ["CHG-1-1"]) == []
    assert read_changes(ledger(), []) == []


@given(st.lists(st.sampled_from([*URGENCY, "raised"]), max_size=4))
def test_a_verdict_is_the_most_urgent_of_the_points(verdicts):
    rows = [
        Finding("c", f"cc8_1/{n:02}_x", verdict, "direct", "", "")
        for n, verdict in enumerate(verdicts)
    ]
    found = [each for each in URGENCY if each in verdicts]
    assert verdict_of(rows) == (found[0] if found else "pending")


def test_the_database_finds_by_the_same_verdict(forge):
    pulls = [forge.open(number)[0] for number in range(1, 8)]
    rows = [
        Finding(pull, f"cc8_1/{n:02}_x", URGENCY[(place + n) % 5], "direct", "", "")
        for place, pull in enumerate(pulls)
        for n in range(place % 3)
    ]
    rows.append(Finding(pulls[0], "signs/x", "raised", "direct", "", ""))
    ledger().store.insert(rows)
    findings = read_findings(ledger().store, pulls)
    for verdict in URGENCY:
        expected = [each for each in sorted(pulls) if verdict_of(findings[each]) == verdict]
        assert find_changes(ledger().store, verdict=verdict) == expected
    assert find_changes(ledger().store, after=sorted(pulls)[2], limit=2) == sorted(pulls)[3:5]
