"""GitLab asked by ourselves: approvals stand on the head of their time."""

import pytest

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Finding
from changeproof.ledger.pulls import PullMerge, Review
from changeproof.ledger.revisions import Protection, RevisionParent, RevisionTouch
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from tests.support.protocol_server import Rests, serving

ADA, BOB = ({"id": number, "username": name} for number, name in ((7, "ada"), (8, "bob")))
WEB = "https://gitlab.example.com/acme/shop"
PROJECT = {
    "id": 3,
    "web_url": WEB,
    "path_with_namespace": "acme/shop",
    "default_branch": "main",
}
BASE, FIRST, SECOND, MERGE = "0" * 39 + "1", "a" * 40, "b" * 40, "c" * 40
PULL = "gitlab:gitlab.example.com/project/3/merge/12"


def commit(sha, parents, at):
    return {
        "id": sha,
        "short_id": sha[:8],
        "parent_ids": parents,
        "message": "Round half to even",
        "author_name": "Ada",
        "author_email": "7-ada@users.noreply.gitlab.example.com",
        "committer_name": "Ada",
        "committer_email": "7-ada@users.noreply.gitlab.example.com",
        "committed_date": at,
        "web_url": f"{WEB}/-/commit/{sha}",
    }


def note(body, by, at, *, system=True):
    return {"id": 1, "body": body, "author": by, "created_at": at, "system": system}


def top(blob):
    return {"id": blob, "name": "a.py", "type": "blob", "path": "a.py", "mode": "100644"}


class GitLab:
    """One merge request, approved before a second push and again after it."""

    def __init__(self, *notes):
        self.notes = notes
        self.level = 40
        self.protected = True
        self.trees = {}
        self.files = None
        self.changes_count = None
        self.suites = []
        self.on_main = []
        self.asked = []

    def __call__(self, path, query, headers):
        assert headers["private-token"] == "s3cret"
        merge = {
            "id": 120,
            "iid": 12,
            "project_id": 3,
            "target_project_id": 3,
            "source_project_id": 3,
            "title": "Round half to even",
            "state": "merged",
            "source_branch": "round",
            "target_branch": "main",
            "created_at": "2026-03-01T10:00:00Z",
            "updated_at": "2026-03-01T14:00:00Z",
            "merged_at": "2026-03-01T14:00:00Z",
            "author": ADA,
            "merge_user": BOB,
            "sha": SECOND,
            "merge_commit_sha": MERGE,
            "web_url": f"{WEB}/-/merge_requests/12",
        }
        answers = {
            "acme/shop": PROJECT,
            "acme%2Fshop": PROJECT,
            "3/merge_requests": [merge],
            "3/merge_requests/12/commits": [
                commit(SECOND, [FIRST], "2026-03-01T12:00:00Z"),
                commit(FIRST, [BASE], "2026-03-01T09:50:00Z"),
            ],
            "3/merge_requests/12/versions": [
                {"created_at": "2026-03-01T12:00:00Z", "head_commit_sha": SECOND},
                {"created_at": "2026-03-01T10:00:00Z", "head_commit_sha": FIRST},
            ],
            "3/merge_requests/12/notes": list(self.notes),
            "3/merge_requests/12/pipelines": [{"id": 500, "sha": SECOND}],
            "3/pipelines/500/jobs": [
                {
                    "id": 501,
                    "name": "test",
                    "stage": "test",
                    "status": "success",
                    "allow_failure": False,
                    "started_at": "2026-03-01T12:10:00Z",
                    "finished_at": "2026-03-01T12:20:00Z",
                    "pipeline": {"id": 500},
                    "commit": {"id": SECOND},
                    "web_url": f"{WEB}/-/jobs/501",
                }
            ],
            "3/repository/commits": [
                commit(MERGE, [BASE, SECOND], "2026-03-01T14:00:00Z"),
                commit(BASE, [], "2026-02-01T12:00:00Z"),
            ],
            "3/deployments": [
                {
                    "id": 60,
                    "iid": 1,
                    "sha": MERGE,
                    "ref": "main",
                    "status": "success",
                    "created_at": "2026-03-01T15:00:00Z",
                    "updated_at": "2026-03-01T15:05:00Z",
                    "user": BOB,
                    "environment": {"name": "production"},
                    "deployable": {"id": 502, "user": BOB},
                }
            ],
            "3/members/all": [],
            "3/protected_branches": [
                {"name": "main", "push_access_levels": [{"access_level": self.level}]}
            ][: int(self.protected)],
        }
        here = path.removeprefix("/api/v4/projects/")
        self.asked.append((here, query))
        if here == "3/repository/tree" and query["ref"] in self.trees:
            return 200, {}, [top(self.trees[query["ref"]])]
        answers["3/merge_requests/12"] = {**merge, "changes_count": self.changes_count}
        if self.files is not None:
            answers["3/merge_requests/12/diffs"] = self.files
        report = {"total": {}, "test_suites": self.suites}
        answers["3/pipelines/500/test_report_summary"] = report
        answers["3/pipelines"] = self.on_main
        return (200, {}, answers[here]) if here in answers else (404, {}, {})


def asked(forge, turns=1):
    with serving(forge) as address:
        settings = Settings("gitlab", "gitlab", address, "", "s3cret", {"projects": "acme/shop"})
        source = connect_source(settings, every=300, private_allowed=True)
        found = [ask(ledger(), source, rest=Rests()) for _ in range(turns)]
    judge_waiting(ledger())
    assert all(each.quarantined == 0 for each in found)
    return found


def verdict(check):
    return {row.check_id: row.verdict for row in ledger().store.by(Finding, "subject", [PULL])}[
        check
    ]


APPROVED, WITHDRAWN = "approved this merge request", "unapproved this merge request"


