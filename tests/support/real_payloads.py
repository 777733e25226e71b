"""What becomes of published payloads, as docs/payloads.md shows it.

`python -m tests.support.real_payloads` writes that page anew from the folder of payloads.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.sources.delivery import Delivery, Pseudonyms
from changeproof.sources.translate import translate

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs" / "payloads.md"
VECTORS = frozenset({"jsoncanon", "oscal", "tlog"})
"""Folders of test vectors, which no system sends."""
NAMED_BY_FOLDER = "github-webhooks"
OUTCOMES = ("translated", "ignored", "kept aside")

_COUNTED = re.compile(r"(?:^|(?<=; ))[0-9]+(?: of its rows)?: ")
_VARYING = re.compile(r" \((?:byte|line) [^)]*\)|: line [0-9]+, column [0-9]+")

HEAD = """\
# What becomes of published payloads
For whoever wants to know what is not read. The payloads are those that other projects test with,
read as they are: without a revision, a system or a time stated beside them, without which a report
proves nothing of a change. A test reads them all and compares this page with what became of them.

Three histories of git are imported besides, whole. `changeproof kinds --counts` prints such counts
for your own instance; the reason why nothing was read of a delivery stands in the log
(`DeliverySeen`), and what could not be read stands in quarantine.
"""


@dataclass(frozen=True)
class Became:
    """Of one body: what became of it, and why nothing was read."""

    kind: str
    outcome: str
    reason: str = ""


def real_deliveries(data: Path) -> Iterator[Delivery]:
    """Every body that a system sent or wrote, once, under the name of its folder."""
    folders = [each for each in sorted((data / "payloads").iterdir()) if each.is_dir()]
    folders += [data / name for name in (NAMED_BY_FOLDER, "cdevents", "devlake")]
    told = set()
    for folder in folders:
        if folder.name in VECTORS:
            continue
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != "README.md":
                body = file.read_bytes()
                if (folder.name, body) in told:
                    continue
                told.add((folder.name, body))
                event = file.parent.name if folder.name == NAMED_BY_FOLDER else None
                yield Delivery(folder.name, sha256_hex(body), body, 0, event)


def became(delivery: Delivery, pseudonyms: Pseudonyms) -> Became:
    """What is made of one, without its numbers and places."""
    try:
        ignored = translate(delivery, pseudonyms).ignored
    except Refusal as refusal:
        return Became(delivery.kind, "kept aside", _plain(refusal.why))
    if ignored is None:
        return Became(delivery.kind, "translated")
    return Became(delivery.kind, "ignored", _plain(ignored))


def page(outcomes: Sequence[Became]) -> str:
    """The page's text."""
    kinds = sorted({each.kind for each in outcomes})
    by_kind = Counter((each.kind, each.outcome) for each in outcomes)
    total = Counter(each.outcome for each in outcomes)
    lines = [HEAD, f"| kind | {' | '.join(OUTCOMES)} |", "|---|--:|--:|--:|"]
    for kind in kinds:
        cells = " | ".join(str(by_kind[kind, outcome]) for outcome in OUTCOMES)
        lines.append(f"| `{kind}` | {cells} |")
    lines.append(f"| all | {' | '.join(str(total[outcome]) for outcome in OUTCOMES)} |")
    lines += ["", "| kind | became | of | because |", "|---|---|--:|---|"]
    reasons = Counter(each for each in outcomes if each.reason)
    for each, count in sorted(
        reasons.items(), key=lambda item: (item[0].kind, item[0].outcome, -item[1], item[0].reason)
    ):
        lines.append(f"| `{each.kind}` | {each.outcome} | {count} | {each.reason} |")
    return "\n".join(lines) + "\n"


def counts_told(text: str) -> dict[str, tuple[int, ...]]:
    """Kind → translated, ignored, kept aside, as the page says."""
    rows = re.findall(r"^\| `([^`]+)` \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    return {kind: tuple(int(count) for count in counts) for kind, *counts in rows}


def _plain(reason: str) -> str:
    parts = [_VARYING.sub("", part) for part in _COUNTED.sub("", reason).split("; ")]
    return "; ".join(dict.fromkeys(parts)).replace("|", "/")


if __name__ == "__main__":
    shared = CHECKOUT.parent / "shared" / "data"
    found = [became(each, Pseudonyms(b"k" * 32)) for each in real_deliveries(shared)]
    PAGE.write_text(page(found), "utf-8")
