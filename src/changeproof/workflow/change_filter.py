"""What somebody asks of a list of changes, as it stands in an address or a saved view."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Self
from urllib.parse import urlencode

LONGEST = 200
KINDS = ("software", "infrastructure", "data", "procedure", "emergency")
STATES = ("production", "before")
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class ChangeFilter:
    """What is asked for; empty means all. Each field is a parameter of the address."""

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
    def of(cls, query: Mapping[str, str]) -> Self:
        """Out of an address. What no choice offers and no calendar knows asks for nothing."""
        said = {each.name: query.get(each.name, "").strip()[:LONGEST] for each in fields(cls)}
        said = {name: value.replace("\x00", "") for name, value in said.items()}
        for name, choices in (("kind", KINDS), ("state", STATES)):
            if said[name] not in choices:
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
        return type(self)(text=self.text) == self

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

    def query(self, page: int = 1) -> str:
        """The address of a page of the same answer, from its question mark on."""
        pairs = [(each.name, getattr(self, each.name)) for each in fields(self)]
        pairs.append(("page", str(page) if page > 1 else ""))
        said = [(name, value) for name, value in pairs if value]
        return f"?{urlencode(said)}" if said else "?"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1970, 1, 1) <= day < date.max - timedelta(days=1) else None


def _begin(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * MICROSECONDS
