"""Cases of views: evidence rows and the rows that a view then holds (tests/checks/views/*.yaml).

They are written as the cases of checks are (`changeproof.checks.cases`): `given`, `with`, `as_of`.
`rows` are all rows of the view, in any order, by its `columns` that the file or case names. What
a view says is so held where it says it, before anything further on can level a difference out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from changeproof.checks.cases import Case, rows_by_table
from changeproof.checks.loader import CheckSet

FOLDER = Path(__file__).parents[1] / "checks" / "views"


@dataclass(frozen=True, slots=True)
class ViewCase:
    """One case of one view: its evidence, and what the view holds of it."""

    view: str
    evidence: Case
    columns: tuple[str, ...]
    expected: tuple[tuple[object, ...], ...]

    def missed(self, held: Iterable[tuple[object, ...]], columns: tuple[str, ...]) -> list[str]:
        """What the view, which has these columns, holds otherwise."""
        places = [columns.index(name) for name in self.columns]
        told = Counter(self._compared(tuple(row[place] for place in places)) for row in held)
        expected = Counter(map(self._compared, self.expected))
        return [
            *(f"{self.evidence.name}: it lacks {row}" for row in expected - told),
            *(f"{self.evidence.name}: it also holds {row}" for row in told - expected),
        ]

    def _compared(self, row: tuple[object, ...]) -> tuple[object, ...]:
        """Events count in any order and each once, as those of a finding do."""
        return tuple(
            ",".join(sorted({*cell.split(",")} - {""}))
            if name == "events" and isinstance(cell, str)
            else cell
            for name, cell in zip(self.columns, row, strict=True)
        )


def read_view_cases(checks: CheckSet, folder: Path = FOLDER) -> list[ViewCase]:
    """Every case of every view; its number in the list is its number among `SqliteCases`."""
    return [case for file in sorted(folder.glob("*.yaml")) for case in _of_file(file, checks)]


def _of_file(file: Path, checks: CheckSet) -> Iterator[ViewCase]:
    said: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    for case in said["cases"]:
        name = f"{file.stem}: {case['name']}"
        tables = {**said.get("given", {}), **case.get("with", {})}
        columns = tuple(case.get("columns", said.get("columns")))
        rows = tuple(tuple(row) for row in case["rows"])
        if any(len(row) != len(columns) for row in rows):
            raise ValueError(f"{name}: a row has other columns than {', '.join(columns)}")
        evidence = Case(
            f"views/{file.stem}",
            name,
            "",
            int(case.get("as_of", said.get("as_of"))),
            rows_by_table(tables, checks, name),
            {},
        )
        yield ViewCase(file.stem, evidence, columns, rows)
