"""TAP streams (Test Anything Protocol 12 to 14) → one TestsRun of their top level.

A plan that is not kept and a bail-out are failures, as harnesses count them; a subtest is judged
by the line that closes it. A version line stands before everything that TAP knows, and a stream
has a plan: else it is malformed.
"""

import re
from dataclasses import dataclass

from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import text_of
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, time

_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?:"
    r"(?P<version>TAP version \d{1,4})"
    r"|(?P<plan>1\.\.(?P<planned>\d{1,9}))\s*(?P<why>#.*)?"
    r"|(?P<not>not )?(?P<ok>ok)\b(?P<rest>.*)"
    r"|(?P<bail>Bail out!).*)",
    re.ASCII,
)
_DIRECTIVE = re.compile(r"#\s*(skip|todo)", re.IGNORECASE)
_SIGNS = re.compile(
    r"^[ \t]*(?:TAP version \d+|1\.\.\d+\s*(?:#.*)?|(?:not )?ok\b.*)\r?$", re.ASCII | re.M
)


@dataclass
class _Stream:
    planned: int | None = None
    total: int = 0
    failed: int = 0
    skipped: int = 0
    bailed: bool = False
    began: bool = False


def translate_tap(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what breaks the protocol.

    Options: `revision`, `name`, `repository`, `at` (RFC 3339): a stream states none of them.
    """
    stream = _read(text_of(delivery.body))
    options = dict(delivery.options)
    revision = options.get("revision")
    reading = Reading("tap", delivery, pseudonyms)
    total, failed, conclusion = _concluded(stream)
    event = TestsRun(
        **reading.header(time(options["at"], "option at") if "at" in options else None),
        run=f"tap:{delivery.digest}/{revision or 'unknown'}",
        revision=revision,
        repository=options.get("repository"),
        name=(options.get("name") or "tap")[:500],
        poster="tap",
        conclusion=conclusion,
        total=total,
        failed=failed,
        report=delivery.digest,
    )
    return Translation((event,), tuple(reading.contents))


def _read(text: str) -> _Stream:
    lines = [match for line in _told(text) if (match := _LINE.fullmatch(line))]
    if not lines:
        raise MalformedPayload("no line of it is TAP")
    top = min(len(match["indent"]) for match in lines)
    stream = _Stream()
    for match in lines:
        if match["bail"]:
            stream.bailed = True
        elif len(match["indent"]) == top:
            _line(stream, match)
    if stream.planned is None and not stream.bailed:
        raise MalformedPayload("it has no plan (1..N), so that nobody knows whether it is whole")
    return stream


def _told(text: str) -> list[str]:
    """Lines without those of YAML blocks, which hold anything."""
    kept = []
    fence: str | None = None
    for raw in text.split("\n"):  # no other character ends a line of TAP
        line = raw.rstrip()
        bare = line.lstrip(" \t")
        if fence is None and bare == "---":
            fence = line[: len(line) - len(bare)]
        elif fence is None:
            kept.append(line)
        elif bare == "..." and line == f"{fence}...":
            fence = None
    return kept


def _line(stream: _Stream, match: re.Match[str]) -> None:
    if match["version"]:
        if stream.began:
            raise MalformedPayload("a version stands before all else", where=match["version"])
    elif match["plan"]:
        if stream.planned is not None:
            raise MalformedPayload("it has two plans", where=match["plan"])
        stream.planned = int(match["planned"])
    else:
        directive = _DIRECTIVE.search(match["rest"])
        kind = directive[1].lower() if directive else None
        stream.total += 1
        stream.skipped += kind == "skip" and not match["not"]
        stream.failed += bool(match["not"]) and kind != "todo"
    stream.began = True


def _concluded(stream: _Stream) -> tuple[int, int, Conclusion]:
    """Total, failed and the conclusion; tests that were planned and never told have failed."""
    missing = abs((stream.planned or 0) - stream.total) if stream.planned is not None else 0
    failed = stream.failed + missing
    total = max(stream.total, stream.planned or 0)
    if failed or stream.bailed:
        return total, failed, "failed"
    return total, 0, "skipped" if stream.skipped == stream.total else "passed"


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.root is not None or glimpse.document is not None:
        return False
    return bool(_SIGNS.search(glimpse.text)) and not glimpse.text.startswith(("{", "["))


KINDS = (
    Kind(
        "tap",
        "TAP",
        translate_tap,
        _fits,
        json=False,
        options=("revision", "repository", "name", "at"),
    ),
)
