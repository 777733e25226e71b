"""Lists as JSON lines and CSV: one row a line, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One object a line, keys sorted."""
    return b"".join(msgspec.json.encode(row, order="sorted") + b"\n" for row in rows)


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A CSV with these columns; a cell that begins like a formula is text."""
    return csv_rows([columns, *([row.get(column) for column in columns] for row in rows)])


def csv_rows(rows: Iterable[Sequence[Any]]) -> bytes:
    """The same of rows that are in order, the headings first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([_cell(each) for each in row] for row in rows)
    return stream.getvalue().encode()


def utc(moment: int | None) -> str:
    """Microseconds as RFC 3339 in UTC, to the second; empty where the time is not known."""
    if moment is None:
        return ""
    try:
        at = _EPOCH + timedelta(microseconds=moment)
    except OverflowError:
        return f"{moment} µs"
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def month(moment: int) -> str:
    """`2026-03`."""
    return utc(moment)[:7]


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = " ".join(str(each) for each in value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
