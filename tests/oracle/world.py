"""What generated companies are made of: people, repositories, a clock, and facts in a ledger."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from changeproof.ledger.joins.deployed import load_graph
from changeproof.ledger.joins.derive import derive
from changeproof.ledger.joins.touched import Touched
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Row
from changeproof.log.database import MemoryDatabase
from tests.checks.populations import BEGINNING, event_id, revision
from tests.oracle.record import SECOND

PEOPLE = ("ann", "bob", "cyd", "dan", "eve", "fay")
SECOND_ACCOUNTS = {"ann": "ann2", "bob": "bob2"}
BOT, AGENT, SERVICE = "robot", "agent", "runner"
FORGES = {"github:repo/1": "shop", "github:repo/2": "till"}
SYSTEMS = {"github:repo/1": "shop", "github:repo/2": "payments"}


@dataclass
class World:
    """Facts so far. `now` is in seconds since the beginning."""

    random: Random
    rows: list[Row] = field(default_factory=list)
    now: int = 1_000_000
    tips: dict[str, str] = field(default_factory=dict)
    mark: str = ""
    tickets: list[str] = field(default_factory=list)
    _counter: int = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def number(self) -> int:
        self._counter += 1
        return self._counter

    def commit(self) -> str:
        """A hash that occurs once."""
        return revision(f"{self.mark} {self.number()}")

    def at(self, second: int) -> int:
        """A moment in microseconds; sources tell seconds, some tell more."""
        return (
            BEGINNING + second * SECOND + (self.random.randrange(SECOND) if self.chance(0.1) else 0)
        )

    def fact(self, table: str, **cells: Any) -> None:
        """A row: what is not given is empty; the event is new."""
        described = TABLES[table]
        values: dict[str, Any] = {}
        for column in described.columns:
            if column.name in cells:
                values[column.name] = cells.pop(column.name)
            elif column.name == "event":
                values["event"] = event_id(f"{self.mark} {self.number()}")
            elif column.name == "stated_at":
                times = [value for name, value in cells.items() if name.endswith("_at")]
                times += [value for name, value in values.items() if name.endswith("_at")]
                values["stated_at"] = next((time for time in times if time is not None), 0)
            else:
                empty = "" if column.kind == "text" else 0
                values[column.name] = None if column.nullable else empty
        assert not cells, f"{table} has no {sorted(cells)}"
        self.rows.append(described.row(**values))

    def store(self) -> Store:
        """The ledger that holds these facts, with the joins that it derives from them."""
        return ledger_of(self.rows)


def ledger_of(rows: list[Row]) -> Store:
    """Facts and what the ledger derives of them."""
    database = MemoryDatabase()
    create_tables(database)
    store = Store(database)
    store.upsert(rows)
    touched = Touched()
    touched.mark(rows)
    derive(store, touched, lambda: load_graph(store), set())
    return store


def all_rows(store: Store) -> list[Row]:
    """Every fact and join of a ledger."""
    return [
        row for table in TABLES.values() if table.layer != "result" for row in store.all(table.row)
    ]
