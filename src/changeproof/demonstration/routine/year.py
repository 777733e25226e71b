"""The year's plan: how many changes on which days, and when nobody deploys."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import days, is_working_day, minutes, moment
from changeproof.demonstration.routine.desk import PLANNED, planned
from changeproof.demonstration.routine.pull_requests import (
    abandoned,
    agent_written,
    dependency_update,
    left_open,
    ordinary,
)
from changeproof.demonstration.routine.releases import observe, trains
from changeproof.demonstration.routine.setup import VERSIONS, adopt_policy, connect
from changeproof.demonstration.staff import TOBIAS
from changeproof.demonstration.world import Script, World

POLICY_DAYS = (0, 17, 112)
"""On which the versions of the company's policy are adopted: the first has no way for
emergencies (the sign `no_emergency_path` is raised until the second), and none happens by then."""
OUTAGE_DAY = 233
"""A Tuesday or later day of a week in which GitHub's deliveries stop for two days."""

_BUSY = (0.9, 1.3, 1.4, 1.2, 0.7)
"""How much begins on a Monday, Tuesday, …"""


def christmas(world: World) -> tuple[date, date]:
    """The freeze that lies in the story: first and last day."""
    year = world.first_day.year
    if world.first_day > date(year, 12, 18):
        year += 1
    return date(year, 12, 18), date(year + 1, 1, 3)


def outage(world: World) -> tuple[int, int]:
    """From a Tuesday 14:00 for two days."""
    day = world.day(OUTAGE_DAY)
    day += timedelta(days=(1 - day.weekday()) % 7)
    begins = moment(day, 14)
    return begins, begins + days(2)


def closed_days(world: World) -> frozenset[int]:
    """Days on which no train leaves: the freeze, and while GitHub is not seen."""
    first, last = christmas(world)
    begins, ends = outage(world)
    frozen = {(first - world.first_day).days + n for n in range((last - first).days + 1)}
    start = moment(world.first_day)
    dark = set(range((begins - start) // days(1), (ends - start) // days(1) + 1))
    return frozenset(frozen | dark)


def _quiet_days(world: World) -> set[int]:
    """Days on which nothing ordinary begins, so that it would not end in a closed time."""
    quiet = {day - back for day in closed_days(world) for back in range(6)}
    return quiet | {0}


def plan(world: World, repositories: dict[str, Repository]) -> None:
    """Start everything that an ordinary year has."""
    all_of_them = list(repositories.values())
    world.begin(moment(world.first_day, 6), connect(world, all_of_them))
    for number, version in zip(POLICY_DAYS, VERSIONS, strict=True):
        world.begin_on(world.day(number), 9, 30, adopt_policy(world, version))
    first, last = christmas(world)
    world.begin(moment(first - timedelta(days=9), 11), _freeze(world, first, last))
    closed, quiet = closed_days(world), _quiet_days(world)
    for repository in all_of_them:
        key = repository.system.key
        random = world.random(f"plan of {key}")
        _spread(repository, random, quiet)
        if repository.system.release == "train":
            departure = moment(world.first_day, repository.system.train_hour)
            world.begin(departure, trains(repository, closed, world.random(f"trains of {key}")))
        if repository.system.cdevents:
            world.begin(moment(world.first_day, 5, 30), observe(repository))
    _planned(world, repositories, quiet)
    for back, key in ((0, "booking"), (0, "tracking"), (1, "routing"), (1, "billing")):
        random = world.random(f"left open {key}")
        world.begin_on(last_working_day(world, back), 13, 10, left_open(repositories[key], random))


def last_working_day(world: World, back: int = 0) -> date:
    """The last working day of the story, or one before it."""
    day = world.last_day
    while not is_working_day(day) or back:
        back -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def _freeze(world: World, first: date, last: date) -> Script:
    world.act(
        TOBIAS.desk,
        "set_window",
        window=f"freeze:christmas-{first.year}",
        window_kind="freeze",
        begins_at=moment(first, 17),
        ends_at=moment(last, 6),
        reason="Peak season: nothing but emergencies reaches production.",
    )
    yield minutes(1)


def _spread(repository: Repository, random: Random, quiet: set[int]) -> None:
    world, system = repository.world, repository.system
    free = [
        number for number in range(364) if number not in quiet and is_working_day(world.day(number))
    ]
    weights = [_BUSY[world.day(number).weekday()] for number in free]
    for index in range(system.changes):
        number = random.choices(free, weights)[0]
        script = _kind(system.key, random)
        own = world.random(f"{system.key} {index}")
        world.begin_on(
            world.day(number),
            random.randint(8, 15),
            random.randint(0, 59),
            script(repository, own),
        )


def _kind(key: str, random: Random) -> Callable[[Repository, Random], Script]:
    chance = random.random()
    if chance < 0.13:
        return dependency_update
    if chance < 0.16:
        return abandoned
    if chance < 0.24 and key in ("booking", "tracking"):
        return agent_written
    return ordinary


def _planned(world: World, repositories: dict[str, Repository], quiet: set[int]) -> None:
    """The changes of the desk, one about every four weeks."""
    number = 10
    for index, each in enumerate(PLANNED):
        day = number + index * 28
        while not is_working_day(world.day(day)) or not quiet.isdisjoint(range(day, day + 12)):
            day += 1
        script = planned(repositories[each[0]], each, world.random(f"planned {index}"))
        world.begin_on(world.day(day), 9, 5, script)
