"""Pull requests as they go on most days."""

from random import Random

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import days, hours, in_office, minutes
from changeproof.demonstration.pull_request import PullRequest
from changeproof.demonstration.routine.releases import after_merge
from changeproof.demonstration.staff import (
    DEPENDABOT,
    GRETA,
    KOFI,
    NOMSA,
    QUILLWORK,
    TOBIAS,
    GitHubUser,
    Person,
)
from changeproof.demonstration.tickets import Ticket
from changeproof.demonstration.titles import branch_of, follow_up
from changeproof.demonstration.world import Script, World

_QUESTIONS = (
    "What happens when this is empty?",
    "Could this use the helper that we have?",
    "Please add a test for the second branch.",
    "I would rather not log the address here.",
    "This name says less than the old one.",
)
_PRAISE = ("", "", "Looks good.", "Tried it on staging, works.", "Nice, thank you.", "")


def office(world: World, wait: int) -> int:
    """How long until `wait` is over and somebody is at work."""
    return in_office(world.now + wait) - world.now


def reviewer_of(repository: Repository, random: Random, *others: Person) -> Person:
    """An approver who had no part in it."""
    return random.choice([one for one in repository.system.approvers if one not in others])


def owner_of(project: str) -> Person:
    """The product owner who files a project's tickets."""
    return NOMSA if project == "BIL" else GRETA


def ordinary(repository: Repository, random: Random) -> Script:
    """Written, tested, reviewed by somebody else, merged, released; some cite a ticket."""
    world, system = repository.world, repository.system
    author = random.choice(system.writers)
    reviewer = reviewer_of(repository, random, author)
    title = repository.titles.next()
    ticket = None
    if system.project and random.random() < system.cited:
        ticket = Ticket(
            world, system.project, owner_of(system.project), title, f"{title}. Asked for by users."
        )
        yield office(world, hours(random.uniform(2, 20)))
        ticket.move("Approved", TOBIAS if random.random() < 0.5 else reviewer)
        yield office(world, hours(random.uniform(1, 9)))
        ticket.move("In progress", author)
        yield office(world, hours(random.uniform(1, 7)))
    cited = f"{ticket.key}: {title}" if ticket else title
    pull = PullRequest(
        repository,
        author.user,
        cited,
        branch_of(title, author.user.login),
        body=title + ".",
        commits=random.choice((1, 1, 1, 2, 2, 3)),
    )
    yield from prepared(pull, author.user, reviewer.user, random)
    pull.review(reviewer.user, "approved", random.choice(_PRAISE))
    yield office(world, minutes(random.randint(2, 80)))
    merger = author if random.random() < 0.7 else reviewer
    revision = pull.merge(merger.user)
    if random.random() < 0.2:
        pull.delete_branch(merger.user)
    yield from after_merge(repository, revision, merger.user, random)
    if ticket is not None:
        yield office(world, days(3))
        ticket.move("Done", author)


def prepared(pull: PullRequest, author: GitHubUser, reviewer: GitHubUser, random: Random) -> Script:
    """Checks run, now and then red first; a review may ask for something before."""
    world = pull.world
    yield minutes(random.randint(5, 14))
    if random.random() < 0.1:
        pull.test({pull.repository.suites[-1]: "failure"})
        yield office(world, minutes(random.randint(20, 70)))
        pull.push(author, follow_up(random))
        yield minutes(random.randint(5, 14))
    pull.test()
    yield office(world, hours(random.uniform(0.4, 7)))
    if random.random() < 0.22:
        asked = "changes_requested" if random.random() < 0.5 else "commented"
        pull.review(reviewer, asked, random.choice(_QUESTIONS))
        yield office(world, hours(random.uniform(0.3, 4)))
        pull.push(author, follow_up(random))
        yield minutes(random.randint(5, 14))
        pull.test()
        yield office(world, hours(random.uniform(0.2, 4)))


def dependency_update(repository: Repository, random: Random) -> Script:
    """dependabot proposes, a human looks and merges."""
    world = repository.world
    package, before, after = repository.versions.bump(random)
    title = f"Bump {package} from {before} to {after}"
    name = package.replace("/", "-")
    pull = PullRequest(
        repository,
        DEPENDABOT,
        title,
        f"dependabot/{name}",
        body=f"Bumps {package}. Release notes and changelog are linked from the package's page.",
        trailers="Signed-off-by: dependabot[bot] <support@github.com>",
    )
    yield minutes(random.randint(6, 12))
    pull.test()
    yield office(world, hours(random.uniform(1, 24)))
    reviewer = reviewer_of(repository, random)
    pull.review(reviewer.user)
    yield minutes(random.randint(2, 12))
    revision = pull.merge(reviewer.user)
    yield from after_merge(repository, revision, reviewer.user, random)


def agent_written(repository: Repository, random: Random) -> Script:
    """The agent writes; somebody other than the human who runs it approves."""
    world = repository.world
    title = repository.titles.next()
    pull = PullRequest(
        repository,
        QUILLWORK,
        title,
        branch_of(title, "quillwork"),
        body=f"{title}.\n\nWritten by quillwork on behalf of Kofi Amankwah.",
        commits=random.randint(1, 3),
        trailers=f"Co-authored-by: {KOFI.name} <{KOFI.user.address}>",
    )
    reviewer = reviewer_of(repository, random, KOFI)
    yield from prepared(pull, QUILLWORK, reviewer.user, random)
    pull.review(reviewer.user, "approved", "Read it line by line.")
    yield office(world, minutes(random.randint(5, 60)))
    revision = pull.merge(reviewer.user)
    yield from after_merge(repository, revision, reviewer.user, random)


def abandoned(repository: Repository, random: Random) -> Script:
    """Proposed, discussed, given up."""
    world = repository.world
    author = random.choice(repository.system.writers)
    reviewer = reviewer_of(repository, random, author)
    title = repository.titles.next()
    pull = PullRequest(repository, author.user, title, branch_of(title, author.user.login))
    yield minutes(9)
    pull.test()
    yield office(world, hours(random.uniform(3, 30)))
    pull.review(reviewer.user, "changes_requested", "We decided against this last month.")
    yield office(world, days(random.randint(1, 6)))
    pull.close(author.user)


def left_open(repository: Repository, random: Random) -> Script:
    """Proposed and tested; its review has not come yet."""
    author = random.choice(repository.system.writers)
    title = repository.titles.next()
    pull = PullRequest(repository, author.user, title, branch_of(title, author.user.login))
    yield minutes(8)
    pull.test()
    pull.world.expect("open pull request", pull.id, approval="pending")
