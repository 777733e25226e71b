"""The text of a mutant for SQLite, over all cases at once. Only the part that was changed is made
anew: carrying a whole check over takes twenty times as long as running it on its cases."""

import sqlite3
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from tests.support.case_dimension import with_cases
from tools.mutate_checks.place import part_of

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Texts:
    """Texts of one statement and its mutants."""

    def __init__(self, statement: exp.Query) -> None:
        self.statement = statement
        self._kept = {part.alias: _text(part.this) for part in self._parts()}
        self._kept["main"] = self._main()

    def whole(self) -> str:
        """As it stands."""
        return self._joined(self._kept)

    def changed_in(self, place: str) -> str:
        """After a change there."""
        name = part_of(place)
        for part in self._parts():
            if part.alias == name:
                return self._joined({**self._kept, name: _text(part.this)})
        return self._joined({**self._kept, "main": self._main()})

    def _parts(self) -> list[exp.CTE]:
        within = self.statement.args.get("with_")
        return list(within.expressions) if within else []

    def _main(self) -> str:
        within = self.statement.args.pop("with_", None)
        try:
            return _text(self.statement)
        finally:
            if within is not None:
                self.statement.args["with_"] = within

    def _joined(self, texts: dict[str, str]) -> str:
        parts = ", ".join(f"{name} AS ({text})" for name, text in texts.items() if name != "main")
        return f"WITH {parts} {texts['main']}" if parts else texts["main"]


def _text(query: exp.Query) -> str:
    return with_cases(query).sql(dialect="sqlite", copy=False, comments=False)


def tell_utc(connection: sqlite3.Connection) -> None:
    """`utc(t)` as a function: writing it out as an expression is what takes long."""
    connection.create_function("utc", 1, _utc, deterministic=True)


def _utc(moment: int | None) -> str | None:
    if moment is None:
        return None
    try:
        at = _BEGINNING + timedelta(seconds=moment // 1_000_000)
    except OverflowError:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
