"""Reports of tools from the command line: the shape decides, options say what a report does not."""

import json
from pathlib import Path

from tests.support import report_samples as samples
from tests.support.reports import HEAD
from tests.support.typed import typed


def test_reports_are_told_apart_and_say_what_they_lack(tmp_path: Path) -> None:
    for name, payload in (("scan", samples.SEMGREP), ("image", samples.TRIVY), ("none", {})):
        (tmp_path / name).write_text(json.dumps(payload))
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    done = typed(tmp_path, "ingest", "--detect", "scan", "image", "none", "--data", "own", "--json")
    rows = {row["file"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1, done.stderr
    assert {name: (row["kind"], row["outcome"]) for name, row in rows.items()} == {
        "scan": ("semgrep", "ignored"),
        "image": ("trivy", "translated"),
        "none": (None, "refused"),
    }
    assert "option revision" in rows["scan"]["reason"]
    said = ("--revision", HEAD, "--at", "2026-01-02T03:04:05Z")
    again = typed(tmp_path, "ingest", "semgrep", "scan", *said, "--data", "own", "--json")
    assert json.loads(again.stdout)["outcome"] == "translated"
    assert json.loads(again.stdout)["events"] == 2
    soon = typed(tmp_path, "ingest", "semgrep", "scan", "--at", "soon", "--data", "own", "--json")
    assert json.loads(soon.stdout)["outcome"] == "quarantined"
    verified = typed(tmp_path, "verify", "--data", "own")
    assert verified.stdout.startswith("Sound:"), verified.stdout
