"""Vulnerabilities: patched in time, late, accepted beforehand, accepted too late, not ours."""

from dataclasses import dataclass

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import days, hours, minutes
from changeproof.demonstration.pull_request import PullRequest
from changeproof.demonstration.routine.pull_requests import office
from changeproof.demonstration.staff import BEATRIX, DEPENDABOT, HANNE, INES, PIPELINE
from changeproof.demonstration.troubles.parts import released
from changeproof.demonstration.world import Script, World


@dataclass(frozen=True, slots=True)
class Weakness:
    """One vulnerability. Days are after it was found; null is never.

    `accepted` is when somebody entitled accepted it, for how many days; `expected` is the
    verdict of point 14.
    """

    name: str
    package: str
    severity: str
    expected: str
    known_exploited: bool = False
    patched: int | None = None
    accepted: tuple[int, int] | None = None
    is_ours: bool = True


WEAKNESSES: dict[int, tuple[str, Weakness]] = {
    70: ("booking", Weakness("patched in time", "pillow", "high", "met", patched=6)),
    81: (
        "tracking",
        Weakness(
            "exploited elsewhere", "tomcat", "critical", "met", known_exploited=True, patched=1
        ),
    ),
    128: ("routing", Weakness("patched late", "jackson", "critical", "deviation", patched=55)),
    230: (
        "billing",
        Weakness("accepted beforehand", "log4net", "medium", "met", accepted=(60, 88)),
    ),
    199: (
        "platform",
        Weakness("accepted too late", "openssl", "critical", "deviation", accepted=(58, 80)),
    ),
    241: ("booking", Weakness("not ours", "lodash", "high", "not_applicable", is_ours=False)),
    345: ("tracking", Weakness("still in time", "protobuf", "low", "pending")),
}


def weak(repository: Repository, story: Weakness) -> Script:
    """Found by the scanner of the pipeline, and what became of it."""
    world = repository.world
    number = world.count("vulnerability") + 3100
    name = f"{repository.system.key}/{story.package}/CVE-{world.first_day.year}-{number}"
    world.state(
        "VulnerabilityFound",
        actor=PIPELINE.account,
        vulnerability=name,
        advisory=f"CVE-{world.first_day.year}-{number}",
        package=story.package,
        system=repository.system.key,
        severity=story.severity,
        known_exploited=story.known_exploited,
        published_at=world.now - hours(20),
        fix_available_at=world.now - hours(2),
    )
    world.expect(story.name, f"vulnerability:{name}", patches=story.expected)
    if story.accepted is not None:
        after, lasts = story.accepted
        world.begin(world.now + days(after), _accepted(world, name, days(lasts)))
    if not story.is_ours:
        yield office(world, days(2))
        _ended(world, name, "not_affected")
    if story.patched is not None:
        yield office(world, days(story.patched) - hours(20))
        yield from _patched(repository, name, story)


def _patched(repository: Repository, name: str, story: Weakness) -> Script:
    world = repository.world
    reviewer = repository.system.approvers[0]
    title = f"Bump {story.package} to the patched release"
    pull = PullRequest(repository, DEPENDABOT, title, f"dependabot/{story.package}-patch")
    world.state("VulnerabilityLinked", actor=reviewer.desk, vulnerability=name, change=pull.id)
    yield minutes(9)
    pull.test()
    yield minutes(50)
    pull.review(reviewer.user)
    yield minutes(6)
    revision = pull.merge(reviewer.user)
    yield from released(repository, revision, HANNE.user)
    yield hours(1)
    _ended(world, name, "fixed")


def _accepted(world: World, name: str, lasts: int) -> Script:
    world.state(
        "WaiverGranted",
        actor=INES.desk,
        waiver=f"WVR-{world.count('waiver')}",
        check="cc8_1/14_patches",
        subject=f"vulnerability:{name}",
        control="reachable from the internal network only",
        requested_by=HANNE.desk,
        begins_at=world.now,
        ends_at=world.now + lasts,
    )
    yield minutes(1)


def _ended(world: World, name: str, outcome: str) -> None:
    world.state("VulnerabilityEnded", actor=BEATRIX.desk, vulnerability=name, outcome=outcome)
