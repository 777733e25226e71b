"""Importing and judging pypi-warehouse's history (9,028 commits), as a person types it.

The peer is git itself, reading the same commits with their changed files.
"""

import subprocess
from collections.abc import Iterator

from bench.instance import fresh_instance, history
from bench.registry import Measurement, benchmark
from bench.timing import best_of, seconds

TIMES_GIT, PLUS = 15, 2.0  # the promise: at most 15 times git's own reading, plus 2 s


@benchmark
def import_git() -> Iterator[Measurement]:
    with fresh_instance() as instance:
        repository = history("pypi-warehouse", instance.place)
        log = ["git", "-C", str(repository), "log", "--name-status", "--pretty=raw"]
        git = best_of(3, lambda: subprocess.run(log, stdout=subprocess.DEVNULL, check=True))
        words = ("import", "git", repository, "--system", "warehouse")
        here = seconds(lambda: instance.run(*words))
        promised = TIMES_GIT * git + PLUS
        yield Measurement(here, "s", "lower", "git log --name-status", git, promised)
        again = seconds(lambda: instance.run(*words))
        yield Measurement(again, "s", "lower", "git log --name-status", git, part="again")
