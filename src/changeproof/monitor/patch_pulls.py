"""What a pull request of Dependabot or Renovate updates, read from its branch and title; and
whether it is theirs, for which neither vouches: anybody names a branch and a title.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from changeproof.events.event import AccountKind
from changeproof.sources.identities import DEPENDENCY_BOTS

_BRANCHES = ("dependabot/", "renovate/")
_BUMP = re.compile(r"\bbump (?:the )?(\S+) from \S+ to (\S+)", re.IGNORECASE)
_UPDATE = re.compile(
    r"\bupdate (?:dependency |module |plugin |crate |gem |package )?(\S+) to v?(\d\S*)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})(?:\+[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True)
class Update:
    """A package, as the title writes it, and the version that it is brought to."""

    package: str
    version: str


def is_update_branch(head_ref: str) -> bool:
    """Whether a branch is named as Dependabot and Renovate name theirs."""
    return head_ref.removeprefix("refs/heads/").startswith(_BRANCHES)


def is_theirs(
    author: str | None, declared: AccountKind | None, head_repository: str | None, repository: str
) -> bool:
    """Whether a bot that updates dependencies opened it: one that is known by its number, or that
    the company declared a machine; from a branch of the repository itself, never of a copy.
    """
    by_bot = author in DEPENDENCY_BOTS if declared is None else declared in ("bot", "service")
    return by_bot and head_repository in (None, repository)


def update_of(title: str) -> Update | None:
    """What a title says is updated; None for one of several packages at once, and for others."""
    found = _BUMP.search(title) or _UPDATE.search(title)
    return Update(found[1], found[2].rstrip(".,;:")) if found else None


def reaches(version: str, fixed_in: Collection[str]) -> bool:
    """Whether a version is one from which on the weakness is gone. False where it cannot be told:
    a pre-release, or a version that is no row of numbers.

    Of several lines of versions the one with the same first number counts, or all of them.
    """
    at = _numbers(version)
    fixes = [numbers for each in fixed_in if (numbers := _numbers(each)) is not None]
    if at is None or not fixes or len(fixes) != len(fixed_in):
        return False
    own_line = [each for each in fixes if each[:1] == at[:1]]
    return at >= (min(own_line) if own_line else max(fixes))


def _numbers(version: str) -> tuple[int, ...] | None:
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        return None
    numbers = [int(each) for each in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()  # 2.0 and 2.0.0 are one version
    return tuple(numbers)
