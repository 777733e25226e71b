"""A population with all checks on Spark in local mode, both from the same Parquet files.

The peer is DuckDB on the same snapshot, findings as objects on both sides. Spark plans two hundred
queries before it says anything, so the ratio at this size is the worst one.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from bench.registry import Measurement, NotMeasured, benchmark
from bench.snapshots import snapshot_of
from changeproof.checks.judge import evaluate_all
from changeproof.events.refusal import Refusal
from tests.checks.populations import AFTERWARDS

CHANGES = 1_000


@benchmark
def population_on_spark() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = snapshot_of(CHANGES, Path(folder))
        try:
            spark = took(snapshot, "spark")
        except Refusal as refused:  # without pyspark or Java
            raise NotMeasured(str(refused)) from refused
        yield Measurement(
            spark, "s", "lower", "DuckDB", took(snapshot, "duckdb"), part=f"{CHANGES:,}"
        )


def took(snapshot: Path, engine: Literal["duckdb", "spark"]) -> float:
    begun = time.perf_counter()
    evaluate_all(snapshot, AFTERWARDS, engine)
    return time.perf_counter() - begun
