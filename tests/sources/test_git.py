"""Reading a repository: what it gives, what it never runs, how it says no."""

import shutil
import tracemalloc

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import canonical_event, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.revisions import (
    HistoryBegins,
    HistoryRetrieved,
    RevisionRecorded,
    RevisionTagged,
)
from changeproof.sources.git import open_repository, read_history
from changeproof.sources.git.patches import Patch
from changeproof.sources.git.reader import Commit
from changeproof.sources.git.translate import Translator

SECOND = 1_000_000


def revisions(history):
    return [event for event, _ in history if isinstance(event, RevisionRecorded)]


def test_a_commit_becomes_one_event_with_its_texts(workshop, pseudonyms):
    commit = workshop.commit("PAY-1: pay (#12)\n\nWhy.\n\nCo-authored-by: Bo <bo@example.org>")
    (event, contents), (retrieved, _) = read_history(workshop.path, "pay", pseudonyms)
    assert isinstance(event, RevisionRecorded)
    assert (event.revision, event.delivery, event.source) == (commit, commit, "git")
    assert event.repository == "git:repo/pay"
    assert event.system == "pay"
    assert event.lands_in == "production"
    assert event.complete
    assert event.occurred_at == event.authored_at == 1_700_000_000 * SECOND
    assert event.time_basis == "bound"
    assert event.author == event.committer == pseudonyms.account("ada@example.org")
    assert event.co_authors == (pseudonyms.account("bo@example.org"),)
    assert event.claimed_pull == "12"
    assert event.ticket_keys == ("PAY-1",)
    assert event.path_count == 1
    kept = {sha256_hex(content): content for content in contents}
    assert kept[event.title] == b"PAY-1: pay (#12)"
    assert kept[event.message].startswith(b"PAY-1: pay (#12)\n\nWhy.")
    assert kept[event.paths] == b'["file"]'
    assert isinstance(retrieved, HistoryRetrieved)
    assert retrieved.rows == 1


def test_only_first_parents_land(workshop, pseudonyms):
    workshop.commit("one")
    workshop.git("switch", "-q", "-c", "side")
    side = workshop.commit("two", "other")
    workshop.git("switch", "-q", "main")
    workshop.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from x/side", "side")
    events = revisions(read_history(workshop.path, "s", pseudonyms))
    landed = [event.revision for event in events if event.lands_in]
    assert len(events) == 3
    assert side not in landed
    assert len(landed) == 2
    assert {event.time_basis for event in events if not event.lands_in} == {"stated"}
    merge = events[-1]
    assert len(merge.parents) == 2
    assert merge.path_count == 1  # against its first parent
    assert merge.claimed_pull == "7"


def test_an_edited_merge_is_told_from_a_plain_one_wherever_the_repository_lies(
    workshop, pseudonyms, tmp_path
):
    for name in ("plain", "edited"):
        workshop.commit(f"before {name}")
        workshop.git("switch", "-q", "-c", name)
        workshop.commit("on the side", name)
        workshop.git("switch", "-q", "main")
        workshop.git("merge", "-q", "--no-ff", "--no-commit", name)
        if name == "edited":
            (workshop.path / "slipped in").write_text("by hand")
            workshop.git("add", "-A")
        workshop.git("commit", "-q", "-m", f"Merge {name}")
    moved = workshop.path.rename(tmp_path / 'a:b"c\\d')
    events = revisions(read_history(moved, "s", pseudonyms))
    merges = [event.edited_in_merge for event in events if len(event.parents) == 2]
    assert merges == [False, True]


def test_what_a_forge_keeps_of_proposals_is_read_once_and_lands_nowhere(workshop, pseudonyms):
    first = workshop.commit("one")
    workshop.git("switch", "-q", "-c", "side")
    side = workshop.commit("two", "other")
    workshop.git("update-ref", "refs/pull/7/head", side)
    workshop.git("switch", "-q", "main")
    workshop.git("branch", "-q", "-D", "side")
    history = read_history(workshop.path, "s", pseudonyms)
    landed = {event.revision: event.lands_in for event in revisions(history)}
    assert landed == {first: "production", side: None}
    assert read_history(workshop.path, "s", pseudonyms, known_tips=history.tips).commits == 0


