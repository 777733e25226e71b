"""When a route's people are on call: hours of weekdays in their own zone, but for holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_core import PydanticCustomError

from changeproof.events.refusal import WrongUsage
from changeproof.policy.calendar import DAYS, date_of, minutes_of

MOST_HOLIDAYS = 300


@dataclass(frozen=True, slots=True)
class OnCall:
    """`opens` and `closes` are of the wall clock in `zone`; a closing that does not come after
    the opening is that of the next day. A night belongs to the day on which it begins."""

    zone: str
    opens: str  # 18:00
    closes: str  # 08:00
    days: tuple[str, ...] = DAYS
    holidays: tuple[str, ...] = ()  # 2026-12-25

    def covers(self, moment: int) -> bool:
        """Whether somebody is on call at this time, in UTC microseconds."""
        utc = datetime.fromtimestamp(moment // 1_000_000, UTC)
        local = utc.astimezone(ZoneInfo(self.zone))
        minute, today = local.hour * 60 + local.minute, local.date()
        opens, closes = minutes_of(self.opens), minutes_of(self.closes)
        if opens < closes:
            return self._is_on(today) and opens <= minute < closes
        if minute >= opens:
            return self._is_on(today)
        return minute < closes and self._is_on(today - timedelta(days=1))

    def _is_on(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days and day.isoformat() not in self.holidays

    @property
    def words(self) -> str:
        """`Monday to Friday, 09:00 to 17:00 Europe/Berlin, 2 holidays off`."""
        places = [DAYS.index(day) for day in DAYS if day in self.days]
        is_run = len(places) > 2 and places == list(range(places[0], places[-1] + 1))
        days = f"{DAYS[places[0]]} to {DAYS[places[-1]]}" if is_run else ", ".join(self.days)
        off = len(self.holidays)
        holidays = f", {off} {'holiday' if off == 1 else 'holidays'} off" if off else ""
        return f"{days}, {self.opens} to {self.closes} {self.zone}{holidays}"

    def as_data(self) -> dict[str, object]:
        """As it is kept."""
        return {
            "zone": self.zone,
            "opens": self.opens,
            "closes": self.closes,
            "days": list(self.days),
            "holidays": list(self.holidays),
        }


def on_call_of(
    zone: str, opens: str, closes: str, days: tuple[str, ...] = (), holidays: tuple[str, ...] = ()
) -> OnCall | None:
    """The hours that somebody wrote; None where nothing was. Raises Refusal."""
    if not (opens or closes):
        return None
    for field, text in (("opens", opens), ("closes", closes)):
        _read(field, minutes_of, text)
    for day in holidays:
        _read("holidays", date_of, day)
    if len(holidays) > MOST_HOLIDAYS:
        raise _refused("holidays", f"there are over {MOST_HOLIDAYS}", "Leave out those gone by.")
    zone = zone or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        why = f"“{zone[:40]}” is no time zone"
        raise _refused("zone", why, "Write a name such as Europe/Berlin, or UTC.") from error
    chosen = {day.strip().capitalize() for day in days}
    strange = sorted(chosen - set(DAYS))
    if strange:
        why = f"“{strange[0][:20]}” is no day of the week"
        raise _refused("days", why, f"Use {', '.join(DAYS)}.")
    weekdays = tuple(day for day in DAYS if day in chosen) or DAYS
    return OnCall(zone, opens, closes, weekdays, tuple(sorted(set(holidays))))


def kept_hours(data: dict[str, object] | None) -> OnCall | None:
    """What `as_data` wrote."""
    if not data:
        return None
    days, holidays = data["days"], data["holidays"]
    return OnCall(
        str(data["zone"]),
        str(data["opens"]),
        str(data["closes"]),
        tuple(days) if isinstance(days, list) else (),
        tuple(holidays) if isinstance(holidays, list) else (),
    )


def _read(field: str, reader: object, text: str) -> None:
    try:
        reader(text)  # type: ignore[operator]
    except PydanticCustomError as error:
        said = error.context or {}
        raise _refused(field, str(said.get("why")), str(said.get("cure"))) from error


def _refused(field: str, why: str, cure: str) -> WrongUsage:
    return WrongUsage("The route was not set.", where=field, why=why, cure=cure)