def test_an_approval_stands_on_the_head_of_its_time(instance):
    asked(GitLab(note(APPROVED, BOB, "2026-03-01T11:00:00Z")))
    [review] = ledger().store.all(Review)
    assert (review.revision, review.verdict) == (FIRST, "approved")
    assert verdict("cc8_1/08_approval") == "deviation"


def test_approved_again_after_the_push_everything_holds(instance):
    asked(
        GitLab(
            note(APPROVED, BOB, "2026-03-01T11:00:00Z"),
            note("looks good to me", ADA, "2026-03-01T12:30:00Z", system=False),
            note(APPROVED, BOB, "2026-03-01T13:00:00Z"),
        )
    )
    [merge] = ledger().store.all(PullMerge)
    assert (merge.pull, merge.revision) == (PULL, MERGE)
    [run] = ledger().store.all(TestRun)
    assert (run.revision, run.conclusion) == (SECOND, "passed")
    assert {row.verdict for row in ledger().store.all(Review)} == {"approved"}
    assert verdict("cc8_1/08_approval") == "met"
    # GitLab tells no tree, so that the merge is what was tested only git can say.
    assert verdict("cc8_1/07_testing") == "not_verifiable"
    assert len(ledger().store.all(RevisionParent)) == 4


APPROVED_TWICE = (
    note("approved this merge request", BOB, "2026-03-01T11:00:00Z"),
    note("approved this merge request", BOB, "2026-03-01T13:00:00Z"),
)


@pytest.mark.parametrize(("landed", "expected"), [("1" * 40, "met"), ("2" * 40, "deviation")])
def test_whether_what_landed_was_tested_is_told_without_git(instance, landed, expected):
    forge = GitLab(*APPROVED_TWICE)
    forge.trees = {SECOND: "1" * 40, MERGE: landed}
    asked(forge)
    assert verdict("cc8_1/07_testing") == expected


def test_a_pipeline_of_the_merge_commit_tests_what_landed(instance):
    forge = GitLab(*APPROVED_TWICE)
    forge.on_main = [{"id": 600, "sha": MERGE, "ref": "main", "updated_at": "2026-03-01T14:30:00Z"}]
    job = {
        "id": 601,
        "name": "test",
        "stage": "test",
        "status": "success",
        "allow_failure": False,
        "started_at": "2026-03-01T14:10:00Z",
        "finished_at": "2026-03-01T14:20:00Z",
        "pipeline": {"id": 600},
        "commit": {"id": MERGE},
        "web_url": f"{WEB}/-/jobs/601",
    }

    class WithMain(GitLab):
        def __call__(self, path, query, headers):
            if path.endswith("/pipelines/600/jobs"):
                return 200, {}, [job]
            return super().__call__(path, query, headers)

    forge.__class__ = WithMain
    asked(forge)
    assert verdict("cc8_1/07_testing") == "met"


def test_a_report_of_failures_counts_though_its_job_passed(instance):
    forge = GitLab(*APPROVED_TWICE)
    forge.trees = {SECOND: "1" * 40, MERGE: "1" * 40}
    forge.suites = [
        {"name": "unit", "total_count": 9, "failed_count": 1, "error_count": 0, "build_ids": [501]}
    ]
    asked(forge)
    runs = {row.name: row.conclusion for row in ledger().store.all(TestRun)}
    assert runs == {"test": "passed", "unit (report)": "failed"}
    assert verdict("cc8_1/07_testing") == "deviation"


CI_FILE = {"old_path": ".gitlab-ci.yml", "new_path": ".gitlab-ci.yml", "diff": "+p4ssw0rd"}


@pytest.mark.parametrize(("stated", "areas"), [("1", {"pipeline"}), ("1000+", set())])
def test_the_files_are_told_where_their_list_is_whole(instance, stated, areas):
    forge = GitLab(*APPROVED_TWICE)
    forge.files, forge.changes_count = [CI_FILE], stated
    asked(forge)
    assert {row.area for row in ledger().store.all(RevisionTouch)} == areas
    bodies = [bytes(each[0]) for each in ledger().database.execute("SELECT body FROM log_content")]
    assert not any(b"p4ssw0rd" in body for body in bodies)


def test_an_approval_that_its_giver_took_back_does_not_count(instance):
    asked(
        GitLab(
            note(APPROVED, BOB, "2026-03-01T13:00:00Z"),
            note(WITHDRAWN, BOB, "2026-03-01T13:30:00Z"),
        )
    )
    assert verdict("cc8_1/08_approval") == "deviation"


def test_a_remark_that_says_approved_is_no_approval(instance):
    asked(GitLab(note(APPROVED, BOB, "2026-03-01T13:00:00Z", system=False)))
    assert ledger().store.all(Review) == []


def test_a_second_turn_says_nothing_new(instance):
    _, again = asked(GitLab(note(APPROVED, BOB, "2026-03-01T13:00:00Z")), turns=2)
    assert again.events == 0
    [protection] = ledger().store.all(Protection)
    assert protection.pattern == "main"


def test_a_branch_that_is_no_longer_protected_ends_and_may_begin_again(instance):
    forge = GitLab()
    with serving(forge) as address:
        settings = Settings("gitlab", "gitlab", address, "", "s3cret", {"projects": "acme/shop"})
        source = connect_source(settings, every=300, private_allowed=True)
        for forge.protected in (True, True, False, False, True, False):
            ask(ledger(), source, rest=Rests())
    rows = sorted(ledger().store.all(Protection), key=lambda row: row.changed_at)
    assert [(row.pattern, row.enforced) for row in rows] == [
        ("main", 1),
        ("main", 0),
        ("main", 1),
        ("main", 0),
    ]
