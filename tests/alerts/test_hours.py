"""Whose turn it is: hours of the reader's zone, the other channel, the next route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.alerts.hours import OnCall, kept_hours, on_call_of
from changeproof.alerts.notices import Notice
from changeproof.alerts.routes import Rule, destinations, next_turn, turn_of
from changeproof.events.moments import read_moment
from changeproof.events.refusal import Refusal
from changeproof.policy.calendar import DAYS

DAY_SHIFT = OnCall("Europe/Berlin", "09:00", "17:00", DAYS[:5], ("2026-12-25",))
NIGHT = OnCall("America/New_York", "18:00", "08:00", DAYS[:5])


@pytest.mark.parametrize(
    ("hours", "at", "is_covered"),
    [
        (DAY_SHIFT, "2026-11-27T08:00:00Z", True),  # Friday, 09:00 in Berlin
        (DAY_SHIFT, "2026-11-27T07:59:59Z", False),
        (DAY_SHIFT, "2026-11-27T15:59:59Z", True),
        (DAY_SHIFT, "2026-11-27T16:00:00Z", False),
        (DAY_SHIFT, "2026-11-28T10:00:00Z", False),  # Saturday
        (DAY_SHIFT, "2026-12-25T10:00:00Z", False),  # a holiday, though a Friday
        (DAY_SHIFT, "2026-07-03T07:00:00Z", True),  # 09:00 in summer
        (NIGHT, "2026-11-27T23:00:00Z", True),  # Friday, 18:00 in New York
        (NIGHT, "2026-11-28T12:59:59Z", True),  # Saturday morning belongs to Friday's night
        (NIGHT, "2026-11-28T13:00:00Z", False),
        (NIGHT, "2026-11-28T23:00:00Z", False),  # Saturday's own night is off
        (NIGHT, "2026-11-30T12:00:00Z", False),  # Monday morning would be Sunday's night
    ],
)
def test_hours_are_of_the_readers_wall_clock(hours, at, is_covered):
    assert hours.covers(read_moment(at)) is is_covered


def test_hours_are_kept_as_they_were_written():
    written = on_call_of("Europe/Berlin", "09:00", "17:00", ("friday", "Monday"), ("2026-12-25",))
    assert kept_hours(written.as_data()) == written
    assert written.words == "Monday, Friday, 09:00 to 17:00 Europe/Berlin, 1 holiday off"
    assert on_call_of("", "", "") is None


@pytest.mark.parametrize(
    "wrong",
    [
        ("Mars/Base", "09:00", "17:00"),
        ("UTC", "9", "17:00"),
        ("UTC", "09:00", ""),
        ("UTC", "09:00", "17:00", ("Someday",)),
        ("UTC", "09:00", "17:00", (), ("25 December",)),
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong):
    with pytest.raises(Refusal):
        on_call_of(*wrong)


NEVER = OnCall("UTC", "00:00", "00:01", ("Monday",))
SUNDAY = read_moment("2026-11-29T12:00:00Z")
NOTICE = Notice("case", "case:1", "CHG-1")


def test_outside_its_hours_another_channel_or_the_next_route_is_told():
    elsewhere = Rule(1, key=1, hours=NEVER, otherwise=9, then=2)
    assert destinations(NOTICE, [elsewhere], SUNDAY) == {(9, "at_once")}
    passed_on = Rule(1, key=1, hours=NEVER, then=2)
    later = Rule(2, key=2, hours=NEVER, then=3, kinds=("finding",))
    last = Rule(3, key=3, kinds=("finding",), within=5)
    known = {each.key: each for each in (passed_on, later, last)}
    turn = turn_of(passed_on, known, SUNDAY)
    assert (turn.channel, turn.route, turn.within) == (3, 3, 5)


rules = st.builds(
    Rule,
    channel=st.integers(1, 4),
    key=st.integers(1, 4),
    hours=st.sampled_from((None, NEVER)),
    otherwise=st.sampled_from((None, 9)),
    then=st.sampled_from((None, 1, 2, 3, 4)),
)


@given(st.lists(rules, min_size=1, max_size=4, unique_by=lambda rule: rule.key))
def test_somebody_is_told_at_every_hour_and_escalation_ends(routes):
    known = {each.key: each for each in routes}
    for rule in routes:
        assert turn_of(rule, known, SUNDAY).channel
    tried: list[int] = []
    at = routes[0].key
    while (turn := next_turn(at, tried, known, SUNDAY)) is not None:
        tried.append(at)
        at = turn.route
        assert at not in tried
    assert len(tried) < len(routes)
