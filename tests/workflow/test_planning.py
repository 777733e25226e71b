"""What stands in one another's way: one system, what it rests on, the same people, a freeze."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from changeproof.workflow.closing import CloseChange, SetWindow, close, set_window
from changeproof.workflow.planning import Planned, conflicts, read_planned
from changeproof.workflow.requesting import (
    RequestChange,
    ScheduleChange,
    Window,
    request_change,
    schedule,
)
from tests.support.pull_requests import SYSTEM

HOUR = 3_600_000_000
NOON = 1_900_000_000_000_000
RESTS_ON = {"shop": frozenset({"queue"}), "queue": frozenset({"disk"})}


def change(name, system="shop", begins=0, ends=2, people=()):
    return Planned(name, "change", system, begins * HOUR, ends * HOUR, frozenset(people))


def window(kind, system="", begins=0, ends=2):
    return Planned(f"{kind} on {system}", kind, system, begins * HOUR, ends * HOUR)


def whys(*planned):
    return [each.why for each in conflicts(planned, RESTS_ON)]


def test_two_changes_of_one_system_or_of_one_that_rests_on_the_other():
    assert whys(change("a"), change("b", begins=1)) == ["both change shop"]
    assert whys(change("a"), change("b", "queue")) == ["shop rests on queue"]
    assert whys(change("a", "queue"), change("b", "shop")) == ["shop rests on queue"]
    assert whys(change("a"), change("b", "disk")) == []  # what the other rests on is its affair


def test_the_same_people_cannot_be_in_two_places():
    [found] = conflicts(
        [change("a", people=("x", "y")), change("b", "other", people=("y", "z"))], RESTS_ON
    )
    assert found.why == "both need the same people"
    assert found.shared == {"y"}


def test_what_ends_as_the_other_begins_does_not_meet_it():
    assert whys(change("a", ends=1), change("b", begins=1)) == []


def test_a_change_in_a_freeze_of_its_system_or_of_all_and_never_in_maintenance():
    freeze = "it lies in a freeze: only a declared emergency passes"
    assert whys(change("a"), window("freeze")) == [freeze]
    assert whys(window("freeze", "shop"), change("a", begins=1)) == [freeze]
    assert whys(change("a"), window("freeze", "queue")) == []
    assert whys(change("a"), window("maintenance")) == []
    assert whys(window("freeze"), window("freeze", "shop")) == []


SPANS = st.tuples(st.integers(0, 6), st.integers(1, 4))
ANY = st.builds(
    lambda number, kind, system, span, people: Planned(
        f"{kind}{number}", kind, system, span[0], span[0] + span[1], people
    ),
    st.integers(0, 99),
    st.sampled_from(("change", "freeze", "maintenance")),
    st.sampled_from(("shop", "queue", "disk", "other")),
    SPANS,
    st.frozensets(st.sampled_from("xyz"), max_size=2),
)


@given(st.lists(ANY, max_size=8, unique_by=lambda each: each.name), st.randoms())
def test_the_sweep_finds_what_every_pair_alone_says_whatever_the_order(planned, random):
    alone = {
        frozenset((one.name, other.name))
        for one, other in combinations(planned, 2)
        if conflicts([one, other], RESTS_ON)
    }
    shuffled = list(planned)
    random.shuffle(shuffled)
    together = conflicts(shuffled, RESTS_ON)
    assert {frozenset((each.one.name, each.other.name)) for each in together} == alone
    assert len(together) == len(alone)
    assert together == conflicts(planned, RESTS_ON)


def test_the_window_that_was_set_last_holds_and_what_is_closed_is_planned_no_more(company):
    asked = RequestChange("Move", SYSTEM, "They asked", window=Window(NOON, NOON + HOUR))
    name = request_change(company.ledger, company.manager, asked).change
    later = Window(NOON + 5 * HOUR, NOON + 6 * HOUR)
    schedule(company.ledger, company.manager, ScheduleChange(name, later))
    freeze = SetWindow("freeze", Window(NOON, NOON + 9 * HOUR), "The year's end")
    set_window(company.ledger, company.manager, freeze)
    ahead = (NOON, NOON + 9 * HOUR)
    [kept, frozen] = read_planned(company.ledger.store, *ahead)
    assert (kept.begins_at, kept.system, kept.people) == (
        later.begins_at,
        SYSTEM,
        {company.manager},
    )
    assert (frozen.kind, frozen.system) == ("freeze", "")
    before = read_planned(company.ledger.store, NOON, NOON + HOUR)
    assert [each.kind for each in before] == ["freeze"]  # the change was moved out of it
    assert read_planned(company.ledger.store, NOON + 9 * HOUR, NOON + 99 * HOUR) == []
    close(company.ledger, company.manager, CloseChange(name, "cancelled"))
    assert [each.kind for each in read_planned(company.ledger.store, *ahead)] == ["freeze"]
