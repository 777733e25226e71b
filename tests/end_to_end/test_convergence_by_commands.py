"""Histories and payloads by separate commands, in any order: the same bytes come out."""

import random
from pathlib import Path

import pytest

from tests.support.histories import rebuilt
from tests.support.typed import typed

EVENTS = (
    "push",
    "pull_request",
    "pull_request_review",
    "check_run",
    "check_suite",
    "status",
    "workflow_run",
    "deployment",
    "deployment_status",
    "create",
    "delete",
    "branch_protection_rule",
    "release",
)
KEEP = Path(__file__).parents[2] / "var" / "histories"
AS_OF = "2026-11-01"
Command = list[str]


def changeproof(data: Path, *words: str) -> str:
    """Run one command on an instance of the shared pseudonym key; its stdout."""
    said = {"CHANGEPROOF_PSEUDONYM_KEY": "ab" * 32}
    done = typed(data.parent, *words, "--data", str(data), said=said)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def outcome(data: Path, commands: list[Command]) -> str:
    changeproof(data, "init")
    for command in commands:
        changeproof(data, *command)
    return changeproof(data, "changes", "--json", "--as-of", AS_OF)


@pytest.mark.timeout(400)
def test_order_repetition_and_grouping_give_the_same_bytes(shared: Path, tmp_path: Path) -> None:
    commands: list[Command] = [
        ["import", "git", str(rebuilt(shared, "golang-crypto", KEEP)), "--system", "crypto"]
    ]
    for event in EVENTS:
        files = sorted(map(str, (shared / "data" / "github-webhooks" / event).glob("*.json")))
        commands.append(["ingest", "github", *files, "--event", event])
    cdevents = sorted(map(str, (shared / "data" / "cdevents").glob("*.json")))
    commands.append(["ingest", "cdevents", *cdevents])
    shuffled = [*commands, *commands[1:4]]
    random.Random(5).shuffle(shuffled)
    orders = [commands, commands[::-1], shuffled]
    first, *others = [outcome(tmp_path / str(number), order) for number, order in enumerate(orders)]
    assert first.count("\n") > 1_300
    assert all(other == first for other in others)
