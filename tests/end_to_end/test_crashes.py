"""A process killed at random moments loses nothing that it acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DEATHS = 100


@pytest.mark.timeout(300)
def test_a_hundred_deaths_lose_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.crashes", str(tmp_path / "own"), str(DEATHS), "7"],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.startswith(f"{DEATHS} deaths")
