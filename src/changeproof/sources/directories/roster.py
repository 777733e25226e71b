"""A company's list of people as CSV: `email, accounts, joined, left`, one person a row.

`email` is needed (`e-mail` and `mail` are taken too); `accounts` are those elsewhere, parted by
blanks (`github:user/583231 jira:acme.atlassian.net/user/5c5f88`); `joined` and `left` are dates.
Any other column stays unread. Commas or semicolons part the cells, as the heading does.
"""

import csv
import io
from collections.abc import Iterator

from changeproof.events.event import Event
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.directories.person import Listed, address, told
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading
from changeproof.sources.times import microseconds

_ADDRESS = ("email", "e-mail", "mail")
MOST_ROWS = 100_000
_NOT_ELSEWHERE = ("local:", "person:")


def translate_roster(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming line and column."""
    reading = Reading("roster", delivery, pseudonyms)
    events = tuple(_told(reading, _text(delivery.body)))
    if not events:
        seen = reading.seen("roster", "it lists nobody")
        return Translation((seen,), tuple(reading.contents), seen.reason)
    return Translation(events, tuple(reading.contents))


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error


def _told(reading: Reading, text: str) -> Iterator[Event]:
    heading = text.partition("\n")[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = {(name or "").strip().lower(): name for name in table.fieldnames or ()}
    column = next((names[name] for name in _ADDRESS if name in names), None)
    if column is None:
        raise MalformedPayload("no column is called email", where="line 1")
    try:
        for number, row in enumerate(table, 2):
            if number > MOST_ROWS:
                raise MalformedPayload(f"it has more than {MOST_ROWS:,} rows")
            if not any((value or "").strip() for value in row.values() if isinstance(value, str)):
                continue
            found = address(row.get(column))
            if found is None:
                raise MalformedPayload("it is no address", where=f"line {number}, {column}")
            left = _day(row, names, "left", number)
            yield from told(
                reading,
                Listed(
                    account=f"roster:{reading.pseudonyms.account(found).removeprefix('git:')}",
                    addresses=(found,),
                    elsewhere=_accounts(row, names, number),
                    joined_at=_day(row, names, "joined", number),
                    left_at=left,
                    left_is_bound=False,
                ),
            )
    except csv.Error as error:
        raise MalformedPayload(f"it is no CSV: {error}") from error


def _accounts(row: dict[str, str], names: dict[str, str], number: int) -> tuple[str, ...]:
    told_of = (row.get(names.get("accounts", "accounts")) or "").split()
    for each in told_of:
        if ":" not in each or len(each) > 500:
            where = f"line {number}, accounts"
            raise MalformedPayload(f"{each[:60]!r} does not say where the account is", where=where)
        if each.startswith(_NOT_ELSEWHERE):
            why = f"{each[:60]!r} is no account elsewhere: an administrator links those of this one"
            raise MalformedPayload(why, where=f"line {number}, accounts")
    return tuple(told_of)


def _day(row: dict[str, str], names: dict[str, str], name: str, number: int) -> int | None:
    written = (row.get(names.get(name, name)) or "").strip()
    if not written:
        return None
    found = microseconds(written if len(written) > 10 else f"{written}T00:00:00Z", assume_utc=True)
    if found is None:
        raise MalformedPayload(f"{written[:40]!r} is no date", where=f"line {number}, {name}")
    return found


def _fits(glimpse: Glimpse) -> bool:
    heading = glimpse.body[:2_000].partition(b"\n")[0].lower()
    cells = {cell.strip() for cell in heading.replace(b";", b",").split(b",")}
    return bool(cells & {b"email", b"e-mail", b"mail"}) and bool(cells & {b"accounts", b"left"})


KINDS = (Kind("roster", "Roster (CSV)", translate_roster, _fits, json=False, of_record=True),)