@pytest.mark.parametrize("way", ["proposed", "beside the branch"])
def test_what_is_known_and_lands_only_now_is_told_to_land(workshop, pseudonyms, way):
    """A fast-forward to what was proposed; a branch that is put back to a merged one."""
    workshop.commit("one")
    workshop.git("switch", "-q", "-c", "side")
    side = workshop.commit("two", "other")
    workshop.git("update-ref", "refs/pull/7/head", side)
    workshop.git("switch", "-q", "main")
    if way == "beside the branch":
        workshop.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    first = read_history(workshop.path, "s", pseudonyms)
    assert {event.revision: event.lands_in for event in revisions(first)}[side] is None
    workshop.git("reset", "-q", "--hard", "side")
    again = read_history(workshop.path, "s", pseudonyms, known_tips=first.tips)
    assert {event.revision: event.lands_in for event in revisions(again)} == {side: "production"}
    third = read_history(workshop.path, "s", pseudonyms, known_tips=again.tips)
    assert third.commits == 0


def test_a_second_reading_gives_only_what_is_new(workshop, pseudonyms):
    workshop.commit("one")
    first = read_history(workshop.path, "s", pseudonyms)
    whole = list(first)
    assert list(read_history(workshop.path, "s", pseudonyms, known_tips=first.tips)) == []
    new = workshop.commit("two")
    again = read_history(workshop.path, "s", pseudonyms, known_tips=(*first.tips, "0" * 40))
    assert again.commits == 1
    assert [event.revision for event in revisions(again)] == [new]
    everything = revisions(read_history(workshop.path, "s", pseudonyms))
    assert everything == [whole[0][0], revisions(again)[0]]


def test_a_named_branch_is_production(workshop, pseudonyms):
    workshop.commit("one")
    workshop.git("branch", "release")
    workshop.commit("two")
    assert len(revisions(read_history(workshop.path, "s", pseudonyms, "release"))) == 1
    with pytest.raises(Refusal, match="not read") as refused:
        read_history(workshop.path, "s", pseudonyms, "relase")
    assert "release" in refused.value.cure


def test_tags_are_deployments(workshop, pseudonyms):
    first = workshop.commit("one")
    workshop.git("tag", "v1")
    second = workshop.commit("two")
    workshop.git("tag", "-a", "-m", "two", "v2", GIT_COMMITTER_DATE="1700000500 +0000")
    workshop.git("tag", "other")
    blob = workshop.git("rev-parse", "HEAD:file")
    workshop.git("tag", "v-file", blob)
    events = [event for event, _ in read_history(workshop.path, "s", pseudonyms, "tags:v*")]
    deployed = [event for event in events if isinstance(event, DeploymentFinished)]
    assert [event.deployment for event in deployed] == [
        f"git:repo/s/tag/v1/{first}",
        f"git:repo/s/tag/v2/{second}",
    ]
    assert [event.occurred_at for event in deployed] == [
        1_700_000_000 * SECOND,
        1_700_000_500 * SECOND,
    ]
    assert deployed[0].actor is None
    assert deployed[1].actor == pseudonyms.account("ada@example.org")
    assert all(event.lands_in is None for event in events if isinstance(event, RevisionRecorded))
    with pytest.raises(Refusal, match="not read"):
        read_history(workshop.path, "s", pseudonyms, "tags:w*")


def test_a_shallow_clone_says_where_it_begins(workshop, tmp_path, pseudonyms):
    for number in range(4):
        workshop.commit(str(number))
    workshop.git("clone", "-q", "--depth=2", f"file://{workshop.path}", str(tmp_path / "shallow"))
    history = read_history(tmp_path / "shallow", "s", pseudonyms)
    events = [event for event, _ in history]
    begins = [event for event in events if isinstance(event, HistoryBegins)]
    recorded = [event for event in events if isinstance(event, RevisionRecorded)]
    assert [event.revision for event in begins] == [recorded[0].revision]
    assert [event.complete for event in recorded] == [False, True]
    assert recorded[0].paths is None
    assert history.tips == ()  # it may be deepened: read it whole next time


def test_bare_repositories_and_git_directories_are_read(workshop, tmp_path, pseudonyms):
    workshop.commit("one")
    workshop.git("clone", "-q", "--bare", str(workshop.path), str(tmp_path / "bare"))
    expected = list(read_history(workshop.path, "s", pseudonyms))
    assert list(read_history(tmp_path / "bare", "s", pseudonyms)) == expected
    assert list(read_history(workshop.path / ".git", "s", pseudonyms)) == expected


