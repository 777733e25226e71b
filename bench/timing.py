"""Ways to take a figure on a shared machine."""

import gc
import time
from collections.abc import Callable
from statistics import median


def seconds(work: Callable[[], object]) -> float:
    """How long `work` took, with nothing left over from before to collect."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The least disturbed of several runs: others use this machine too."""
    return min(seconds(work) for _ in range(rounds))


def median_of(rounds: int, work: Callable[[], object]) -> float:
    """The run in the middle."""
    return median(seconds(work) for _ in range(rounds))


def percentile(figures: list[float], share: float) -> float:
    """The figure that `share` (0.99) of all do not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
