"""What GitLab lists of a commit's content and its tests: trees as git names them, areas, runs."""

import json
import subprocess

import pytest

from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import RevisionInspected
from changeproof.events.testing import TestsRun
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.gitlab.contents import TreeEntry, tree_name
from changeproof.sources.translate import translate

HEAD, BLOB = "a" * 40, "b" * 40
BESIDE = (("host", "gitlab.example.org"), ("project", "3"))


@pytest.fixture
def told(deliver, pseudonyms):
    def translated(**payload):
        body = json.dumps(payload).encode()
        return translate(deliver("gitlab", body, options=BESIDE), pseudonyms).events

    return translated


def entry(name, kind="blob", mode="100644", object_id=BLOB):
    return {"id": object_id, "name": name, "type": kind, "path": name, "mode": mode}


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_tree_is_named_as_git_names_it(tmp_path, form):
    """Folders sort as if their names ended in a stroke: `a.b` before `a/` before `a0`."""

    def git(*words):
        done = subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words],
            cwd=tmp_path, capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.decode()

    git("init", "--quiet", f"--object-format={form}")
    for name in ("a/x", "a.b", "a0", "ärger", "run.sh", "a-/y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "link").symlink_to("a0")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Begin")
    listed = [line.partition("\t") for line in git("ls-tree", "-z", "HEAD").split("\0") if line]
    entries = [
        TreeEntry(id=said.split()[2], name=name, type=said.split()[1], mode=said.split()[0])
        for said, _, name in reversed(listed)
    ]
    assert tree_name(entries) == git("rev-parse", "HEAD^{tree}").strip()


def test_a_commit_is_inspected_by_the_entries_at_its_top(told):
    [inspected, *_] = told(
        revision=HEAD, tree_entries=[entry("README"), entry("src", "tree", "040000")]
    )
    assert isinstance(inspected, RevisionInspected)
    assert (inspected.revision, inspected.occurred_at) == (HEAD, None)
    assert inspected.repository == "gitlab:gitlab.example.org/project/3"
    assert len(inspected.tree) == 40


@pytest.mark.parametrize(
    "entries",
    [[], [entry("a\ufffd")], [entry("a"), entry("b", object_id="c" * 64)]],
)
def test_entries_that_give_no_name_give_none(told, entries):
    [seen, *_] = told(revision=HEAD, tree_entries=entries)
    assert isinstance(seen, DeliverySeen)


@pytest.mark.parametrize("name", ["", "a/b", "a\0b", "x" * 5000])
def test_what_no_tree_holds_is_refused(told, name):
    with pytest.raises(MalformedPayload):
        told(revision=HEAD, tree_entries=[entry(name)])


def test_files_are_told_by_area_without_what_stands_in_them(told):
    files = [
        {"old_path": ".gitlab-ci.yml", "new_path": ".gitlab-ci.yml", "diff": "+secret"},
        {"old_path": "src/a.py", "new_path": "src/b.py", "diff": ""},
    ]
    [inspected, *_] = told(revision=HEAD, changed_files=files)
    assert (inspected.path_count, inspected.areas["pipeline"]) == (3, 1)
    assert inspected.tree is None


def suite(**counts):
    return {"name": "unit", "build_ids": [501, 502], **counts}


@pytest.mark.parametrize(
    ("counts", "conclusion"),
    [
        ({"total_count": 3, "success_count": 3}, "passed"),
        ({"total_count": 3, "failed_count": 1}, "failed"),
        ({"total_count": 3, "error_count": 1}, "failed"),
        ({"total_count": 3, "suite_error": "JUnit data parsing failed"}, "failed"),
        ({"total_count": 2, "skipped_count": 2}, "skipped"),
        ({"total_count": 0}, "skipped"),
    ],
)
def test_a_report_is_a_run_that_ended_with_the_last_of_its_jobs(told, counts, conclusion):
    jobs = [
        {"id": 501, "finished_at": "1970-01-01T00:00:05Z"},
        {"id": 502, "finished_at": "1970-01-01T00:00:09Z"},
        {"id": 503, "finished_at": "1970-01-01T00:00:30Z"},
    ]
    [run, *_] = told(
        reported_pipeline={"id": 500, "sha": HEAD},
        test_report={"test_suites": [suite(**counts)]},
        jobs=jobs,
    )
    assert isinstance(run, TestsRun)
    assert (run.name, run.conclusion, run.occurred_at) == ("unit (report)", conclusion, 9_000_000)
    assert run.run == "gitlab:gitlab.example.org/project/3/pipeline/500/report/unit"
