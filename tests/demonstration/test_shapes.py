"""The made payloads have the shapes of real ones: no key that the real system does not send."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from changeproof.demonstration.company import story
from changeproof.demonstration.steps import Incoming

# Documented by GitHub, and missing in the collection: it has no `synchronize`, which alone names
# the head that was replaced, and no deployment that a workflow started.
DOCUMENTED = {
    ("pull_request", "before"),
    ("pull_request", "after"),
    ("deployment", "workflow_run"),
    ("deployment_status", "workflow_run"),
}


def keys(value: Any, depth: int) -> set[tuple[str, ...]]:
    """Paths of keys down to a depth."""
    if not isinstance(value, dict) or not depth:
        return set()
    found: set[tuple[str, ...]] = set()
    for key, inner in value.items():
        found.add((key,))
        found |= {(key, *rest) for rest in keys(inner, depth - 1)}
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for step in story():
        if isinstance(step, Incoming) and step.delivery.kind == "github":
            found[str(step.delivery.name)] |= keys(json.loads(step.delivery.body), 2)
    return found


def test_github_sends_every_key_that_is_sent_here(
    shared: Path, made: dict[str, set[tuple[str, ...]]]
) -> None:
    everywhere = {"organization", "repository", "sender"}
    for name, paths in made.items():
        real: set[tuple[str, ...]] = set()
        for file in sorted((shared / "data" / "github-webhooks" / name).glob("*.json")):
            real |= keys(json.loads(file.read_text()), 2)
        unknown = {path for path in paths - real if path[0] not in everywhere}
        assert {path for path in unknown if (name, path[0]) not in DOCUMENTED} == set(), name
