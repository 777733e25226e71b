"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.moments import read_moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(
    st.datetimes().filter(lambda when: 1 < when.year < 9999),  # a zone may not lead out of time
    st.integers(-14 * 60, 14 * 60),
)
def test_every_microsecond_of_every_zone_is_kept(when: datetime, minutes: int) -> None:
    stated = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert EPOCH + timedelta(microseconds=read_moment(stated.isoformat())) == stated


def test_a_date_is_its_midnight_and_z_is_utc() -> None:
    assert read_moment("1970-01-02") == 86_400_000_000
    assert read_moment(" 1970-01-01T00:00:00.000001Z ") == 1
    assert read_moment("9999-12-31T23:59:59.999999Z") == 253_402_300_799_999_999


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "is no time"),
        ("2026-02-30", "is no time"),
        ("2026-03-14T09:26:00", "no time zone"),
        ("9" * 5_000, "is no time"),
    ],
)
def test_what_is_no_moment_says_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_moment(text)
