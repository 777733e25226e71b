"""Looking into values whose shape nobody promised: what is not there, or is of another type,
is not stated."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, Translation
from changeproof.sources.reading import Reading

_REVISION = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}(?![0-9a-f])", re.ASCII)


def inside(value: Any, *path: str | int) -> Any:
    """What stands at that place; None where nothing does."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any, *path: str | int, most: int = 500) -> str | None:
    """A text that stands there; None where none does or it is blank."""
    found = inside(value, *path)
    return found.strip()[:most] or None if isinstance(found, str) else None


def listed(value: Any, *path: str | int) -> list[Any]:
    """The list that stands there, or an empty one."""
    found = inside(value, *path)
    return found if isinstance(found, list) else []


def revision_in(said: str | None) -> str | None:
    """The commit that a text holds in full."""
    found = _REVISION.search(said or "")
    return found[0] if found else None


def image_digest(said: str | None) -> str | None:
    """`sha256:…` where a text pins an image by it."""
    found = _DIGEST.search(said or "")
    return found[0] if found else None


def option(delivery: Delivery, name: str) -> str | None:
    """What the operator stated beside the file."""
    return dict(delivery.options).get(name) or None


class Gathered:
    """Events of one file, and what was passed over: by reason, not one by one."""

    def __init__(self, reading: Reading, name: str) -> None:
        self.reading = reading
        self.name = name
        self.events: list[Event] = []
        self.passed: Counter[str] = Counter()

    def add(self, events: Iterable[Event]) -> None:
        self.events.extend(events)

    def passed_over(self, reason: str) -> None:
        self.passed[reason] += 1

    def translation(self) -> Translation:
        """All of it; `ignored` where nothing came of the file."""
        events = list(self.events)
        ignored = None
        if self.passed:
            seen = self._seen()
            events.append(seen)
            ignored = None if self.events else seen.reason
        return Translation(tuple(events), tuple(self.reading.contents), ignored)

    def _seen(self) -> DeliverySeen:
        if len(self.passed) == 1 and self.passed.total() == 1 and not self.events:
            reason = next(iter(self.passed))
        else:
            reason = "; ".join(f"{count}: {why}" for why, count in sorted(self.passed.items()))
        return self.reading.seen(self.name, reason[:500])
