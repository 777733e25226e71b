"""Lengths of time: what is written comes back, everything else is refused with a cure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.policy.durations import LONGEST, MICROSECONDS, Duration, parse_duration

DURATIONS = st.sampled_from(sorted(MICROSECONDS)).flatmap(
    lambda unit: st.integers(0, min(LONGEST // MICROSECONDS[unit], 999_999_999)).map(
        lambda amount: Duration(amount, unit)
    )
)


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
        ("5 business days", "no calendar", '"7 days" for 5 business days'),
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
