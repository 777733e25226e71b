"""How systems hand out long lists, and how one knows that a list has ended."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from changeproof.events.retrievals import Ending
from changeproof.intake.clients.asking import Asker, NotAnswered, Reply
from changeproof.intake.clients.kept_replies import Former, KeptReplies

MOST_PAGES = 20_000
_BY_PLACE = frozenset({"link", "offset", "numbered"})
"""Ways of paging by which a row's place decides on which page it is."""
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')
_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_CURE = "See whether the address is the interface's own."


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they came, and what the page says of the whole list."""

    asked: str
    """The request, by which the page is known again."""
    reply: Reply
    rows: list[Any]
    total: int | None
    ending: Ending | None
    """Set on the last page: how we know."""


@dataclass(frozen=True, slots=True)
class Paging:
    """One system's way of turning pages.

    `link`: the header names the next page (RFC 8288). `offset`, `numbered`: the parameter `place`
    counts rows or pages. `token`: what the reply holds under `following` (default: `place`) goes
    back as the parameter `place`, and its absence is the end. `one`: the reply is one object.
    `rows` names the list within a reply ('' where the reply is the list); `total` is a path in the
    reply, or `header:NAME`; `more` is a key that is true while there is more (`!KEY`: false;
    `last:KEY`: within the last row). `posted`: what is asked goes as the JSON body of a POST.
    `rest`: seconds between two pages, where a system refuses haste and does not say for how long.
    `cut` is a key that is true where rows were left out.
    """

    style: Literal["link", "offset", "numbered", "token", "one"]
    rows: str = ""
    size: tuple[str, int] = ("per_page", 100)
    place: str = ""
    total: str = ""
    more: str = ""
    following: str = ""
    posted: bool = False
    rest: float = 0.0
    cut: str = ""


def pages(
    asker: Asker,
    path: str,
    query: Mapping[str, Any],
    paging: Paging,
    kept: KeptReplies | None = None,
    *,
    may_redirect: bool = True,
) -> Iterator[Page]:
    """Every page to the end. Raises NotAnswered for a reply without the list, for an endless list,
    and for one that ends before the number of rows that it states or grows shorter meanwhile.

    A page that the system says is unchanged is the one that was `kept`; a list of none but such
    is `unchanged`. Where rows are counted by their place, a row that is taken out draws the one
    after its page onto it, unread: each page is therefore looked at again after the next one, and
    what was not on either is given as a page of its own.
    """
    url, seen, token, changed = path, 0, None, False
    total: int | None = None
    last: _Turned | None = None
    met: set[str] = set()
    get = partial(asker.get, may_redirect=may_redirect, posted=paging.posted)
    for number in range(MOST_PAGES):
        if number and paging.rest:
            asker.rest(paging.rest)
        parameters = None if url != path else _asked(query, paging, number, seen, token)
        asked = f"{url}?{urlencode(parameters, doseq=True)}" if parameters else url
        if asked in met:
            raise NotAnswered(0, path, "its pages lead in a circle", _CURE)
        met.add(asked)
        reply = _got(get, url, parameters, kept.former(asked) if kept is not None else None)
        changed |= not reply.unchanged
        body, rows = _rows(reply, paging)
        if paging.cut and _within(body, paging.cut) is True:
            why = "it is longer than what the system gives, which left rows out"
            raise NotAnswered(0, path, why, "What it holds beyond that is not seen.")
        seen += len(rows)
        before, total = total, _total(reply, body, paging)
        _require_whole(path, rows, seen, before, total)
        token = _within(body, paging.following or paging.place) if paging.style == "token" else None
        following = _NEXT.search(reply.headers.get("link", "")) if paging.style == "link" else None
        follows = following is not None or bool(token)
        ending = _ending(paging, body, rows, seen, total, follows=follows)
        if ending is not None and not changed:
            ending = "unchanged"
        turned = _Turned(asked, url, parameters, reply, rows)
        if last is not None and total is None and paging.style in _BY_PLACE:
            if rows and rows == last.rows:
                why = "it gave the same page twice, wherever it was asked to begin"
                raise NotAnswered(reply.status, path, why, _CURE)
            yield from _drawn_back(get, paging, last, rows)
        last = turned
        yield Page(asked, reply, rows, total, ending)
        if ending is not None:
            return
        if following is not None:
            url = following[1]
    raise NotAnswered(0, path, f"it has more than {MOST_PAGES:,} pages", "Ask for a shorter time.")


@dataclass(frozen=True, slots=True)
class _Turned:
    """A page that was read, and how it was asked for."""

    asked: str
    url: str
    parameters: Mapping[str, Any] | None
    reply: Reply
    rows: list[Any]


def _drawn_back(
    get: Callable[..., Reply], paging: Paging, page: _Turned, after: list[Any]
) -> Iterator[Page]:
    """What stands on a page now, and stood neither on it when it was read nor on the one after."""
    headers = page.reply.headers
    stated = {
        "if-none-match": headers.get("etag"),
        "if-modified-since": headers.get("last-modified"),
    }
    conditions = {name: value for name, value in stated.items() if value}
    reply = get(page.url, page.parameters, conditions=conditions)
    if reply.unchanged:
        return
    _, rows = _rows(reply, paging)
    fresh = [row for row in rows if row not in page.rows and row not in after]
    if fresh:
        yield Page(page.asked, reply, fresh, None, None)


def _require_whole(
    path: str, rows: list[Any], seen: int, before: int | None, total: int | None
) -> None:
    """Raises NotAnswered where rows that the system counts were not given."""
    if total is None:
        return
    if before is not None and total < before:
        why = f"it grew shorter, from {before:,} to {total:,} rows, while it was read"
        raise NotAnswered(0, path, why, "It is asked again at its next turn.")
    if not rows and seen < total:
        why = f"it states {total:,} rows and gave {seen:,}"
        raise NotAnswered(0, path, why, "Let the account read every row of it.")


def _got(
    get: Callable[..., Reply], url: str, parameters: Mapping[str, Any] | None, former: Former | None
) -> Reply:
    if former is None:
        reply = get(url, parameters)
        if reply.unchanged:
            why = "it answered 304 to a request without a condition"
            raise NotAnswered(304, url.partition("?")[0], why, _CURE)
        return reply
    reply = get(url, parameters, conditions=former.conditions)
    if not reply.unchanged:
        return reply
    return replace(reply, body=former.body, headers={**former.headers, **reply.headers})


def _asked(
    query: Mapping[str, Any], paging: Paging, number: int, seen: int, token: str | None
) -> dict[str, Any]:
    asked = dict(query)
    if paging.style != "one" and paging.size[0]:
        asked[paging.size[0]] = paging.size[1]
    if paging.style == "numbered":
        asked[paging.place] = number + 1
    elif paging.style == "offset":
        asked[paging.place] = seen
    elif token:
        asked[paging.place] = token
    return asked


def _rows(reply: Reply, paging: Paging) -> tuple[Any, list[Any]]:
    where = reply.url.partition("?")[0]
    text = reply.body.removeprefix(b")]}'")  # Gerrit's guard against being run as a script
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAnswered(reply.status, where, "its reply is no JSON", _CURE) from error
    if paging.style == "one":
        return body, [body]
    rows = _within(body, paging.rows)
    if paging.style == "token" and rows is None and isinstance(body, dict) and paging.rows in body:
        rows = []  # a list that holds nothing, as Go writes it
    if not isinstance(rows, list) or (paging.style == "token" and not isinstance(body, dict)):
        under = f" under {paging.rows}" if paging.rows else ""
        raise NotAnswered(reply.status, where, f"its reply holds no list{under}", _CURE)
    return body, rows


def _within(body: Any, path: str) -> Any:
    """What stands under a dotted path; the body itself where the path is empty."""
    for key in filter(None, path.split(".")):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _total(reply: Reply, body: Any, paging: Paging) -> int | None:
    if paging.total.startswith("header:"):
        written = reply.headers.get(paging.total.removeprefix("header:"), "")
        return int(written) if _COUNT.fullmatch(written) else None
    said = _within(body, paging.total) if paging.total else None
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _ending(
    paging: Paging, body: Any, rows: list[Any], seen: int, total: int | None, *, follows: bool
) -> Ending | None:
    if paging.style == "one":
        return "one object"
    if paging.style in ("link", "token"):
        return None if follows else "no next page"
    if paging.more:
        return None if _says_more(paging.more, body, rows) and rows else "said to be the last"
    if total is not None:
        return None if seen < total else "total reached"
    # Fewer than were asked for may be all that the system gives at once.
    return None if rows else "short page"


def _says_more(name: str, body: Any, rows: list[Any]) -> bool:
    holder = rows[-1] if name.startswith("last:") and rows else body
    key = name.removeprefix("last:").removeprefix("!")
    said = holder.get(key) if isinstance(holder, dict) else None
    return said is (not name.startswith("!"))
