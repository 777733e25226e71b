"""Changes that are asked for at the desk: high risk, two approvals, a window."""

from random import Random

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import DAY, HOUR, at, days, hours, minutes
from changeproof.demonstration.pull_request import PullRequest
from changeproof.demonstration.routine.pull_requests import office
from changeproof.demonstration.routine.releases import position_of
from changeproof.demonstration.staff import INES, TOBIAS, Person
from changeproof.demonstration.titles import branch_of
from changeproof.demonstration.world import Script, World

PLANNED: tuple[tuple[str, str, str, str], ...] = (
    (
        "billing",
        "Move the invoice archive to the new object store",
        "The old store's contract ends in spring.",
        "Point the reader back at the old store.",
    ),
    (
        "platform",
        "Upgrade the booking database to PostgreSQL 17",
        "Version 14 leaves support.",
        "Fail over to the replica that stays on 14.",
    ),
    (
        "billing",
        "Change the VAT rate table for Ireland",
        "The rates change on the first of the month.",
        "Load the previous table.",
    ),
    (
        "platform",
        "Replace the VPN gateway's certificate authority",
        "The old authority expires.",
        "Both authorities are trusted for a week.",
    ),
    (
        "billing",
        "Switch direct debits to the new bank gateway",
        "The bank closes the old one.",
        "The old gateway takes files until June.",
    ),
    (
        "platform",
        "Encrypt the event bus between zones",
        "Asked for by three customers' security reviews.",
        "Turn the listener back to plain text.",
    ),
    (
        "billing",
        "Recalculate open balances after the rounding fix",
        "412 invoices are a penny off.",
        "Restore the balances from the table kept beside.",
    ),
    (
        "platform",
        "Move DNS to two providers",
        "One provider was down for four hours last year.",
        "Delegate to the first provider alone.",
    ),
    (
        "billing",
        "Introduce per-customer invoice numbering for Belgium",
        "Required by the new accounting rules there.",
        "Numbering falls back to the shared range.",
    ),
    (
        "platform",
        "Separate the build runners from the office network",
        "Found in the penetration test.",
        "Re-attach the old subnet.",
    ),
    (
        "billing",
        "Send electronic invoices in the new UBL profile",
        "Two large customers accept no other from September.",
        "Send the previous profile.",
    ),
    (
        "platform",
        "Lower the retention of debug logs to 14 days",
        "They hold customers' addresses.",
        "Raise the setting again; nothing is lost.",
    ),
)
"""System, title, reason, back-out plan."""


def change_number(world: World) -> str:
    """The number that the desk gives the next request of this year."""
    year = at(world.now).year
    return f"CHG-{year}-{world.count(f'request of {year}'):04d}"


def planned(repository: Repository, plan: tuple[str, str, str, str], random: Random) -> Script:
    """Requested, authorized, written, reviewed twice, approved, deployed in its window, closed."""
    world, system = repository.world, repository.system
    _, title, reason, back_out = plan
    author = random.choice(system.writers)
    change = change_number(world)
    world.act(
        author.desk,
        "request",
        change,
        system=system.key,
        change_kind="software",
        risk="high",
        title=title,
        reason=reason,
        back_out=back_out,
    )
    yield office(world, hours(random.uniform(1, 4)))
    _prepared(world, author, change, system.key)
    yield office(world, hours(random.uniform(1, 5)))
    world.act(TOBIAS.desk, "authorize", change, reason="Impact and back-out plan are clear.")
    yield office(world, days(random.randint(1, 3)))
    pull = PullRequest(
        repository,
        author.user,
        title,
        branch_of(title, author.user.login),
        body=f"{title}. Change {change}.",
        commits=2,
    )
    world.act(author.desk, "link", change, implementation=pull.id)
    yield minutes(11)
    pull.test()
    yield office(world, hours(random.uniform(2, 7)))
    first, second = reviewers(repository, author)
    pull.review(first.user, "approved", "Went through the plan with the author.")
    yield office(world, hours(random.uniform(1, 5)))
    pull.review(second.user)
    yield office(world, minutes(25))
    begins = window_after(world)
    world.act(author.desk, "schedule", change, begins_at=begins, ends_at=begins + 2 * HOUR)
    yield begins - world.now - minutes(75)
    revision = pull.merge(author.user)
    yield minutes(8)
    repository.test(revision, author.user, only=repository.suites[:1])
    yield minutes(20)
    world.act(second.desk, "approve", change, revision=revision, reason="As reviewed.")
    yield begins - world.now + minutes(random.randint(4, 30))
    landing = position_of(repository, revision)
    if landing > repository.deployed:
        yield from repository.deploy(landing, random.choice(system.deployers).user)
    yield office(world, hours(20))
    world.act(author.desk, "close", change, outcome="implemented")


def _prepared(world: World, author: Person, change: str, system: str) -> None:
    """What high risk asks for before somebody may say yes: design, impact, what it touches."""
    for part in ("design", "impact", "test_plan"):
        digest = world.digest(f"{part} of a planned change")
        world.state("ChangeDocumented", actor=author.desk, change=change, part=part, digest=digest)
    for topic, items in (("objectives", ()), ("systems", (system,)), ("data", ())):
        world.state(
            "ChangeAssessed",
            actor=author.desk,
            change=change,
            topic=topic,
            answer="addressed" if items else "not_affected",
            items=items,
            reason=None if items else world.digest("reason of an assessment"),
        )
    for topic in ("risk", "availability"):
        world.state(
            "ChangeAssessed",
            actor=author.desk,
            change=change,
            topic=topic,
            answer="addressed",
            items=("high",) if topic == "risk" else (),
        )


def reviewers(repository: Repository, author: Person) -> tuple[Person, Person]:
    """Two approvers who had no part in it."""
    free = [one for one in repository.system.approvers if one is not author]
    free += [one for one in (INES, TOBIAS) if one not in free and one is not author]
    return free[0], free[1]


def window_after(world: World) -> int:
    """06:00 of the working day after the next one."""
    day = world.now // DAY * DAY
    left = 2
    while left:
        day += DAY
        left -= at(day).weekday() < 5
    return day + 6 * HOUR
