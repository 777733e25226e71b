"""`python -m bench.population_run FOLDER AS_OF`: judge a snapshot on DuckDB in this process alone.

Checks that read findings of others (`signs/requirements_unmet`) come later and are not among them.
Prints JSON: seconds of the clock and of the processors, the most memory held, and the seconds of
each view and check.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from changeproof.checks.loader import load_checks
from changeproof.checks.population import Limits, judge_population

THREADS = 2
"""The target is stated for two cores, whatever machine this is."""


def main(folder: str, as_of: str) -> None:
    checks = load_checks()
    with tempfile.TemporaryDirectory() as results:
        limits = Limits("3400MB", THREADS, Path(results, "spill"))
        begun = time.perf_counter()
        took = judge_population(checks, Path(folder), int(as_of), Path(results), limits)
        seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "seconds": seconds,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss / 1024 / 1024,
        "took": took,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
