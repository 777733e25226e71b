"""How systems hand out long lists, and how one knows that a list has ended."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from changeproof.intake.clients.asking import Asker, NotAnswered, Reply

MOST_PAGES = 20_000
Ending = Literal["no next page", "total reached", "short page", "said to be the last", "unchanged"]
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they came, and what the page says of the whole list."""

    reply: Reply
    rows: list[Any]
    total: int | None
    ending: Ending | None
    """Set on the last page: how we know."""


@dataclass(frozen=True, slots=True)
class Paging:
    """One system's way. `rows` names the list within a reply ('' where the reply is the list)."""

    style: Literal["link", "offset", "numbered"]
    rows: str = ""
    size: tuple[str, int] = ("per_page", 100)
    place: str = ""  # the parameter that turns the page: startAt, sysparm_offset, page
    total: str = ""  # a key of the reply, or `header:NAME`
    more: str = ""  # a key that is true while there is more


def pages(
    asker: Asker, path: str, query: Mapping[str, Any], paging: Paging, etag: str | None = None
) -> Iterator[Page]:
    """Every page to the end. Raises NotAnswered for a reply without the list, or an endless one.

    With the `etag` of an earlier first page, one page that is `unchanged` may be all.
    """
    name, size = paging.size
    asked: dict[str, Any] | None = {**query, name: size} if name else dict(query)
    url, place, seen = path, 0, 0
    for number in range(MOST_PAGES):
        if paging.style == "numbered" and asked is not None:
            asked = {**asked, paging.place: number + 1}
        elif paging.style == "offset" and asked is not None:
            asked = {**asked, paging.place: place}
        reply = asker.get(url, asked, etag=etag if number == 0 else None)
        if reply.unchanged:
            yield Page(reply, [], None, "unchanged")
            return
        body, rows = _rows(reply, paging)
        seen += len(rows)
        place += len(rows)
        total = _total(reply, body, paging)
        following = _NEXT.search(reply.headers.get("link", "")) if paging.style == "link" else None
        ending = _ending(paging, body, rows, seen, total, following is not None, size)
        yield Page(reply, rows, total, ending)
        if ending is not None:
            return
        if following is not None:
            url, asked = following[1], None
    raise NotAnswered(0, path, f"it has more than {MOST_PAGES:,} pages", "Ask for a shorter time.")


def _rows(reply: Reply, paging: Paging) -> tuple[Any, list[Any]]:
    text = reply.body.removeprefix(b")]}'")  # Gerrit's guard against being run as a script
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAnswered(
            reply.status, reply.url, "its reply is no JSON", "See the address."
        ) from error
    rows = body
    for key in filter(None, paging.rows.split(".")):
        rows = rows.get(key) if isinstance(rows, dict) else None
    if not isinstance(rows, list):
        raise NotAnswered(
            reply.status,
            reply.url.partition("?")[0],
            f"its reply holds no list{f' under {paging.rows}' if paging.rows else ''}",
            "See whether the address is the interface's own.",
        )
    return body, rows


def _total(reply: Reply, body: Any, paging: Paging) -> int | None:
    if paging.total.startswith("header:"):
        said: Any = reply.headers.get(paging.total.removeprefix("header:"), "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None
    said = body.get(paging.total) if paging.total and isinstance(body, dict) else None
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _ending(
    paging: Paging,
    body: Any,
    rows: list[Any],
    seen: int,
    total: int | None,
    follows: bool,
    size: int,
) -> Ending | None:
    if paging.style == "link":
        return None if follows else "no next page"
    if paging.more:
        holder = rows[-1] if paging.more.startswith("last:") and rows else body
        said = holder.get(paging.more.removeprefix("last:")) if isinstance(holder, dict) else None
        return None if said is True and rows else "said to be the last"
    if total is not None:
        return "total reached" if seen >= total or not rows else None
    return "short page" if len(rows) < size else None
