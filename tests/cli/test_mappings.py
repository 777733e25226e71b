"""A company's own mapped source, from nothing to a kind of `ingest`."""

import json
from pathlib import Path

from tests.support.typed import typed


def test_a_mapping_is_begun_tried_and_then_a_kind(tmp_path: Path) -> None:
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    begun = typed(tmp_path, "mapping", "new", "rollout", "--data", "own")
    assert begun.returncode == 0, begun.stderr
    tried = typed(tmp_path, "mapping", "test", "--json", "--data", "own")
    assert tried.returncode == 0, tried.stdout
    assert [json.loads(line)["problem"] for line in tried.stdout.splitlines()] == ["", ""]
    payload = {
        "tool": "rollout",
        "deployment": {
            "id": "7",
            "state": "finished",
            "result": "ok",
            "environment": "production",
            "finished_at": "2026-03-14T09:26:00Z",
        },
    }
    (tmp_path / "p.json").write_text(json.dumps(payload))
    events = typed(tmp_path, "mapping", "try", "rollout", "p.json", "--data", "own")
    assert json.loads(events.stdout)["type"] == "DeploymentFinished"
    taken = typed(tmp_path, "ingest", "--detect", "p.json", "--json", "--data", "own")
    assert json.loads(taken.stdout)["kind"] == "rollout"
    assert json.loads(taken.stdout)["outcome"] == "translated"


def test_a_case_that_fails_and_a_name_that_ships_are_told(tmp_path: Path) -> None:
    typed(tmp_path, "init", "--data", "own")
    typed(tmp_path, "mapping", "new", "rollout", "--data", "own")
    folder = tmp_path / "own" / "mappings"
    cases = folder / "rollout.cases.yaml"
    cases.write_text(cases.read_text().replace("outcome: succeeded", "outcome: failed"))
    assert typed(tmp_path, "mapping", "test", "--data", "own").returncode == 1
    mapping = folder / "rollout.yaml"
    begun = mapping.read_text()
    for said in ("aliases: [jira]", "source: jira"):
        mapping.write_text(begun.replace("id: rollout", f"id: rollout\n{said}"))
        refused = typed(tmp_path, "mapping", "test", "--data", "own")
        assert refused.returncode != 0
        assert "jira is a kind that ships" in refused.stderr
    assert typed(tmp_path, "mapping", "new", "Roll Out", "--data", "own").returncode == 2
