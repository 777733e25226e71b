"""Every table of every page as CSV: what the reader sees, under the same filters and rights.

`?format=csv&table=2` on a page's own address answers with its second table, read out of the page
itself, so that a table cannot say one thing on the page and another in the file. Times are RFC
3339 in UTC; `&zone=Europe/Berlin` adds each once more in that zone, which the heading names.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from changeproof.verifier.tabular import csv_rows

PLACE = b"<!-- tables -->"
"""Where `base.html` wants the links to its tables."""
_TABLE = b"<table"
_SILENT = frozenset({"svg", "form", "button", "select", "script", "style"})
_BREAKS = frozenset({"br", "p", "li", "div", "dd"})
_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"<[^>]*>")
_NAMED = re.compile(
    r"<h[23][^>]*>(?P<heading>.*?)</h[23]>"
    r"|<table[^>]*>(?:\s*<caption[^>]*>(?P<caption>.*?)</caption>)?",
    re.DOTALL,
)


@dataclass
class _Cell:
    text: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        return " ".join("".join(self.text).split())

    @property
    def time(self) -> str | None:
        """The moment, where a cell holds nothing else."""
        return self.times[0] if self.times and self.said == self.times[0] else None


@dataclass
class Table:
    """The rows of one table, headings first."""

    rows: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads tables out of a page of ours, which nests none in another."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self._cell: _Cell | None = None
        self._silent = 0
        self._stated = ""  # the tag whose text an attribute states better

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
        elif tag in ("th", "td") and self.tables and self.tables[-1].rows:
            self._cell = _Cell()
            self.tables[-1].rows[-1].append(self._cell)
        elif tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self._say(" ")
        elif tag == "time" and said.get("datetime"):
            self._state(tag, str(said["datetime"]))
            if self._cell is not None:
                self._cell.times.append(str(said["datetime"]))
        elif tag == "code" and said.get("title"):
            self._state(tag, str(said["title"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._cell = None
        elif tag in _SILENT:
            self._silent -= 1
        elif tag == self._stated:
            self._stated = ""

    def handle_data(self, data: str) -> None:
        if not self._stated:
            self._say(data)

    def _state(self, tag: str, text: str) -> None:
        self._say(text)
        self._stated = tag

    def _say(self, text: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.text.append(text)


class TablesAsCsv:
    """Middleware: answers `format=csv`, and sets the links to a page's tables at its foot."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            not isinstance(response, HttpResponse)
            or response.status_code != 200
            or PLACE not in response.content
        ):
            return response
        if request.method == "GET" and request.GET.get("format") == "csv":
            return _csv(request, response.content.decode())
        count = response.content.count(_TABLE) if request.method == "GET" else 0
        links = _links(request, response.content.decode()) if count else ""
        response.content = response.content.replace(PLACE, links.encode())
        return response


def _csv(request: HttpRequest, body: str) -> HttpResponse:
    asked = request.GET.get("table", "1")
    tables = read_tables(body)
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:6]) <= len(tables)):
        raise Http404
    table = tables[int(asked[:6]) - 1]
    content = csv_rows(written(table, _zone(request.GET.get("zone", ""))))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = "-".join(_WORD.findall(f"{request.path} {asked}".lower()))[:80]
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def read_tables(body: str) -> list[Table]:
    """The tables of a page, in order."""
    reader = _Reader()
    reader.feed(body)
    return reader.tables


def written(table: Table, zone: ZoneInfo | None) -> Iterator[list[str]]:
    """The rows of a table as text; a column of times names its zone, and has a second in `zone`."""
    rows = [row for row in table.rows if row]
    wide = max((len(row) for row in rows), default=0)
    timed = {at for row in rows[1:] if len(row) == wide for at in range(wide) if row[at].time}
    for number, row in enumerate(rows):
        said: list[str] = []
        for at, cell in enumerate(row):
            is_time = at in timed and len(row) == wide
            said.append(f"{cell.said} (UTC)".strip() if is_time and not number else cell.said)
            if is_time and zone is not None:
                said.append(f"{cell.said} ({zone.key})" if not number else _there(cell.time, zone))
        yield said


def _there(moment: str | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone(zone).isoformat(timespec="seconds")


def _zone(name: str) -> ZoneInfo | None:
    """The zone of that name; none where no such zone is known."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _links(request: HttpRequest, body: str) -> str:
    kept = [(name, value) for name, value in request.GET.items() if name not in ("format", "table")]
    links = [
        f'<a href="?{escape(urlencode([*kept, ("format", "csv"), ("table", number)]))}" data-csv>'
        f"{escape(name)}</a>"
        for number, name in enumerate(_names(body), 1)
    ]
    return f'<p class="csv on-screen">As CSV: {", ".join(links)}</p>' if links else ""


def _names(body: str) -> list[str]:
    """What each table's link says: its caption's first sentence, else the heading above it.

    Every page passes here, so that the tables are not read whole as for a file.
    """
    names: list[str] = []
    heading = ""
    for found in _NAMED.finditer(body):
        if found["heading"] is not None:
            heading = _text(found["heading"])
        else:
            caption = _text(found["caption"] or "").partition(".")[0]
            names.append((caption or heading)[:60] or f"table {len(names) + 1}")
    return ["this table"] if len(names) == 1 else names


def _text(markup: str) -> str:
    return " ".join(unescape(_TAG.sub("", markup)).split())
