"""How a frozen row becomes a table: names, keys, which of two statements wins.

A row class is the only place where a table is written down. Its DDL, its upsert, its part of a
snapshot and its comparison in `verify` all follow from it, so that they cannot disagree
(docs/decisions/0001).
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, ClassVar, Literal, TypeVar, cast, get_args, get_type_hints

import msgspec

Rule = Literal["latest", "earliest"]
Layer = Literal["fact", "join", "result"]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is "text" or "integer"; times are integers, UTC microseconds."""

    name: str
    kind: Literal["text", "integer"]
    nullable: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `seen` is the column that an as-of cut compares (null: always seen).

    `rule` says which of two statements under one key stands: the latest or the earliest by
    (`stated_at`, `event`). Joins and results have none: they are derived, never stated.
    """

    name: str
    row: type[Any]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    layer: Layer
    rule: Rule
    seen: str | None
    indexes: tuple[str, ...]
    column_names: tuple[str, ...]


TABLES: dict[str, Table] = {}
"""Every ledger table by name, in the order in which they were written down."""

_RowType = TypeVar("_RowType")


class Row:
    """What all rows share: the table they belong to."""

    __slots__ = ()

    table: ClassVar[Table]


def table(
    name: str,
    *,
    key: tuple[str, ...],
    layer: Layer = "fact",
    rule: Rule = "latest",
    seen: str | None = None,
    indexes: tuple[str, ...] = (),
) -> Callable[[type[_RowType]], type[_RowType]]:
    """Register a frozen dataclass as a table."""

    def register(written: type[_RowType]) -> type[_RowType]:
        row, hints = _made_in_c(written), get_type_hints(written)
        columns = tuple(_column(field.name, hints[field.name]) for field in fields(row))  # type: ignore[arg-type]
        names = tuple(column.name for column in columns)
        description = Table(name, row, columns, key, layer, rule, seen, indexes, names)
        row.table = description  # type: ignore[attr-defined]
        TABLES[name] = description
        return row

    return register


_OF_A_DATACLASS = frozenset(
    (
        *("__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__slots__"),
        *("__getstate__", "__setstate__", "__match_args__", "__dataclass_params__", "__dict__"),
        "__weakref__",
    )
)


def _made_in_c(row: type[_RowType]) -> type[_RowType]:
    """The same frozen class with the same fields, whose instances msgspec makes, compares and
    hashes. Every delivery, judgement and import makes thousands: a frozen dataclass sets each
    field by a call (measured: 1 µs a row against a twentieth). `dataclasses.replace` and `fields`
    go on taking it."""
    described = fields(row)  # type: ignore[arg-type]
    names = {field.name for field in described}
    kept = {
        name: value
        for name, value in vars(row).items()
        if name not in _OF_A_DATACLASS and name not in names
    }
    made = msgspec.defstruct(
        row.__name__,
        [
            (field.name, Any) if field.default is MISSING else (field.name, Any, field.default)
            for field in described
        ],
        bases=(*row.__bases__, msgspec.Struct),
        namespace=kept,
        module=row.__module__,
        frozen=True,
    )
    return cast(type[_RowType], made)


def _column(name: str, hint: Any) -> Column:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    plain = next(option for option in options if option is not type(None))
    if plain not in (int, str):  # a truth is kept as 0 or 1: engines differ on more
        raise TypeError(f"the column {name} is neither of text nor of whole numbers")
    kind: Literal["text", "integer"] = "integer" if plain is int else "text"
    return Column(name, kind, type(None) in options)
