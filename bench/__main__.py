"""`python -m bench [NAME …]`: measure, print a table, write var/bench.json.

It always exits 0: a slow machine is no defect of a change. What was missed is marked.
"""

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from bench.registry import Measurement, NotMeasured, Run, load

OUTPUT = Path("var/bench.json")
talk = Console(stderr=True)


def main(wanted: Sequence[str]) -> None:
    benchmarks = load()
    for name in sorted(set(wanted) - benchmarks.keys()):
        talk.print(f"There is no benchmark {name}; there are: {', '.join(benchmarks)}")
    table = Table("benchmark", *_numeric("here", "target"), "met", *_numeric("peer", "ratio"), "of")
    records: list[dict[str, Any]] = []
    for name, run in benchmarks.items():
        if wanted and name not in wanted:
            continue
        for part, measured in measurements(name, run):
            records.append(record(part, measured))
            table.add_row(part, *cells(measured))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(records, indent=2) + "\n")
    talk.print(f"Written to {OUTPUT}")


def measurements(name: str, run: Run) -> Iterator[tuple[str, Measurement]]:
    """Each figure under the benchmark's name; why there is none is said and no more."""
    try:
        with talk.status(f"Measuring {name}"):
            yield from ((f"{name}.{one.part}" if one.part else name, one) for one in run())
    except NotMeasured as reason:
        talk.print(f"{name} was not measured: {reason}")
    except Exception:
        talk.print(f"{name} was not measured; it stopped with:\n{traceback.format_exc()}")


def record(name: str, measured: Measurement) -> dict[str, Any]:
    return {
        "name": name,
        "value": measured.value,
        "unit": measured.unit,
        "peer": measured.peer,
        "peer_value": measured.peer_value,
        "ratio": measured.ratio,
        "target": measured.target,
        "met": measured.met,
    }


def cells(measured: Measurement) -> tuple[str, ...]:
    sign = "≥" if measured.better == "higher" else "≤"
    target = "" if measured.target is None else f"{sign} {figure(measured.target, measured.unit)}"
    met = {True: "✓ met", False: "✕ missed", None: ""}[measured.met]
    peer = "" if measured.peer_value is None else figure(measured.peer_value, measured.unit)
    ratio = "" if measured.ratio is None else f"{measured.ratio:.2f}"
    here = figure(measured.value, measured.unit)
    return here, target, met, peer, ratio, measured.peer or ""


def figure(value: float, unit: str) -> str:
    """Three figures that matter; thousands apart."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _numeric(*headings: str) -> Iterator[Any]:
    return (Column(heading, justify="right") for heading in headings)


if __name__ == "__main__":
    main(sys.argv[1:])
