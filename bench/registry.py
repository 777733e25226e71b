"""What a benchmark is and which there are."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import bench.measured

Better = Literal["higher", "lower"]


class NotMeasured(Exception):
    """A benchmark cannot run here; its text says what is missing."""


@dataclass(frozen=True)
class Measurement:
    """One figure, in `unit`, and what it is held against.

    `peer` names something else that did comparable work in the same run, if there is one;
    `target` is what the product promises, if it promises anything.
    """

    value: float
    unit: str
    better: Better
    peer: str | None = None
    peer_value: float | None = None
    target: float | None = None
    part: str = ""  # where one benchmark gives several figures

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.better == "higher" else self.value <= self.target


Run = Callable[[], Iterator[Measurement]]
BENCHMARKS: dict[str, Run] = {}


def benchmark(run: Run) -> Run:
    """Register a generator of measurements under its function's name."""
    if run.__name__ in BENCHMARKS:
        raise ValueError(f"two benchmarks are called {run.__name__}")
    BENCHMARKS[run.__name__] = run
    return run


def load() -> dict[str, Run]:
    """All benchmarks by name."""
    for module in pkgutil.iter_modules(bench.measured.__path__):
        importlib.import_module(f"bench.measured.{module.name}")
    return dict(sorted(BENCHMARKS.items()))
