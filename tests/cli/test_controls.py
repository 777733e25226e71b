"""The control matrix by command: written out, edited, put forward, and not by one person alone."""

import json
import subprocess
from pathlib import Path

from tests.support import typed as command


def test_a_matrix_is_written_edited_compared_and_put_forward(tmp_path: Path) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return command.typed(tmp_path, *words, "--data", "own", columns=100)

    assert typed("init").returncode == 0
    assert typed("controls", "write", "controls.yaml").returncode == 0
    file = tmp_path / "controls.yaml"
    assert typed("controls", "diff", "controls.yaml").stdout == (
        "No control differs from version 1.\n"
    )
    edited = file.read_text().replace("Head of Quality", "Testers")
    file.write_text(edited)
    [difference] = map(
        json.loads, typed("controls", "diff", "controls.yaml", "--json").stdout.splitlines()
    )
    assert (difference["part"], difference["after"]) == ("owner", "Testers")
    propose = ("controls", "propose", "controls.yaml", "--in-force", "2099-01-01")
    refused = typed(*propose)
    assert refused.returncode == 3
    assert "Write `version: 2` into the file." in refused.stderr
    file.write_text(edited.replace("version: 1\n", "version: 2\n"))
    assert "another administrator adopts it" in typed(*propose).stdout
    alone = typed("controls", "adopt", "2")
    assert alone.returncode != 0
    assert "a second person adopts it" in alone.stderr
    shown = map(json.loads, typed("controls", "show", "--json").stdout.splitlines())
    assert {each["version"] for each in shown} == {1}
    file.rename(tmp_path / "own" / "controls.yaml")
    doctor = typed("doctor")
    assert "is no longer read" in " ".join(doctor.stdout.split())
