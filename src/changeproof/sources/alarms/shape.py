"""What alert tools share: a kind is a shape that gives it away and a reader of one body."""

from collections.abc import Callable, Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.requests import IncidentOpened, IncidentResolved
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, option
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading
from changeproof.sources.times import from_milliseconds, from_seconds, microseconds

Reader = Callable[[Reading, Any], Iterator[Event]]
"""One body → its events; none where it tells of nothing that begins or ends."""

_SEVERITIES: dict[str, str] = {
    "p1": "critical", "p2": "high", "p3": "medium", "p4": "low", "p5": "low",
    "1": "critical", "2": "high", "3": "medium", "4": "low", "5": "low",
    "critical": "critical", "page": "critical", "major": "high", "high": "high", "error": "high",
    "minor": "medium", "medium": "medium", "warning": "medium", "low": "low", "info": "low",
}  # fmt: skip


def kind_of(name: str, title: str, fits: Callable[[Any], bool], reader: Reader) -> Kind:
    """A kind whose bodies are JSON objects, or a list of them as an API replies."""

    def translate(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
        reading = Reading(name, delivery, pseudonyms)
        gathered = Gathered(reading, name)
        for value in documents(delivery.body):
            for each in value if isinstance(value, list) else [value]:
                if not isinstance(each, dict) or not fits(each):
                    raise MalformedPayload(f"it is none of the bodies that {title} sends")
                found = list(reader(reading, each))
                gathered.add(found)
                if not found:
                    gathered.passed_over("it tells of nothing that began or ended")
        return gathered.translation()

    def shape(glimpse: Glimpse) -> bool:
        value = glimpse.document
        first = value[0] if isinstance(value, list) and value else value
        return isinstance(first, dict) and fits(first)

    return Kind(name, title, translate, shape, json=False, options=("system", "environment"))


def incident(
    reading: Reading,
    name: str,
    opened: int | None,
    resolved: int | None,
    *,
    ended: bool,
    system: str | None = None,
    severity: Any = None,
) -> Iterator[Event]:
    """An incident that began, and that it is over where it is."""
    if opened is not None or not ended:
        yield IncidentOpened(
            **reading.header(opened),
            incident=name[:500],
            system=option(reading.delivery, "system") or (system[:500] if system else None),
            environment=option(reading.delivery, "environment"),
            severity=_SEVERITIES.get(str(severity).lower()),  # type: ignore[arg-type]
        )
    if ended:
        yield IncidentResolved(**reading.header(resolved), incident=name[:500])


def moment(said: Any, *, utc: bool = False) -> int | None:
    """A time as a tool writes it: a text, seconds or milliseconds since 1970; else None.

    Times before 1971 are Go's and JavaScript's way to say that there is none.
    """
    if isinstance(said, str):
        found = microseconds(said.replace(" UTC", ""), assume_utc=utc)
    elif isinstance(said, bool) or not isinstance(said, int):
        return None
    elif said > 10**11:
        found = from_milliseconds(said)
    else:
        found = from_seconds(said)
    return found if found is not None and found > 365 * 86_400 * 1_000_000 else None
