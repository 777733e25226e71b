"""Pull requests of generated companies: commits, reviews, merges of every kind, deployments."""

from dataclasses import dataclass, field
from random import Random

from tests.checks.populations import event_id
from tests.oracle.desk_work import around_the_desk, emergency
from tests.oracle.world import AGENT, BOT, FORGES, PEOPLE, SECOND_ACCOUNTS, SERVICE, SYSTEMS, World

WRITERS = (*PEOPLE[:4], "ann2", AGENT, BOT)


@dataclass
class Pull:
    """What its acts need to know of each other."""

    world: World
    repository: str
    number: int
    author: str | None
    opened: int
    heads: list[str] = field(default_factory=list)
    trees: dict[str, str | None] = field(default_factory=dict)
    base: str = ""
    is_complete: bool = False
    merged: int | None = None
    landed: str | None = None
    deployed: int | None = None
    artifact: str | None = None

    @property
    def id(self) -> str:
        return f"{self.repository}/pull/{self.number}"

    @property
    def system(self) -> str:
        return SYSTEMS[self.repository]


def pull_request(world: World) -> None:
    """One pull request from proposal to what followed its deployment."""
    repository = world.pick(*FORGES)
    author = world.pick(*PEOPLE[:4], *PEOPLE[:4], AGENT, BOT, None) if world.chance(0.5) else "ann"
    pull = Pull(world, repository, world.number(), author, world.now)
    pull.base, pull.is_complete = world.tips[repository], world.chance(0.3)
    world.fact(
        "pull_opened", pull=pull.id, repository=repository, number=pull.number, author=author,
        opened_at=world.at(world.now),
    )  # fmt: skip
    tickets = []
    world.fact(
        "pull_description", pull=pull.id, repository=repository, base_ref="main",
        head_ref=f"topic-{pull.number}", head_repository=repository, stated_at=1,
    )  # fmt: skip
    _commits(pull, world.random.randint(1, 3), world.now)
    _reviews(pull)
    if world.chance(0.04):
        _deploy(pull, pull.heads[-1], world.now + world.pick(850, 990))
    if world.chance(0.9):
        _merge(pull)
    elif world.chance(0.6):
        at = world.now + 3000
        world.fact("pull_closure", pull=pull.id, closed_at=world.at(at), account="ann")
        if world.chance(0.2):
            world.fact("pull_reopening", pull=pull.id, reopened_at=world.at(at + 60), account="ann")
    if pull.landed and world.chance(0.85):
        _deploy(pull, pull.landed, world.now + world.pick(1000, 1500, 1500, 1600))
    _tests(pull)
    if world.chance(0.45):
        tickets = around_the_desk(world, pull)
    if world.chance(0.12) and pull.deployed:
        emergency(world, tickets[0] if tickets else pull.id, pull)
    if world.chance(0.1) and pull.deployed:
        world.fact(
            "post_review", change_name=pull.id, outcome="accepted", account=world.pick(*PEOPLE,
            BOT),
            reviewed_at=world.at(pull.deployed + world.pick(-60, 0, 3600, 86_400, 4 * 86_400)),
        )  # fmt: skip
    if world.chance(0.05):
        named = {"revision": pull.landed}, {"revision": pull.heads[-1]}, {"artifact": pull.artifact}
        world.fact(
            "approval", change_name=pull.id, account=world.pick(*PEOPLE), **world.pick(*named),
            approved_at=world.at(world.now + 1200),
        )  # fmt: skip
    _second_piece(pull)
    world.tickets += tickets


def _second_piece(pull: Pull) -> None:
    """Now and then it also carries out what was asked for, or could not wait, earlier."""
    own = Random(f"{pull.id} {pull.world.mark}")  # apart: companies stay what they were before
    if pull.world.tickets and own.random() < 0.2:
        name = own.choice(pull.world.tickets[-3:])
        pull.world.fact(
            "request_link", change_name=name, implementation=pull.id, stated_at=1,
            event=event_id(f"{pull.id} {name}"),
        )  # fmt: skip