RAW = b"""commit refs/heads/main
author %s <%s> %s
committer Ada <ada@example.org> %s
data %d
%s
"""


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (b"0 +0000", 0),
        (b"2145916800 +1400", 2_145_916_800 * SECOND),
        (b"5000000000 -1200", 5_000_000_000 * SECOND),
        (b"400000000000 +0000", None),
        (b"99999999999999999 +0000", None),
    ],
)
def test_odd_times_do_not_stop_it(workshop, pseudonyms, seconds, expected):
    raw = RAW % (b"Ada", b"ada@example.org", seconds, seconds, 1, b"x")
    workshop.git("fast-import", "--quiet", "--date-format=raw-permissive", given=raw)
    (event,) = revisions(read_history(workshop.path, "s", pseudonyms))
    assert event.occurred_at == expected
    assert event.time_basis == ("none" if expected is None else "bound")


def test_bytes_that_are_no_text_are_read_the_same_each_time(workshop, pseudonyms):
    message = b"caf\xe9 \xed\xa0\x80 \xff\n\nCo-authored-by: B\xf6 <b\xf6@example.org>"
    raw = RAW % (b"J\xf6rg", b"j\xf6rg@x", b"1 +0000", b"1 +0000", len(message), message)
    workshop.git("fast-import", "--quiet", given=raw)
    once = list(read_history(workshop.path, "s", pseudonyms))
    assert once == list(read_history(workshop.path, "s", pseudonyms))
    for event, contents in once:
        canonical_event(event)
        for content in contents:
            content.decode()
    assert once[0][0].co_authors


def test_a_message_full_of_claims_still_fits_an_event(workshop, pseudonyms):
    trailers = [
        f"{key}: x{number}[bot] <x{key}{number}[bot]@example.org>"
        for key in ("Co-authored-by", "Reviewed-by")
        for number in range(2000)
    ]
    lines = [f"(cherry picked from commit {number:064})" for number in range(2000)]
    lines += [f"This reverts commit {number:064}" for number in range(2000)]
    title = " ".join(f"ABCDEFGHIJKLMNOPQRST-{number}" for number in range(111_111_111, 111_111_311))
    workshop.commit("\n\n".join([title, "\n".join(lines), "\n".join(trailers)]))
    (event,) = revisions(read_history(workshop.path, "s", pseudonyms))
    assert len(event.co_authors) == 250
    assert len(canonical_event(event)) < 60_000


def test_many_paths_with_odd_names(workshop, pseudonyms):
    names = ["new\nline", "a" * 40, "tab\t", 'quo"te', "ä"]
    for name in names:
        (workshop.path / name).write_text("x")
    workshop.commit("all")
    workshop.commit("next")
    first, second = revisions(read_history(workshop.path, "s", pseudonyms))
    assert first.path_count == len(names) + 1
    assert second.path_count == 1


def test_nothing_that_the_repository_configures_is_run(workshop, tmp_path, pseudonyms):
    (workshop.path / ".gitattributes").write_text("* diff=x\n")
    workshop.commit("one")
    workshop.commit("two")
    trap = tmp_path / "trap"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
    script.chmod(0o755)
    for key in ("core.pager", "pager.log", "core.fsmonitor", "diff.external", "gpg.program"):
        workshop.git("config", key, str(script))
    workshop.git("config", "log.showSignature", "true")
    workshop.git("config", "diff.x.textconv", str(script))
    workshop.git("config", "diff.x.command", str(script))
    workshop.git("config", "log.diffMerges", "on")
    workshop.git("config", "format.pretty", "oneline")
    workshop.git("config", "diff.noprefix", "true")
    assert not trap.exists()
    assert len(revisions(read_history(workshop.path, "s", pseudonyms))) == 2
    assert not trap.exists()


def test_the_users_settings_change_nothing(workshop, tmp_path, pseudonyms, monkeypatch):
    workshop.commit("one")
    expected = list(read_history(workshop.path, "s", pseudonyms))
    (tmp_path / ".gitconfig").write_text(
        "[log]\n  date = iso\n  follow = true\n[core]\n  bare = x\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'format.pretty'='raw'")
    assert list(read_history(workshop.path, "s", pseudonyms)) == expected


