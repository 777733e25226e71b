"""`python -m bench.population_run FOLDER AS_OF`: judge a snapshot on DuckDB in this process alone.

Checks that read findings of others (`signs/requirements_unmet`) come later and are not among them.
Prints JSON: seconds, the most memory held, and the seconds of each view and check.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.loader import load_checks

THREADS = 2
"""The target is stated for two cores, whatever machine this is."""


def main(folder: str, as_of: str) -> None:
    engine = DuckdbEngine(load_checks())
    with tempfile.TemporaryDirectory() as results:
        engine.limit("2500MB", THREADS, Path(results, "spill"))
        begun = time.perf_counter()
        took = engine.judge_snapshot_into(Path(folder), int(as_of), Path(results))
        seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(json.dumps({"seconds": seconds, "gigabytes": most, "took": took}))


if __name__ == "__main__":
    main(*sys.argv[1:])