def _commit(pull: Pull, at: int, author: str | None, parents: list[str], branch: str) -> str:
    """A commit as a push lists it, or as git has it."""
    world, commit = pull.world, pull.world.commit()
    tree = None if world.chance(0.02) else f"tree of {commit}"
    if pull.heads and world.chance(0.05):
        tree = pull.trees[pull.heads[-1]]
    pull.trees[commit] = tree
    _revision(pull, commit, tree, author, parents, at)
    world.fact(
        "push_revision", revision=commit, repository=pull.repository, ref=f"refs/heads/{branch}",
        after_revision=commit, previous=parents[0], pusher=_pusher(pull, author),
        pushed_at=world.at(at),
    )  # fmt: skip
    return commit


def _revision(
    pull: Pull, commit: str, tree: str | None, author: str | None, parents: list[str], at: int
) -> None:
    world, complete = pull.world, pull.is_complete
    world.fact(
        "revision", revision=commit, complete=int(complete), repository=pull.repository, tree=tree,
        author=author, committer=author, committed_at=world.at(at),
        parent_count=len(parents) if complete else 0,
    )  # fmt: skip
    world.fact("revision_repository", revision=commit, repository=pull.repository)
    if complete:
        for position, parent in enumerate(parents):
            world.fact("revision_parent", revision=commit, position=position, parent=parent)
    if author is not None:
        world.fact("revision_author", revision=commit, account=author, part="author")


def _pusher(pull: Pull, author: str | None) -> str | None:
    world = pull.world
    if world.chance(0.06):
        return str(world.pick(*PEOPLE))
    return None if world.chance(0.01) else (pull.author or author or "ann")


def _commits(pull: Pull, count: int, start: int) -> None:
    world, branch = pull.world, f"topic-{pull.number}"
    previous = pull.base
    for number in range(count):
        at = start - 60 if number == 0 else start + world.random.randint(0, 900)
        author = pull.author if world.chance(0.85) else world.pick(*WRITERS)
        merges_base = number > 0 and pull.is_complete and world.chance(0.3)
        parents = [previous, world.commit()] if merges_base else [previous]
        commit = _commit(pull, at, author, parents, branch)
        if merges_base and world.chance(0.9):
            world.fact("revision_merge", revision=commit, edited=world.pick(0, 0, 1))
        if world.chance(0.1):
            world.fact(
                "revision_author", revision=commit, account=world.pick(*WRITERS), part="co_author"
            )
        pusher = _pusher(pull, author) if world.chance(0.5) else None
        world.fact(
            "pull_head", pull=pull.id, revision=commit, pushed_by=pusher, revised_at=world.at(at)
        )
        if pusher:
            world.fact(
                "pull_head_pusher", pull=pull.id, revision=commit, account=pusher,
                pushed_at=world.at(at),
            )  # fmt: skip
        pull.heads.append(commit)
        previous = commit


def _reviews(pull: Pull) -> None:
    world = pull.world
    for _ in range(world.pick(0, 1, 1, 1, 2, 3)):
        account = world.pick(*PEOPLE, *PEOPLE, "ann2", "bob2", BOT, AGENT, None)
        if account == pull.author:
            account = "eve"
        verdict = world.pick("approved", "approved", "approved", "changes_requested", "commented")
        if account in (BOT, AGENT, None):
            verdict = world.pick("approved", "commented")
        head = pull.heads[-1] if world.chance(0.85) else world.pick(*pull.heads)
        at = world.now + world.pick(600, 900, 950, 1000, 1000, 1001, 1500, 1500, 2000, 2400)
        review = f"{pull.id}/review/{world.number()}"
        world.fact(
            "review", review=review, pull=pull.id, revision=head, account=account, verdict=verdict,
            submitted_at=world.at(at + world.random.randint(0, 2)),
        )  # fmt: skip
        if world.chance(0.12):
            world.fact(
                "review_dismissal", review=review, pull=pull.id,
                account=world.pick(pull.author, *PEOPLE), dismissed_at=world.at(at + 80),
            )  # fmt: skip


