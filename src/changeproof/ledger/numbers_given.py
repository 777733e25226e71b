"""The numbers that are given here: the next free one of its kind."""

from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row


def next_change(store: Store, year: int) -> str:
    """The next free `CHG-<year>-<number>`. Under the writer's lock, or two may get one."""
    return next_name(store, f"CHG-{year}-", 4, (ChangeRequest, "change_name"))


def next_name(store: Store, prefix: str, digits: int, *named: tuple[type[Row], str]) -> str:
    """The prefix and the next free number: no row of these kinds bears it in that column. Under
    the writer's lock, or two may get one."""
    highest = 0
    for row, column in named:
        rows = store.database.execute(
            f"SELECT {column} FROM {row.table.name} WHERE {column} >= ? AND {column} < ?",
            (prefix, f"{prefix}:"),
        )
        numbers = (str(cells[0]).removeprefix(prefix) for cells in rows)
        taken = (int(each) for each in numbers if each.isascii() and each.isdigit())
        highest = max(highest, *taken, 0)
    return f"{prefix}{highest + 1:0{digits}}"
