"""A whole population with all checks on DuckDB, from Parquet to Parquet: 10 k, 100 k, 1 M changes.

Each runs in a process of its own, with two threads. The peer is the cost of a change at 10 k.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.registry import Measurement, NotMeasured, benchmark
from bench.snapshots import snapshot_of
from tests.checks.populations import AFTERWARDS

SIZES = (10_000, 100_000, 1_000_000)


@benchmark
def population_on_duckdb() -> Iterator[Measurement]:
    first: float | None = None
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            told = judged(snapshot_of(size, Path(folder)))
        share = told["seconds"] / size * 1_000_000
        first = first if first is not None else share
        whole = size == SIZES[-1]
        yield Measurement(share, "µs", "lower", "10 k", first, part=f"a change of {size:,}")
        yield Measurement(
            told["seconds"], "s", "lower", target=40 if whole else None, part=f"{size:,}"
        )
        if whole:
            yield Measurement(told["gigabytes"], "GB", "lower", target=4, part="memory")


def judged(folder: Path) -> dict[str, float]:
    """What `bench.population_run` says of a snapshot."""
    run = [sys.executable, "-m", "bench.population_run", str(folder), str(AFTERWARDS)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    told: dict[str, float] = json.loads(done.stdout)
    return told
