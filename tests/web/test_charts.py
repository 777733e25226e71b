"""Charts draw what the figures say: one mark is one change."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from changeproof.web.charts.activity import activity_svg
from changeproof.web.charts.interval_strip import WIDTH, Gap, interval_strip_svg
from changeproof.web.charts.twelve_months import (
    MARKS,
    NARROW,
    WIDE,
    MonthFigures,
    changes_per_mark,
    twelve_months_svg,
)

NUMBER = st.integers(0, 200)
MONTHS = st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=12)
NAMES = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")


def year(numbers: list[tuple[int, int]]) -> list[MonthFigures]:
    return [
        MonthFigures(f"{name} 2025", 300, deviations, unseen)
        for name, (deviations, unseen) in zip(NAMES, numbers, strict=False)
    ]


def marks(svg: str, kind: str) -> int:
    paths = re.findall(rf'<path class="{kind}" d="([^"]*)"', svg)
    return sum(path.count("z") for path in paths)


@given(MONTHS)
def test_every_change_has_its_mark(numbers: list[tuple[int, int]]) -> None:
    months = year(numbers)
    each = changes_per_mark(months)
    for drawing in (WIDE, NARROW):
        svg = twelve_months_svg(months, drawing, described_by="sentence")
        ElementTree.fromstring(svg)
        assert marks(svg, "deviation solid") == sum(-(-d // each) for d, _ in numbers)
        assert marks(svg, "not-verifiable hollow") == sum(-(-n // each) for _, n in numbers)
        assert "style=" not in svg


def test_few_marks_are_to_scale() -> None:
    assert changes_per_mark(year([(MARKS, 0)])) == 1
    assert changes_per_mark(year([(MARKS + 1, 0)])) == 2
    assert changes_per_mark([]) == 1


def test_every_month_is_labelled_with_its_numbers() -> None:
    svg = twelve_months_svg(year([(8, 9), (0, 13)]), WIDE, described_by="sentence")
    for label in (">Apr 2025<", ">May<", ">8<", ">9<", ">0<", ">13<", ">Deviations<"):
        assert label in svg
    assert 'aria-labelledby="sentence"' in svg


def test_no_month_no_chart() -> None:
    assert twelve_months_svg([], WIDE, described_by="sentence") == ""


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=48))
def test_every_half_hour_with_events_has_a_bar(events: list[int]) -> None:
    svg = activity_svg(events)
    ElementTree.fromstring(svg)
    bars = re.findall(r'class="bars" d="([^"]*)"', svg)
    assert sum(bar.count("M") for bar in bars) == sum(1 for number in events if number)


def test_silence_is_hatched_to_the_end() -> None:
    assert '<rect class="blind" x="10" y="1" width="10" height="18"/>' in activity_svg(
        [1, 1, 0, 0], silent_from=2
    )


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_gap_stays_inside_its_strip(first: int, second: int) -> None:
    start, end = sorted((first, second))
    svg = interval_strip_svg([Gap(start, end, "deviation")], start=100, end=900)
    for x, width in re.findall(r'x="([\d.]+)" y="2" width="([\d.]+)"', svg):
        assert float(x) + float(width) <= WIDTH + 0.11


def test_a_gap_of_seconds_is_widened_and_one_outside_is_left_out() -> None:
    year_long = 365 * 86_400
    svg = interval_strip_svg(
        [Gap(1_000, 1_040, "deviation"), Gap(-50, -10, "not_verifiable")], start=0, end=year_long
    )
    assert svg.count("<rect") == 1
    assert 'width="4.0"' in svg
