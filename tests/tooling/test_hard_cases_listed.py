"""docs/hard-cases.md says where each hard case is tested: the files do test it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hard-cases.md"
CASES = 82

_NAMED = re.compile(r"hard cases? ((?:\d+(?:, | and | to )?)+)", re.IGNORECASE)
_ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")


def rows() -> dict[int, str]:
    """Where each case is tested, by its number."""
    return {int(number): where for number, _, _, where in _ROW.findall(PAGE.read_text("utf-8"))}


def named_in(text: str) -> set[int]:
    """The numbers of hard cases that a text names."""
    found: set[int] = set()
    for listed in _NAMED.findall(text):
        found |= {int(number) for number in re.findall(r"\d+", listed)}
        for first, last in re.findall(r"(\d+) to (\d+)", listed):
            found |= set(range(int(first), int(last) + 1))
    return found


def test_every_case_has_one_row() -> None:
    assert list(rows()) == list(range(1, CASES + 1))


@pytest.mark.parametrize("number", range(1, CASES + 1))
def test_each_file_of_a_row_tests_its_case(number: int) -> None:
    where = rows()[number]
    files = re.findall(r"\]\(\.\./([^)]+)\)", where)
    assert files or where.startswith("nothing yet: "), where
    for file in files:
        assert number in named_in((ROOT / file).read_text("utf-8")), file


FROM_PAYLOADS = (*range(1, 11), *range(12, 49), *range(51, 54), *range(58, 62), *range(63, 78))
"""Those that begin with what a system sends, and not with an act at the desk alone."""


@pytest.mark.parametrize("number", FROM_PAYLOADS)
def test_these_are_told_from_payloads_and_not_by_given_rows_alone(number: int) -> None:
    assert re.search(r"\]\(\.\./tests/(?:hard_cases|adversarial)/[^)]+\.py\)", rows()[number])
