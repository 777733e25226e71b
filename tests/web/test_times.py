"""Times are printed in one form (STYLE.md section 5)."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.web import times
from changeproof.web.templatetags import changeproof as tags

MARCH = int(datetime(2026, 3, 14, 9, 26, 3, tzinfo=UTC).timestamp()) * times.MICROSECONDS
WHOLE_RANGE = st.integers(min_value=0, max_value=4_102_444_800 * times.MICROSECONDS)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (times.minute(MARCH), "14 Mar 2026, 09:26 UTC"),
        (times.second(MARCH), "14 Mar 2026, 09:26:03 UTC"),
        (times.day(MARCH), "14 Mar 2026"),
        (times.short_day(MARCH), "14 Mar"),
        (times.clock(MARCH), "09:26:03"),
        (times.heading_day(MARCH, with_year=True), "Sat 14 Mar 2026"),
        (times.heading_day(MARCH, with_year=False), "Sat 14 March"),
        (times.machine(MARCH), "2026-03-14T09:26:03Z"),
        (times.machine(MARCH + 250_000), "2026-03-14T09:26:03.250000Z"),
        (times.month_name(2025, 12), "Dec 2025"),
    ],
)
def test_forms(printed: str, expected: str) -> None:
    assert printed == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (40, "40 s"),
        (60, "1 min"),
        (192, "3 min 12 s"),
        (5_880, "1 h 38 min"),
        (7_200, "2 h"),
        (187_200, "2 d 4 h"),
        (86_400 + 59, "1 d"),
    ],
)
def test_durations(seconds: int, expected: str) -> None:
    assert times.duration(seconds * times.MICROSECONDS) == expected


@given(WHOLE_RANGE)
def test_the_machine_form_says_the_same_instant(microseconds: int) -> None:
    again = datetime.fromisoformat(times.machine(microseconds))
    assert again == times.moment(microseconds)
    assert times.moment(microseconds).microsecond == microseconds % times.MICROSECONDS


@given(WHOLE_RANGE)
def test_every_time_is_marked_up(microseconds: int) -> None:
    html = tags.utc_time(microseconds)
    assert re.fullmatch(
        r'<time datetime="[^"]+Z">\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC</time>', html
    )


def test_an_unknown_time_prints_nothing() -> None:
    assert tags.utc_time(None) == tags.utc_second(None) == tags.utc_day(None) == ""
