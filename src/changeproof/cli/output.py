"""Answers to stdout, talk to stderr; JSON is one object a line, never wrapped."""

import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from changeproof.events.event import canonical

stderr = Console(stderr=True)
stdout = Console() if sys.stdout.isatty() else Console(width=160)

GLYPHS = {
    "deviation": ("✕ Deviation", "bold red"),
    "not_verifiable": ("? Not verifiable", "yellow"),
    "pending": ("◔ Pending", "blue"),
    "met": ("✓ Met", "green"),
    "not_applicable": ("– Not applicable", "dim"),
    "raised": ("⚑ Raised", "bold"),
    "clear": ("✓ Clear", "dim"),
}


class Advance(Protocol):
    """Told how far a long piece of work is."""

    def __call__(self, done: int, total: int, /) -> None: ...


def print_json(value: Any) -> None:
    """One object on one line, keys sorted."""
    sys.stdout.write(canonical(value).decode() + "\n")


def print_answer(told: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    """What a command did: one object for programs, or a sentence for people."""
    if as_json:
        print_json(dict(told))
    else:
        stdout.print(words, highlight=False, soft_wrap=True, markup=False)


def print_table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for people; its caption says what and how many."""
    table = Table(title=caption, title_justify="left", box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    stdout.print(table)


def print_facts(facts: Mapping[str, str]) -> None:
    """Names and values, aligned."""
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        stdout.print(f"[dim]{name:<{width}}[/dim]  {value}", highlight=False, soft_wrap=True)


def tell_link(link: str) -> None:
    """A link for somebody's first visit, beside the answer; nothing where it went by mail."""
    if link:
        stderr.print(f"One-time sign-in link: {link}", highlight=False, soft_wrap=True)


def verdict_words(verdict: str) -> str:
    """A verdict with its glyph and colour, as rich markup."""
    words, style = GLYPHS.get(verdict, (verdict, ""))
    return f"[{style}]{words}[/{style}]" if style else words


def counted(number: int, one: str, several: str = "") -> str:
    """`1 case`, `1,288 cases`; `several` where an s does not make it."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def utc_words(moment: int | None) -> str:
    """`14 Mar 2026, 09:26 UTC`; a dash where no time is known."""
    if moment is None:
        return "–"
    try:
        when = datetime.fromtimestamp(moment / 1_000_000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"{moment} µs"
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def _unseen(_done: int, _total: int) -> None:
    """Where nobody watches."""


LINE_EVERY = 3.0
"""Seconds between plain lines: a log is told that the work goes on, and is not flooded."""


class _Amount(MofNCompleteColumn):
    """How far it is, once that is known: `0/?` says nothing."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None else Text("")


@contextmanager
def progress(words: str, quiet: bool = False) -> Iterator[Advance]:
    """A bar on stderr for work that may take over a second; plain lines without a terminal."""
    if quiet:
        yield _unseen
        return
    if not stderr.is_terminal:
        with _plain_lines(words) as advance:
            yield advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), _Amount(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@contextmanager
def _plain_lines(words: str) -> Iterator[Advance]:
    """A line every few seconds, for as long as the work takes; none for quick work."""
    reached = (0, 0)
    over = threading.Event()

    def advance(done: int, total: int, /) -> None:
        nonlocal reached
        reached = (done, total)

    def tell() -> None:
        began = time.monotonic()
        while not over.wait(LINE_EVERY):
            done, total = reached
            amount = f"{done:,} of {total:,}, " if total else ""
            print(f"{words}: {amount}{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield advance
    finally:
        over.set()
        teller.join()
