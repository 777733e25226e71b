"""How busy each source was: how many events, the last one, the last day by half hours.

Private state, a convenience of pages: counting the log anew would take seconds. It is brought up
in the transaction of the append and decides nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from changeproof.events.entry import Entry

STATE = "activity"
HALF_HOUR = 30 * 60 * 1_000_000
KEPT = 48
"""Half hours: one day."""
MOST = 100
"""Sources that are told apart: a sender of our own events names itself."""
OTHERS = "others"


@dataclass(slots=True)
class SourceActivity:
    """One source. `last_at` is its latest event's own time; `heard_at` when it last came in."""

    events: int = 0
    last_at: int = 0
    heard_at: int = 0
    half_hours: dict[int, int] = field(default_factory=dict)

    def day_before(self, moment: int) -> tuple[int, ...]:
        """Events in each half hour of the day that ends at `moment`, oldest first."""
        last = moment // HALF_HOUR
        return tuple(self.half_hours.get(last - KEPT + 1 + place, 0) for place in range(KEPT))


def read_activity(text: str | None) -> dict[str, SourceActivity]:
    """What is kept, by source; nothing where nothing was kept."""
    kept = json.loads(text or "{}")
    return {
        source: SourceActivity(
            said["events"],
            said["last_at"],
            said["heard_at"],
            {int(slot): number for slot, number in said["half_hours"].items()},
        )
        for source, said in kept.items()
    }


def with_entries(text: str | None, entries: Iterable[Entry]) -> str:
    """The kept text with these entries counted in."""
    known = read_activity(text)
    heard: dict[tuple[str, int], list[int]] = {}
    for entry in entries:
        said = (entry.event.source, entry.received_at)
        heard.setdefault(said, []).append(entry.event.occurred_at or 0)
    for (name, received_at), times in heard.items():
        name = name[:100]
        if name not in known and len(known) >= MOST:
            name = OTHERS
        source = known.setdefault(name, SourceActivity())
        source.events += len(times)
        source.last_at = max(source.last_at, *times)
        source.heard_at = max(source.heard_at, received_at)
        slot = received_at // HALF_HOUR
        source.half_hours[slot] = source.half_hours.get(slot, 0) + len(times)
    for source in known.values():
        first = source.heard_at // HALF_HOUR - KEPT
        source.half_hours = {
            slot: number for slot, number in source.half_hours.items() if slot > first
        }
    return json.dumps(
        {
            name: {
                "events": source.events,
                "last_at": source.last_at,
                "heard_at": source.heard_at,
                "half_hours": source.half_hours,
            }
            for name, source in sorted(known.items())
        }
    )
