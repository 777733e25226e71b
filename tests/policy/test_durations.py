"""Lengths of time: what is written comes back, everything else is refused with a cure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.policy.durations import (
    BUSINESS_UNITS,
    LONGEST,
    LONGEST_BUSINESS,
    MICROSECONDS,
    Duration,
    parse_duration,
)

DURATIONS = st.sampled_from(sorted(MICROSECONDS)).flatmap(
    lambda unit: st.integers(0, min(LONGEST // MICROSECONDS[unit], 999_999_999)).map(
        lambda amount: Duration(amount, unit)
    )
) | st.builds(Duration, st.integers(1, LONGEST_BUSINESS), st.sampled_from(BUSINESS_UNITS))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60 minutes", 3_600),
        ("24 hours", 86_400),
        ("5 days", 432_000),
        ("1 week", 604_800),
        ("0 seconds", 0),
        (" 2  Hours ", 7_200),
    ],
)
def test_units(text, seconds):
    assert parse_duration(text).microseconds == seconds * 1_000_000


@given(DURATIONS)
def test_what_is_written_is_read_back(duration):
    assert parse_duration(str(duration)) == duration


@given(DURATIONS)
def test_singular_and_plural_are_one_unit(duration):
    assert parse_duration(f"{duration.amount} {duration.unit}") == duration
    assert parse_duration(f"{duration.amount} {duration.unit}s".upper()) == duration


@given(st.text())
def test_any_text_is_a_duration_or_a_refusal_with_a_cure(text):
    try:
        duration = parse_duration(text)
    except Refusal as refusal:
        told = refusal
    else:
        assert 0 <= duration.microseconds <= LONGEST
        return
    assert told.why
    assert told.cure


@pytest.mark.parametrize(
    ("text", "why", "cure"),
    [
        ("5 buisness days", '"buisness days"', 'Did you mean "5 business days"?'),
        ("367 business days", "longer than 366 business days", '"730 days"'),
        ("0 business hours", "no time at all", '"0 days"'),
        ("5 dayz", '"dayz"', 'Did you mean "5 days"?'),
        ("2 fortnights", '"fortnights"', "Use seconds, minutes"),
        ("5", '"5" is no length of time', '"60 minutes"'),
        ("-5 days", "no length of time", '"60 minutes"'),
        ("1.5 hours", "no length of time", '"60 minutes"'),
        ("٣ days", "no length of time", '"60 minutes"'),
        ("", "no length of time", '"60 minutes"'),
        ("3661 days", "longer than ten years", "shorter"),
    ],
)
def test_refusals_say_what_to_write(text, why, cure):
    with pytest.raises(Refusal) as caught:
        parse_duration(text)
    assert why in caught.value.why
    assert cure in caught.value.cure


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1 business day", "3 days"),
        ("5 business days", "7 days"),
        ("6 business days", "10 days"),
        ("8 business hours", "3 days"),
        ("9 business hours", "4 days"),
        ("5 days", "5 days"),
    ],
)
def test_business_time_has_a_plain_rendering_with_its_weekends(text, plain):
    assert str(parse_duration(text).plain) == plain
