"""Plans and the like from the command line: what they do not say is stated beside them."""

import json
from pathlib import Path

from tests.support.typed import typed

PLAN = {
    "format_version": "1.2",
    "planned_values": {},
    "resource_changes": [
        {
            "address": "db.shop",
            "type": "db",
            "change": {"actions": ["create"], "before": None, "after": {"size": 1}},
        }
    ],
}


def test_a_plan_is_approved_and_applied_as_stated(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text(json.dumps(PLAN))
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    approved = ("approved_by=local:user/7", "approved_at=2026-03-02T09:00:00Z", "run=run-1")
    said = [word for each in approved for word in ("--stated", each)]
    done = typed(tmp_path, "ingest", "--detect", "plan", *said, "--data", "own", "--json")
    row = json.loads(done.stdout)
    assert (row["kind"], row["outcome"], row["events"]) == ("terraform-plan", "translated", 3)


def test_what_no_kind_takes_cannot_be_stated(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text(json.dumps(PLAN))
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    for stated in ("aproved_by=local:user/7", "run", "run="):
        done = typed(tmp_path, "ingest", "terraform", "plan", "--stated", stated, "--data", "own")
        assert done.returncode == 2, done.stdout
        assert "--stated" in done.stderr
