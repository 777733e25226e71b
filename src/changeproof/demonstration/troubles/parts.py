"""Pieces that the troubles share: a tested pull request, an incident."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import minutes
from changeproof.demonstration.payloads import others
from changeproof.demonstration.pull_request import PullRequest
from changeproof.demonstration.routine.releases import position_of
from changeproof.demonstration.staff import GitHubUser
from changeproof.demonstration.titles import branch_of
from changeproof.demonstration.world import Script

ALERTS = "https://alerts.wrenfield.example"


def proposed(
    repository: Repository, author: GitHubUser, title: str, *, body: str = "", trailers: str = ""
) -> PullRequest:
    """A pull request, opened now."""
    branch = branch_of(title, author.login.removesuffix("[bot]"))
    return PullRequest(repository, author, title, branch, body=body, trailers=trailers)


def released(
    repository: Repository, revision: str, by: GitHubUser, *, tested: bool = True
) -> Script:
    """What landed goes to production at once, whatever the timetable says."""
    yield minutes(7)
    if tested:
        repository.test(revision, by, only=repository.suites[:1])
    yield minutes(5)
    landing = position_of(repository, revision)
    if landing > repository.deployed:
        yield from repository.deploy(landing, by)


def incident(repository: Repository, number: int, *, over: bool = False) -> str:
    """Monitoring tells of an incident, or that it is over; its key."""
    world, name = repository.world, f"INC-{number}"
    kind = "incident.resolved.0.3.0" if over else "incident.detected.0.3.0"
    content = {
        "environment": {"id": "production"},
        "service": {"id": repository.system.key},
        "description": f"{repository.system.key}: error budget spent within the hour",
    }
    identifier = world.uuid()
    body = others.cdevent(
        kind,
        world.now,
        identifier=identifier,
        subject=name,
        content=content,
        custom={},
        source=ALERTS,
    )
    world.deliver("cdevents", body, identifier=identifier)
    return name
