"""Real histories as git repositories, rebuilt once a checkout: rebuilding takes seconds."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HISTORIES = ("golang-crypto", "pypi-warehouse", "simonw-datasette")


def rebuilt(shared: Path, name: str, keep: Path) -> Path:
    """A bare repository with the shape of `name`, under `keep`; a finished one is taken as is."""
    source = shared / f"data/git/{name}.jsonl.gz"
    place = keep / f"{name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if place.is_dir():
        return place
    keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=keep) as unfinished:
        made = Path(unfinished, "repository")
        tool = shared / "tools/rebuild_history.py"
        subprocess.run(
            [sys.executable, str(tool), str(source), str(made)], check=True, capture_output=True
        )
        try:
            os.rename(made, place)  # noqa: PTH104 - atomic: another test run may be faster
        except OSError:
            if not place.is_dir():
                raise
    return place
