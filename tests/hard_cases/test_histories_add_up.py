"""Real histories, counted a second time by a few lines that know nothing of our code."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from changeproof.intake.git import import_git
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import Change, ChangeAlias, Finding, RevisionImplementation
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from changeproof.policy.parameters import initial_policy_event
from tests.support.histories import rebuilt

KEEP = Path(__file__).parents[2] / "var" / "histories"
FORMAT = "%H%x00%P%x00%ae%x00%B%x01"
ROBOTS = re.compile(r"gobot@|gopherbot@|luci-|@luci|gserviceaccount|letsusegerrit@", re.IGNORECASE)


def log(path: Path, *more: str) -> list[tuple[str, list[str], str, str]]:
    """Hash, parents, author's address and message of each commit."""
    told = subprocess.run(
        ["git", "-C", path, "log", f"--format={FORMAT}", *more], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    rows = [each.strip("\n").split("\0") for each in told.split("\x01") if each.strip()]
    return [(sha, parents.split(), author, text) for sha, parents, author, text in rows]


def unreviewed(path: Path) -> set[str]:
    """Commits of Gerrit without a reviewer who is a human and wrote none of it."""
    lacking = set()
    for sha, _, author, text in log(path):
        trailers = text.strip().rpartition("\n\n")[2].splitlines()
        named = [line.partition(": ") for line in trailers]
        on_gerrit = any(name.lower() == "reviewed-on" for name, _, _ in named)
        people = {
            kind: {
                value[value.rfind("<") + 1 : value.rfind(">")].lower()
                for name, _, value in named
                if name.lower() == kind
            }
            for kind in ("reviewed-by", "co-authored-by")
        }
        others = people["reviewed-by"] - people["co-authored-by"] - {author.lower()}
        others = {each for each in others if not ROBOTS.search(each)}
        if not (on_gerrit and others):
            lacking.add(sha)
    return lacking


@pytest.fixture
def judged(instance: Instance, shared: Path):
    def import_and_judge(name: str, system: str) -> Path:
        held = ledger()
        policy, text = initial_policy_event("standard")
        held.record_events([policy], [text], collector="test")
        path = rebuilt(shared, name, KEEP)
        import_git(held, str(path), system)
        judge_waiting(held)
        return Path(path)

    return import_and_judge


@pytest.mark.timeout(300)
def test_the_unreviewed_commits_of_a_gerrit_project_are_those_of_a_script(judged) -> None:
    path = judged("golang-crypto", "crypto")
    found = {
        row.subject.removeprefix("git:")
        for row in ledger().store.all(Finding)
        if row.check_id == "cc8_1/08_approval"
        and row.verdict != "met"
        and row.subject.startswith("git:")
    }
    assert found == unreviewed(path)


@pytest.mark.timeout(300)
def test_every_commit_on_the_branch_is_in_exactly_one_change(judged) -> None:
    path = judged("pypi-warehouse", "warehouse")
    store = ledger().store
    on_branch = log(path, "--first-parent")
    owners = {row.revision: row.implementation for row in store.all(RevisionImplementation)}
    changes = {row.change_id for row in store.all(Change)}
    named: dict[str, set[str]] = {}
    for alias in store.all(ChangeAlias):
        if alias.alias.startswith("git:"):
            named.setdefault(alias.alias.removeprefix("git:"), set()).add(alias.change_id)
    counted: Counter[str] = Counter()
    for sha, parents, _, text in on_branch:
        holders = named.get(sha, set()) | ({owners[sha]} & changes)
        assert len(holders) == 1, sha
        if len(parents) > 1 and text.startswith("Merge pull request #"):
            counted["merge commit"] += 1
        elif re.search(r"\(#[0-9]+\)$", text.split("\n")[0].strip()):
            counted["squash merge"] += 1
        else:
            counted["direct push"] += 1
    origins = Counter(
        row.origin for row in store.all(Change) if row.change_id.removeprefix("git:") in owners
    )
    assert sum(counted.values()) == len(on_branch)
    assert origins["detected"] == counted["direct push"]
    assert origins["claimed"] == counted["squash merge"] + counted["merge commit"]
