"""What a viewer asks of a list of changes, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from changeproof.web.states import WORDS
from changeproof.web.times import MICROSECONDS

LONGEST = 200

ORIGINS = (
    ("requested", "Requested"),
    ("reviewed", "Reviewed"),
    ("claimed", "Claimed by message text"),
    ("detected", "Detected, nobody filed it"),
)
KINDS = (
    ("software", "Software"),
    ("infrastructure", "Infrastructure"),
    ("data", "Data"),
    ("procedure", "Procedure"),
    ("emergency", "Emergency"),
)
STATES = (("production", "In production"), ("before", "Not in production yet"))
VERDICTS = tuple(
    (verdict, WORDS[verdict])
    for verdict in ("deviation", "not_verifiable", "pending", "met", "not_applicable")
)


@dataclass(frozen=True)
class Filter:
    """What the viewer asked for; empty means all. Each field is a parameter of the address."""

    text: str = ""
    system: str = ""
    verdict: str = ""
    origin: str = ""
    kind: str = ""
    state: str = ""
    person: str = ""  # an account, or words of a name
    first_day: str = ""  # 2026-03-14, UTC, of the first deployment, else of the opening
    last_day: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Out of an address. What no choice offers and no calendar knows asks for nothing."""
        said = {each.name: query.get(each.name, "").strip()[:LONGEST] for each in fields(cls)}
        said = {name: value.replace("\x00", "") for name, value in said.items()}
        for name, choices in (("kind", KINDS), ("state", STATES)):
            if said[name] not in dict(choices):
                said[name] = ""
        for name in ("first_day", "last_day"):
            if _day(said[name]) is None:
                said[name] = ""
        return cls(**said)

    @property
    def is_empty(self) -> bool:
        return not any(astuple(self))

    @property
    def is_text_alone(self) -> bool:
        return Filter(text=self.text) == self

    @property
    def has_more(self) -> bool:
        """Whether any of the filters is set that stand folded."""
        return bool(self.kind or self.state or self.person or self.first_day or self.last_day)

    @property
    def since(self) -> int | None:
        day = _day(self.first_day)
        return None if day is None else _begin(day)

    @property
    def until(self) -> int | None:
        """The end of the last day, which belongs to it."""
        day = _day(self.last_day)
        return None if day is None else _begin(day) + 86_400 * MICROSECONDS

    @property
    def words(self) -> str:
        """For the caption: `with verdict deviation, in tariff-engine`."""
        parts = []
        if self.verdict:
            parts.append(f"with verdict {WORDS.get(self.verdict, self.verdict).lower()}")
        for value, choices in ((self.origin, ORIGINS), (self.kind, KINDS), (self.state, STATES)):
            if value:
                parts.append(dict(choices).get(value, value).lower())
        if self.system:
            parts.append(f"in {self.system}")
        if self.person:
            parts.append(f"with a part of {self.person}")
        if self.first_day:
            parts.append(f"from {self.first_day}")
        if self.last_day:
            parts.append(f"until {self.last_day}")
        if self.text:
            parts.append(f"matching “{self.text}”")
        return ", ".join(parts)

    def query(self, page: int = 1) -> str:
        """The address of a page of the same answer, from its question mark on."""
        pairs = [(each.name, getattr(self, each.name)) for each in fields(self)]
        pairs.append(("page", str(page) if page > 1 else ""))
        said = [(name, value) for name, value in pairs if value]
        return f"?{urlencode(said)}" if said else "?"

    @property
    def origins(self) -> tuple[tuple[str, str], ...]:
        return ORIGINS

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        return KINDS

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        return STATES

    @property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        return VERDICTS


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1970, 1, 1) <= day < date.max - timedelta(days=1) else None


def _begin(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MICROSECONDS
