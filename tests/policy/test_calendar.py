"""Business time: what the calendar opens, how a deadline runs through it (hard case 19)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.receipts import PolicyAdopted
from changeproof.ledger.policies import BusinessTime, policy_rows
from changeproof.policy.calendar import DAYS, BusinessHours, OpenTime, due_at, open_times
from changeproof.policy.durations import parse_duration
from tests.policy.policies import adopted, policy_with
from tests.policy.view_rows import answers

HOUR = 3_600 * 1_000_000
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia"),
)
HOURS = st.builds(
    lambda zone, opens, length, days, first, years, off: BusinessHours(
        zone=zone,
        opens=f"{opens:02}:00",
        closes=f"{min(24, opens + length):02}:00",
        days=tuple(day for day in DAYS if day in days),
        first_year=first,
        last_year=first + years,
        holidays=tuple(sorted({f"{first}-{1 + n // 28:02}-{1 + n % 28:02}" for n in off})),
    ),
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(1, 24),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(2005, 2030),
    st.integers(0, 1),
    st.sets(st.integers(0, 330), max_size=8),
)


def calendar_of(hours: BusinessHours) -> list[OpenTime]:
    years = hours.first_year, hours.last_year
    return list(
        open_times(hours.offsets(), hours.opens, hours.closes, hours.days, hours.holidays, years)
    )


def at(text: str, zone: str = "Europe/Berlin") -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(local.timestamp()) * 1_000_000


def berlin(**values: object) -> BusinessHours:
    return BusinessHours(
        **{"zone": "Europe/Berlin", "first_year": 2026, "last_year": 2027, **values}
    )


@settings(max_examples=25)
@given(HOURS)
def test_the_calendar_is_the_zones_whatever_it_does_with_its_clocks(hours):
    zone, expected = ZoneInfo(hours.zone), []
    day = date(hours.first_year, 1, 1)
    while day.year <= hours.last_year:
        if DAYS[day.weekday()] in hours.days and day.isoformat() not in hours.holidays:
            span = tuple(instant(day, text, zone) for text in (hours.opens, hours.closes))
            if span[0] < span[1]:
                expected.append(span)
        day += timedelta(days=1)
    assert [(each.opens_at, each.closes_at) for each in calendar_of(hours)] == expected


def instant(day: date, text: str, zone: ZoneInfo) -> int:
    if text == "24:00":
        day, text = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(text), tzinfo=zone)
    return int(local.astimezone(UTC).timestamp()) * 1_000_000


@settings(max_examples=25)
@given(HOURS, st.data())
def test_until_it_is_due_just_so_much_business_time_passes(hours, data):
    calendar = calendar_of(hours)
    start = data.draw(st.integers(calendar[0].opens_at, calendar[-1].opens_at))
    duration = data.draw(st.integers(1, 100)) * HOUR
    due = due_at(start, duration, calendar)
    if due is None:
        assert sum(open_between(start, 2**62, calendar)) < duration
        return
    assert sum(open_between(start, due, calendar)) == duration
    assert sum(open_between(start, due - 1, calendar)) < duration


def open_between(start: int, end: int, calendar: list[OpenTime]) -> list[int]:
    return [max(0, min(end, each.closes_at) - max(start, each.opens_at)) for each in calendar]


@pytest.mark.parametrize(
    ("start", "duration", "holidays", "due"),
    [
        ("2026-03-06T16:00", "3 business days", (), "2026-03-11T16:00"),
        ("2026-03-06T16:00", "3 business days", ("2026-03-09",), "2026-03-12T16:00"),
        # over the nights in which the clocks change: the wall clock's hours count
        ("2026-03-27T16:00", "8 business hours", (), "2026-03-30T16:00"),
        ("2026-10-23T16:00", "3 business days", ("2026-10-26",), "2026-10-29T16:00"),
        # begun while closed, it runs from the next opening
        ("2026-03-07T12:00", "1 business day", (), "2026-03-09T17:00"),
        ("2026-03-06T17:00", "8 business hours", (), "2026-03-09T17:00"),
        ("2026-03-06T09:00", "8 business hours", (), "2026-03-06T17:00"),
        ("2026-12-31T16:30", "1 business hour", ("2027-01-01",), "2027-01-04T09:30"),
    ],
)
def test_hard_case_19_a_deadline_over_weekends_holidays_and_daylight_saving(
    start, duration, holidays, due
):
    hours = berlin(holidays=holidays)
    length = parse_duration(duration).open_microseconds(hours.open_a_day)
    assert due_at(at(start), length or 0, calendar_of(hours)) == at(due)


def test_past_its_years_the_calendar_says_nothing():
    calendar = calendar_of(berlin())
    assert due_at(at("2030-03-06T16:00"), HOUR, calendar) is None
    assert due_at(at("2027-12-31T16:30"), 8 * HOUR, calendar) is None


@pytest.mark.parametrize(
    ("deployed", "due"),
    [
        ("2026-10-23T16:00", "2026-10-29T16:00"),
        ("2026-03-27T16:00", "2026-04-01T16:00"),
        ("2026-03-28T03:00", "2026-04-01T17:00"),
        ("2035-03-06T12:00", "2035-03-11T12:00"),  # the plain rendering: five days
    ],
)
def test_in_sql_an_emergencys_review_is_due_at_the_same_instant(deployed, due):
    policy = policy_with(
        ("  review_within: 5 days", "  review_within: 3 business days"),
        ("  zone: UTC", "  zone: Europe/Berlin"),
        ("  holidays: []", "  holidays: [2026-10-26]"),
        ("  first_year: 2023", "  first_year: 2026"),
        ("  last_year: 2032", "  last_year: 2026"),
    )
    evidence = {
        "change": [{"change_id": "C1", "system": "shop"}],
        "implementation": [{"change_id": "C1", "implementation": "git:r1", "kind": "commit"}],
        "revision_implementation": [{"revision": "r1", "implementation": "git:r1"}],
        "deployment": [
            {
                "deployment": "d1",
                "environment": "production",
                "revision": "r1",
                "deployed_at": at(deployed),
            }
        ],
        "deployment_revision": [{"deployment": "d1", "revision": "r1", "direction": 1}],
        "emergency": [
            {
                "emergency": "E1",
                "change_name": "C1",
                "system": "shop",
                "incident": "I1",
                "declared_by": "ann",
                "declared_at": at(deployed) - HOUR,
                "ends_at": at(deployed) + HOUR,
            }
        ],
    }
    (row,) = answers("emergency_state", evidence, (policy, None))
    assert row["review_due"] == at(due)


def test_only_a_policy_that_counts_in_business_time_has_a_calendar():
    assert not [row for row in rows(adopted(policy_with())) if isinstance(row, BusinessTime)]
    counted = adopted(policy_with(("  review_within: 5 days", "  review_within: 1 business day")))
    calendar = [row for row in rows(counted) if isinstance(row, BusinessTime)]
    assert 2_600 < len(calendar) < 2_620  # ten years of five days a week
    assert all(
        (row.next_opens_at, row.open_after) == (after.opens_at, after.open_before)
        for row, after in pairwise(calendar)
    )


@pytest.mark.parametrize(
    "stated",
    [
        {"business.used": ("true",)},
        {"business.years": ("1970", "9000")},
        {"business.years": ("2026", "x")},
        {"business.opens": ("99:00",)},
        {"business.offset": ("1", "2")},
        {"business.holidays": ("2026-13-01",)},
    ],
)
def test_a_calendar_that_an_event_states_wrongly_is_none(stated):
    policy = adopted(policy_with(("  review_within: 5 days", "  review_within: 1 business day")))
    parameters = stated if "business.used" in stated else {**policy.parameters, **stated}
    broken = PolicyAdopted(**{**policy.model_dump(), "parameters": parameters})
    assert not [row for row in rows(broken) if isinstance(row, BusinessTime)]


def rows(event: PolicyAdopted) -> list[object]:
    return list(policy_rows(event, "e" * 64))