def _merge(pull: Pull) -> None:
    """A merge commit, a squash, a rebase, a fast-forward, through a queue."""
    world, at = pull.world, pull.world.now + 1000
    kind = world.pick("merge", "squash", "squash", "rebase", "forward")
    tip, head = world.tips[pull.repository], pull.heads[-1]
    merger = None if world.chance(0.01) else world.pick(pull.author or "ann", *PEOPLE)
    listed: list[str] = []
    if kind == "forward" and tip == pull.base and not pull.is_complete:
        landed, listed = head, list(pull.heads)
    else:
        landed = world.commit()
        is_clean = world.chance(0.85)
        tree = pull.trees[head] if is_clean else f"tree of {landed}"
        author = pull.author if kind != "merge" else merger
        if kind == "squash" and world.chance(0.1):
            author = world.pick(*PEOPLE)
        parents = [tip, head] if kind == "merge" else [tip]
        _revision(pull, landed, tree, author, parents, at)
        if kind == "merge" and (pull.is_complete or world.chance(0.1)):
            world.fact(
                "revision_merge", revision=landed, edited=0 if is_clean else world.pick(0, 1)
            )
        if kind == "squash" and world.chance(0.1):
            world.fact(
                "revision_author", revision=landed, account=world.pick(*WRITERS), part="co_author"
            )
        listed = [*pull.heads, landed] if kind == "merge" else [landed]
    previous = tip
    for commit in listed:
        world.fact(
            "push_revision", revision=commit, repository=pull.repository, ref="refs/heads/main",
            after_revision=landed, previous=previous, pusher=merger, pushed_at=world.at(at),
        )  # fmt: skip
        previous = commit
    world.fact(
        "pull_merge", pull=pull.id, repository=pull.repository, head=head, revision=landed,
        base_ref="main", merged_by=merger, merged_at=world.at(at),
    )  # fmt: skip
    pull.merged, pull.landed = at, landed
    world.tips[pull.repository] = landed


def _deploy(pull: Pull, revision: str, at: int) -> None:
    world = pull.world
    account, by = _deployer(pull)
    if world.chance(0.3):
        pull.artifact = f"sha256:{world.number()}-{world.mark}"
        world.fact(
            "artifact", artifact=pull.artifact, revision=revision, repository=pull.repository,
            built_at=world.at(at - 100),
        )  # fmt: skip
    for environment in world.pick(
        ("production",), ("staging", "Production"), ("prod",), ("staging",)
    ):
        deployment = f"{pull.repository}/deployment/{world.number()}"
        moment = None if world.chance(0.01) else world.at(at)
        outcome = "failed" if world.chance(0.03) else "succeeded"
        world.fact(
            "deployment_outcome", deployment=deployment, outcome=outcome,
            repository=pull.repository,
            environment=environment, revision=revision, artifact=pull.artifact, account=account,
            triggered_by=by, finished_at=moment, stated_at=moment or 0,
        )  # fmt: skip
        if environment != "staging" and outcome == "succeeded" and pull.deployed is None:
            pull.deployed = at


def _deployer(pull: Pull) -> tuple[str | None, str | None]:
    """The account that deployed, and whom the run names."""
    world = pull.world
    kind = world.random.random()
    if kind < 0.5:
        return BOT, world.pick(None, None, pull.author, *PEOPLE[:3])
    if kind < 0.62:
        return SERVICE, world.pick(None, pull.author, "dan")
    if kind < 0.98:
        return world.pick(pull.author, *PEOPLE, *SECOND_ACCOUNTS.values()), None
    return None, None


def _tests(pull: Pull) -> None:
    world = pull.world
    names = world.pick(("unit",), ("unit",), ("unit", "lint"), ())
    for name in names:
        where = pull.heads[-1] if world.chance(0.6) or pull.landed is None else pull.landed
        for _ in range(world.pick(1, 1, 1, 2)):
            if world.chance(0.1):
                where = world.pick(*pull.heads)
            run = f"run {world.number()} {world.mark}"
            start = world.now + world.pick(300, 700, 990, 1000, 1400, 1500)
            for attempt in range(1, world.pick(2, 2, 2, 3, 4)):
                words = ("passed",) * 8 + ("failed", "failed", "skipped", "neutral", "cancelled")
                world.fact(
                    "test_run", run=run, attempt=attempt, conclusion=world.pick(*words),
                    revision=where, repository=pull.repository, name=name,
                    poster=world.pick("ci", "ci", "ci", "mine", None),
                    finished_at=None if world.chance(0.01) else world.at(start + attempt * 7),
                )  # fmt: skip
