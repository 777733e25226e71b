"""Stepping through an index names what reading it from end to end names."""

from hypothesis import given
from hypothesis import strategies as st

from changeproof.ledger.each_once import each_once
from changeproof.log.database import MemoryDatabase


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=3)))
def test_each_value_is_named_once_and_null_never(values: list[str | None]) -> None:
    database = MemoryDatabase()
    database.execute("CREATE TABLE place (name TEXT)")
    database.execute("CREATE INDEX place_by_name ON place (name)")
    database.executemany("INSERT INTO place VALUES (?)", [(each,) for each in values])
    named = [row[0] for row in database.execute(each_once("place", "name"))]
    assert sorted(named) == sorted({each for each in values if each is not None})
