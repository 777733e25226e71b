"""What a commit message claims, and what only looks like a claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.sources.messages import claims, ticket_keys, title_of

GERRIT = """ssh: ignore lines before the banner

Long explanation: with a colon in it,
and a second line.

Change-Id: Ief014bb3413e26e8d2077d3eb204ceaea9dc9444
Reviewed-on: https://go-review.googlesource.com/c/crypto/+/811320
Reviewed-by: Nicola Murino <nicola@example.org>
Reviewed-by: Carlos Amedee <carlos@example.org>
Auto-Submit: Dmitri <dmitri@example.org>
"""

SQUASH = """Add a page (#4321)

* First try

Co-authored-by: Ee <ee@example.org>

* Second try

Reviewed-by: Nobody <nobody@example.org>

Words that follow.

---------

co-Authored-By: Mike <mike@example.org>
"""


def test_gerrit_trailers():
    said = claims(GERRIT)
    assert said.review == "https://go-review.googlesource.com/c/crypto/+/811320"
    assert said.change_id == "Ief014bb3413e26e8d2077d3eb204ceaea9dc9444"
    assert said.reviewers == (
        "Nicola Murino <nicola@example.org>",
        "Carlos Amedee <carlos@example.org>",
    )
    assert said.pull is None


def test_gerrit_trailers_without_a_blank_line_before():
    assert claims(GERRIT.replace("line.\n\n", "line.\n")).change_id is not None


def test_co_authors_count_wherever_they_stand_and_reviewers_only_at_the_end():
    said = claims(SQUASH)
    assert said.co_authors == ("Ee <ee@example.org>", "Mike <mike@example.org>")
    assert said.reviewers == ()
    assert said.pull == "4321"


@pytest.mark.parametrize(
    ("message", "pull"),
    [
        ("Fix it (#12)", "12"),
        ('Revert "Fix it (#12)" (#13)\n\nThis reverts commit', "13"),
        ("Merge pull request #7 from somebody/branch\n\nTitle", "7"),
        ("Merge branch 'x'\n\nSee merge request group/project!45", "group/project!45"),
        ("See (#12) for more", None),
        ("Fixes #12", None),
        ("Title\n\nbody (#12)", None),
    ],
)
def test_claimed_pull_requests(message, pull):
    assert claims(message).pull == pull


def test_reverts_and_cherry_picks():
    commit = "a" * 40
    assert claims(f'Revert "x"\n\nThis reverts commit {commit}.').reverts == (commit,)
    picked = claims(f"x\n\nwhy\n\n(cherry picked from commit {commit})\nSigned-off-by: A <a@b.c>")
    assert picked.cherry_picked_from == (commit,)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-142: pay (see OPS-7)", ("PAY-142", "OPS-7")),
        ("[PAY-142] PAY-142", ("PAY-142",)),
        ("Use UTF-8 and SHA-256, fix CVE-2024-1234, ISO-8601, RFC-3339, AES-128", ()),
        ("feature PAY-2-add-it, PAY-3_x", ("PAY-2", "PAY-3")),
        ("x-PAY-1 aPAY-2 PAY-03 PAY-4x A-1", ()),
    ],
)
def test_ticket_keys(text, keys):
    assert ticket_keys(text) == keys


def test_tickets_in_trailers():
    assert claims("Title\n\nText OPS-1.\n\nFixes: PAY-9").tickets == ("PAY-9",)


@given(st.text())
def test_any_message_is_read(message):
    said = claims(message)
    assert said == claims(message)
    assert "\n" not in title_of(message)


@given(st.lists(st.sampled_from([*GERRIT.split("\n"), *SQUASH.split("\n"), " x: y", "\t"])))
def test_any_order_of_lines_is_read(lines):
    claims("\n".join(lines))
