"""How merged work reaches production: at once, by train, or by hand."""

from itertools import count
from random import Random

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import MINUTE, days, hours, in_office, minutes
from changeproof.demonstration.payloads import others
from changeproof.demonstration.staff import GitHubUser
from changeproof.demonstration.world import Script

_SETTLED = 30 * MINUTE
"""A train takes what has stood on main for this long, so that main's own checks have ended."""


def position_of(repository: Repository, revision: str) -> int:
    """Where a commit stands on main."""
    return next(index for index, one in enumerate(repository.landed) if one.revision == revision)


def after_merge(
    repository: Repository, revision: str, merger: GitHubUser, random: Random
) -> Script:
    """Main's own checks, then the release as this system has it."""
    system, landing = repository.system, position_of(repository, revision)
    yield minutes(7)
    repository.test(revision, merger, only=repository.suites[:1])
    if system.release == "each":
        yield minutes(5)
        if landing > repository.deployed:
            yield from repository.deploy(landing, merger)
    elif system.release == "by_hand":
        yield from _by_hand(repository, landing, random)
    elif system.key == "billing":
        yield minutes(4)
        yield from repository.deploy(landing, merger, environment="staging")


def _by_hand(repository: Repository, landing: int, random: Random) -> Script:
    """The regression suite runs on main; somebody entitled then starts the deployment."""
    world = repository.world
    yield in_office(world.now + hours(random.uniform(1, 5))) - world.now
    if landing <= repository.deployed:
        return  # it went out with another
    newest = len(repository.landed) - 1
    repository.regression(repository.landed[newest].revision)
    yield minutes(12)
    if newest > repository.deployed:
        yield from repository.deploy(newest, random.choice(repository.system.deployers).user)


def trains(repository: Repository, closed: frozenset[int], random: Random) -> Script:
    """On the days of the timetable, what has settled on main goes out. Never ends."""
    world, system = repository.world, repository.system
    for number in count():
        departed = world.now
        if world.day(number).weekday() in system.train and number not in closed:
            newest = _settled(repository)
            if newest > repository.deployed:
                yield from repository.deploy(newest, random.choice(system.deployers).user)
        yield departed + days(1) - world.now


def _settled(repository: Repository) -> int:
    limit = repository.world.now - _SETTLED
    return max((index for index, one in enumerate(repository.landed) if one.at <= limit), default=0)


def observe(repository: Repository) -> Script:
    """Every fourth week a collector sees what runs on the depots' devices. Never ends."""
    world = repository.world
    while True:
        yield days(28)
        if repository.image:
            body = others.own(
                "StateObserved",
                world.now,
                system=repository.system.key,
                environment="production",
                item="fleet/handhelds",
                artifact="sha256:" + repository.image.partition("@sha256:")[2],
            )
            world.deliver("events", body)
