"""Emergencies: declared in time, late, too late; reviewed, or not; one still open at the end."""

from dataclasses import dataclass

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import at, minutes
from changeproof.demonstration.pull_request import PullRequest
from changeproof.demonstration.staff import HANNE, INES, TOBIAS, Person
from changeproof.demonstration.troubles.parts import incident, proposed, released
from changeproof.demonstration.world import Script


@dataclass(frozen=True, slots=True)
class Course:
    """How one emergency goes. Times are minutes after the fix went live; null is never.

    `declared` is negative where it was declared before; `lasts` is how long the declaration
    holds. `expected` is the verdict of point 13.
    """

    name: str
    title: str
    author: Person
    approver: Person
    declared: int
    approved: int | None
    reviewed: int | None
    expected: str
    reason: str
    lasts: int = 240


_LIVE_AFTER = 31
"""Minutes from the pull request to production: tests 12, merge 4, release 15."""


def emergency(repository: Repository, course: Course) -> Script:
    """An incident, a fix that could not wait, and what followed."""
    world = repository.world
    number = world.count("incident") + 84
    told = incident(repository, number)
    yield minutes(6)
    live = world.now + minutes(_LIVE_AFTER)
    pull = proposed(repository, course.author.user, course.title, body=f"{course.title}. {told}.")
    world.begin(live + minutes(course.declared), _declared(pull, course, told))
    yield minutes(12)
    pull.test()
    yield minutes(4)
    revision = pull.merge(course.author.user)
    yield from released(repository, revision, HANNE.user)
    if course.approved is not None:
        world.begin(live + minutes(course.approved), _approved(pull, course))
    if course.reviewed is not None:
        world.begin(live + minutes(course.reviewed), _reviewed(pull))
    world.expect(course.name, pull.id, emergency=course.expected)
    yield minutes(35)
    incident(repository, number, over=True)
    world.state("IncidentDecided", actor=HANNE.desk, incident=told, needs_change=True)
    world.state("IncidentLinked", actor=HANNE.desk, incident=told, change=pull.id)


def _declared(pull: PullRequest, course: Course, told: str) -> Script:
    world, repository = pull.world, pull.repository
    year = at(world.now).year
    world.act(
        HANNE.desk,
        "declare_emergency",
        pull.id,
        emergency=f"EMG-{year}-{world.count(f'emergency of {year}')}",
        system=repository.system.key,
        incident=told,
        authorized_by=TOBIAS.desk,
        ends_at=world.now + minutes(course.lasts),
        reason=course.reason,
    )
    yield minutes(1)
    world.act(TOBIAS.desk, "authorize", pull.id, reason="Go ahead; the review follows.")
    yield minutes(1)


def _approved(pull: PullRequest, course: Course) -> Script:
    pull.review(course.approver.user, "approved", "After the fact, as the policy asks.")
    yield minutes(1)


def _reviewed(pull: PullRequest) -> Script:
    pull.world.act(
        INES.desk,
        "review_afterwards",
        pull.id,
        outcome="accepted",
        reason="Cause found, fix confirmed, monitoring extended.",
    )
    yield minutes(1)
