"""The identity of a patch: the same edits in the same surroundings, and nothing else."""

import subprocess

import pytest

from changeproof.events.revisions import RevisionRecorded
from changeproof.sources.git import read_history

LINES = [f"line {number}\n" for number in range(40)]


def write(workshop, message, content, path="file", mode=0o644):
    """A commit of one file with that content."""
    file = workshop.path / path
    file.write_bytes(content if isinstance(content, bytes) else "".join(content).encode())
    file.chmod(mode)
    workshop.git("add", ".")
    workshop.git("commit", "--quiet", "--file=-", given=message.encode())
    return workshop.git("rev-parse", "HEAD")


def patches(workshop, pseudonyms):
    """What is told of each commit's patch."""
    events = [event for event, _ in read_history(workshop.path, "s", pseudonyms)]
    told = [event for event in events if isinstance(event, RevisionRecorded)]
    return {event.revision: (event.patch, event.inverse) for event in told}


def edited(text, at=30, above=()):
    return [*above, *LINES[:at], text, *LINES[at + 1 :]]


def test_moved_context_is_the_same_patch_and_its_revert_the_inverse(workshop, pseudonyms):
    write(workshop, "root", LINES)
    made = write(workshop, "made", edited("new\n"))
    write(workshop, "moved", edited("new\n", above=["above\n"]))
    back = write(workshop, "Revert it", ["above\n", *LINES])
    again = write(workshop, "again", edited("new\n", above=["above\n"]))
    told = patches(workshop, pseudonyms)
    assert told[made][0] == told[again][0] == told[back][1] is not None
    assert told[back][0] != told[made][0]
    assert told[made][1] is None  # its message speaks of no undoing


@pytest.mark.parametrize(
    "other",
    [
        edited("new \n"),  # a space more
        edited("\tnew\n"),
        edited("new\n", at=20),  # elsewhere: other lines around it
        edited("new"),  # what follows is on the same line
    ],
)
def test_whatever_differs_is_another_patch(workshop, pseudonyms, other):
    write(workshop, "root", LINES)
    one = write(workshop, "one", edited("new\n"))
    write(workshop, "back", LINES)
    two = write(workshop, "two", other)
    told = patches(workshop, pseudonyms)
    assert told[one][0] != told[two][0]


@pytest.mark.parametrize("start", [b"\0", b"text\n" * 2000])
def test_binary_content_and_what_follows_a_nul_count(workshop, pseudonyms, start):
    """The second looks like text to git, which ends a line at the NUL when it names a patch."""
    write(workshop, "root", start)
    one = write(workshop, "one", start + b"same\0 one\n")
    write(workshop, "back", start)
    two = write(workshop, "two", start + b"same\0 two\n")
    write(workshop, "back once more", start)
    three = write(workshop, "three", start + b"same\0 one\n")
    told = patches(workshop, pseudonyms)
    assert told[one][0] == told[three][0] != told[two][0]


def test_a_mode_counts_and_nothing_at_all_has_no_patch(workshop, pseudonyms):
    write(workshop, "root", LINES)
    mode = write(workshop, "mode", LINES, mode=0o755)
    workshop.git("commit", "--quiet", "--allow-empty", "--message=empty")
    empty = workshop.git("rev-parse", "HEAD")
    told = patches(workshop, pseudonyms)
    assert told[mode][0] is not None
    assert told[empty] == (None, None)


def test_a_merge_is_taken_against_its_first_parent(workshop, pseudonyms):
    write(workshop, "root", LINES)
    workshop.git("switch", "-q", "-c", "side")
    side = write(workshop, "side", edited("new\n"))
    workshop.git("switch", "-q", "main")
    write(workshop, "main", LINES, path="other")
    workshop.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = workshop.git("rev-parse", "HEAD")
    told = patches(workshop, pseudonyms)
    assert told[merge][0] == told[side][0]


def test_a_patch_too_large_to_hold_has_no_identity_and_stops_nothing(workshop, pseudonyms):
    write(workshop, "root", LINES)
    large = write(workshop, "large", b"commit it\n" * 2_000_000)
    after = write(workshop, "after", edited("new\n"), path="other")
    told = patches(workshop, pseudonyms)
    assert told[large] == (None, None)
    assert told[after][0] is not None


def test_content_that_looks_like_the_next_commit_is_content(workshop, pseudonyms):
    root = write(workshop, "root", LINES)
    write(workshop, "spoof", f"diff --git x x\ncommit {root}\n@@ -1 +1 @@\nindex 0..1\n".encode())
    told = patches(workshop, pseudonyms)
    assert len(told) == 2
    assert told[root][0] not in (None, told[workshop.git("rev-parse", "HEAD")][0])


def test_settings_of_the_repository_change_no_identity(workshop, pseudonyms):
    write(workshop, "root", [*LINES, "\n", "é\n"], path="ü")
    write(workshop, "made", [*edited("new\n"), "\n", "e\n"], path="ü")
    before = patches(workshop, pseudonyms)
    for setting in (
        "core.quotePath=false",
        "diff.context=9",
        "diff.interHunkContext=90",
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.algorithm=patience",
        "diff.suppressBlankEmpty=true",
        "diff.indentHeuristic=false",
        "diff.external=false",
        "color.ui=always",
        "log.showRoot=false",
        "log.diffMerges=off",
        "i18n.logOutputEncoding=latin1",
    ):
        workshop.git("config", *setting.split("="))
    assert patches(workshop, pseudonyms) == before


def test_it_groups_commits_as_git_does(workshop, pseudonyms):
    """`git patch-id --verbatim` of the same history tells the same ones to be alike."""
    for turn in range(3):
        above = ["above\n"] * turn
        write(workshop, f"start {turn}", [*above, *LINES])
        for number in (5, 20, 30):
            write(workshop, f"edit {number}", edited("new\n", number, above))
            write(workshop, f"back {number}", [*above, *LINES])
    log = ["git", "log", "--patch", "--root", "--full-index", "--no-renames", "--format=%H"]
    shown = subprocess.run(log, cwd=workshop.path, capture_output=True, check=True).stdout
    named = subprocess.run(
        ["git", "patch-id", "--verbatim"], cwd=workshop.path, input=shown, capture_output=True
    )
    if named.returncode:
        pytest.skip("this git is older than 2.39 and has no patch-id --verbatim")
    gits = {row.split()[1]: row.split()[0] for row in named.stdout.decode().splitlines()}
    ours = {name: patch for name, (patch, _) in patches(workshop, pseudonyms).items()}
    assert len(gits) == len(ours) == 21
    pairs = {(gits[name], ours[name]) for name in gits}
    assert len(pairs) == len(set(gits.values())) == len(set(ours.values())) == 9
