"""Who deploys what where, as a picture: people at the left, systems in the middle, environments at
the right; a dashed arrow leads from a system to one that it rests on.

Only the layout is made here, of at most so many of each; the table beside it holds everything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_DEPLOYERS = 10
MOST_SYSTEMS = 14
MOST_ENVIRONMENTS = 8
WIDTH = 880
ROW = 34
_TOP = 34  # the columns' headings stand above
_LEFT, _BOX_LEFT, _BOX_RIGHT, _RIGHT = 230, 340, 600, 720
_BEND = 50
_LONGEST = 30  # characters that fit into a column
_THINNEST, _THICKEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Told:
    """Deployments of one account to one environment of a system; none: it was seen there alone."""

    account: str
    system: str
    environment: str
    deployments: int


@dataclass(frozen=True, slots=True)
class Node:
    """One name at its place; `text` is what fits, `name` all of it."""

    name: str
    text: str
    x: int
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two nodes: an SVG path and how thick it is."""

    path: str
    thick: float = _THINNEST


@dataclass(frozen=True, slots=True)
class SystemsMap:
    """The picture; of what is too much for it, how many there are."""

    deployers: tuple[Node, ...]  # names are accounts; "" stands for nobody named
    systems: tuple[Node, ...]
    environments: tuple[Node, ...]
    deployed: tuple[Line, ...]
    placed: tuple[Line, ...]
    rests: tuple[Line, ...]
    height: int
    left_out: int
    width: int = WIDTH
    box_left: int = _BOX_LEFT
    box_width: int = _BOX_RIGHT - _BOX_LEFT


def systems_map(told: Sequence[Told], rests_on: Mapping[str, Iterable[str]]) -> SystemsMap | None:
    """The picture of these; None where nothing is to be seen. What is deployed most is in it."""
    by_system, by_account, by_environment = Counter[str](), Counter[str](), Counter[str]()
    for each in told:
        by_system[each.system] += each.deployments
        by_environment[each.environment] += each.deployments
        if each.deployments:
            by_account[each.account] += each.deployments
    for system, others in rests_on.items():
        by_system[system] += 0
        for other in others:
            by_system[other] += 0
    if not by_system:
        return None
    names = [_chosen(by_account, MOST_DEPLOYERS), _chosen(by_system, MOST_SYSTEMS),
             _chosen(by_environment, MOST_ENVIRONMENTS)]  # fmt: skip
    tallest = max(map(len, names))
    accounts, systems, environments = (
        _column(chosen, x, tallest)
        for chosen, x in zip(names, (_LEFT, _BOX_LEFT, _RIGHT), strict=True)
    )
    deployed, placed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in told:
        placed[each.system, each.environment] += each.deployments
        if each.deployments:
            deployed[each.account, each.system] += each.deployments
    most = max([1, *deployed.values(), *placed.values()])
    return SystemsMap(
        tuple(accounts.values()),
        tuple(systems.values()),
        tuple(environments.values()),
        tuple(
            _line(accounts[one], systems[other], _LEFT + 8, _BOX_LEFT, _thick(number, most))
            for (one, other), number in sorted(deployed.items())
            if one in accounts and other in systems
        ),
        tuple(
            _line(systems[one], environments[other], _BOX_RIGHT, _RIGHT - 8, _thick(number, most))
            for (one, other), number in sorted(placed.items())
            if one in systems and other in environments
        ),
        tuple(
            _arrow(systems[one], systems[other])
            for one, others in sorted(rests_on.items())
            for other in sorted(set(others))
            if one in systems and other in systems and one != other
        ),
        _TOP + tallest * ROW,
        sum(map(len, (by_account, by_system, by_environment))) - sum(map(len, names)),
    )


def _chosen(counted: Counter[str], most: int) -> list[str]:
    """The names that are counted most, by name."""
    first = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:most]
    return sorted(name for name, _ in first)


def _column(names: Sequence[str], x: int, tallest: int) -> dict[str, Node]:
    """One node each, the column in the middle of the height."""
    begin = _TOP + (tallest - len(names)) * ROW / 2 + ROW / 2
    return {
        name: Node(name, _fitting(name), x, begin + number * ROW)
        for number, name in enumerate(names)
    }


def _fitting(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _line(one: Node, other: Node, left: int, right: int, thick: float) -> Line:
    bend = (right - left) / 2
    return Line(
        f"M{left} {one.y:g}C{left + bend:g} {one.y:g} {right - bend:g} {other.y:g}"
        f" {right} {other.y:g}",
        thick,
    )


def _arrow(one: Node, other: Node) -> Line:
    """Past the boxes' right side, from what rests to what it rests on."""
    out = _BOX_RIGHT + _BEND
    begin, end = one.y + 6, other.y + (6 if other.y < one.y else -6)
    return Line(f"M{_BOX_RIGHT} {begin:g}C{out} {begin:g} {out} {end:g} {_BOX_RIGHT + 4} {end:g}")


def _thick(number: int, most: int) -> float:
    return round(_THINNEST + (_THICKEST - _THINNEST) * number / most, 2)