def test_a_path_that_is_no_repository_is_refused(workshop, tmp_path):
    workshop.commit("one")
    (workshop.path / "below").mkdir()
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "none", tmp_path / "file", workshop.path / "below"):
        with pytest.raises(Refusal, match="not read") as refused:
            open_repository(place)
        assert refused.value.where == str(place)


def test_an_empty_repository_is_refused(workshop, pseudonyms):
    with pytest.raises(Refusal) as refused:
        read_history(workshop.path, "s", pseudonyms)
    assert "empty" in refused.value.why
    workshop.git("checkout", "-q", "-b", "elsewhere")
    workshop.commit("one")
    workshop.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    with pytest.raises(Refusal) as refused:
        read_history(workshop.path, "s", pseudonyms)
    assert "unborn" in refused.value.why
    assert "elsewhere" in refused.value.cure


@pytest.mark.parametrize("part", ["tree", "parent", "tip", "HEAD"])
def test_a_damaged_repository_is_refused(workshop, pseudonyms, part):
    parent, tip = workshop.commit("one"), workshop.commit("two")
    missing = {"tree": workshop.git("rev-parse", "HEAD^{tree}"), "parent": parent, "tip": tip}
    if part == "HEAD":
        (workshop.path / ".git/HEAD").write_text("nonsense")
    else:
        name = missing[part]
        (workshop.path / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(Refusal) as refused:
        list(read_history(workshop.path, "s", pseudonyms))
    assert refused.value.why
    assert refused.value.cure


def test_a_machine_without_git_is_told_so(workshop, tmp_path, pseudonyms, monkeypatch):
    workshop.commit("one")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal) as refused:
        read_history(workshop.path, "s", pseudonyms)
    assert "git is not installed" in refused.value.why


def test_a_missing_promised_object_is_not_fetched(workshop, tmp_path, pseudonyms):
    workshop.commit("one")
    workshop.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    workshop.git(
        "clone", "-q", "--bare", "--filter=tree:0", f"file://{workshop.path}", str(partial)
    )
    shutil.rmtree(workshop.path)
    with pytest.raises(Refusal) as refused:
        list(read_history(partial, "s", pseudonyms))
    assert "--filter" in refused.value.cure


COUNTS = {
    # commits, first parents, claimed pull requests, with Reviewed-on, with reverts of a hash
    "golang-crypto": (1348, 1348, 0, 1110, 3),
    "pypi-warehouse": (9028, 7856, 7673, 0, 117),
    "simonw-datasette": (3402, 2988, 290, 0, 13),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_real_history_is_read_whole(real_history, pseudonyms, name):
    history = read_history(real_history(name), name, pseudonyms)
    events = revisions(history)
    assert history.commits == len(events)
    assert (
        len(events),
        sum(event.lands_in is not None for event in events),
        sum(event.claimed_pull is not None for event in events),
        sum(event.claimed_review is not None for event in events),
        sum(bool(event.reverts) for event in events),
    ) == COUNTS[name]
    met: set[str] = set()
    for event in events:
        assert met.issuperset(event.parents)
        met.add(event.revision)
    again = read_history(real_history(name), name, pseudonyms, known_tips=history.tips)
    assert {type(event) for event, _ in again} <= {RevisionTagged}  # a tag may come at any time


def test_memory_stays_flat(real_history, pseudonyms):
    history = iter(read_history(real_history("simonw-datasette"), "s", pseudonyms))
    next(history)
    tracemalloc.start()
    try:
        for _ in history:
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * 2**20


def test_a_commit_has_the_same_bytes_in_the_log_in_every_version(pseudonyms):
    commit = Commit(
        "1" * 40,
        ("2" * 40, "3" * 40),
        "4" * 40,
        (b"Ada", b"ada@example.org", b"1700000000"),
        (b"Bo \xff", b"bo@example.org", b"1700000060"),
        b"PAY-1: pay (#12)\n\nReviewed-by: Cy <cy@example.org>\n",
        (b".github/workflows/ci.yml", b"app/migrations/0001_initial.py"),
        False,
        Patch("5" * 64, None),
    )
    translator = Translator("git:repo/pay", "pay", pseudonyms)
    event, contents = translator.commit(commit, lands=True, begins=False)
    assert sha256_hex(canonical_event(event)) == (
        "2a1d71951bb9faff5222ea52f71e85d4749fde16c135350e133e767e048312d7"
    )
    assert sha256_hex(contents[2]) == event.paths
