"""Changes of generated companies that are no pull request."""

from tests.oracle.world import BOT, FORGES, PEOPLE, SYSTEMS, World


def _deployed(
    world: World, repository: str | None, revision: str | None, at: int, **more: str
) -> str:
    name = f"{repository or 'deployer'}/deployment/{world.number()}-{world.mark}"
    account = world.pick(*PEOPLE, BOT)
    world.fact(
        "deployment_outcome", deployment=name, outcome="succeeded", repository=repository,
        environment="production", revision=revision, account=account, finished_at=world.at(at),
        **more,
    )  # fmt: skip
    return name


def direct_push(world: World) -> None:
    """A commit pushed straight to the protected branch."""
    repository, commit = world.pick(*FORGES), world.commit()
    author = world.pick(*PEOPLE)
    pusher = world.pick(author, author, *PEOPLE, None)
    at = world.now
    world.fact(
        "revision", revision=commit, complete=0, repository=repository, tree=f"tree of {commit}",
        author=author, committer=author, committed_at=world.at(at),
        claimed_pull=world.pick(None, "7"),
    )  # fmt: skip
    if world.chance(0.95):
        world.fact("revision_author", revision=commit, account=author, part="author")
    if world.chance(0.2):
        world.fact(
            "revision_author", revision=commit, account=world.pick(*PEOPLE), part="co_author"
        )
    world.fact("revision_repository", revision=commit, repository=repository)
    world.fact(
        "push_revision", revision=commit, repository=repository, ref="refs/heads/main",
        after_revision=commit, previous=world.tips[repository], pusher=pusher,
        pushed_at=world.at(at),
    )  # fmt: skip
    world.tips[repository] = commit
    name = f"git:{commit}"
    if world.chance(0.3):
        name = f"CHG-{world.number()}-{world.mark}"
        world.fact(
            "change_request", change_name=name, system=SYSTEMS[repository], kind="software",
            requested_by=world.pick(*PEOPLE), requested_at=world.at(at - 600),
        )  # fmt: skip
        world.fact("request_link", change_name=name, implementation=f"git:{commit}", stated_at=1)
    if world.chance(0.3):
        world.fact(
            "approval", change_name=name, revision=commit, account=world.pick(*PEOPLE),
            approved_at=world.at(at + world.pick(60, 600, 700)),
        )  # fmt: skip
    if world.chance(0.3):
        world.fact(
            "change_authorization", change_name=name, account=world.pick(*PEOPLE),
            authorized_at=world.at(at + world.pick(-60, 300, 700)),
        )  # fmt: skip
    if world.chance(0.5):
        world.fact(
            "test_run", run=f"run {world.number()} {world.mark}", attempt=1, conclusion="passed",
            revision=commit, repository=repository, name="unit", poster="ci",
            finished_at=world.at(at + world.pick(60, 600, 601)),
        )  # fmt: skip
    if world.chance(0.8):
        _deployed(world, repository, commit, at + 600)


def unknown_artifact(world: World) -> None:
    """An artifact that nobody stated the source of."""
    artifact = f"sha256:x{world.number()}"
    _decided(
        world, _deployed(world, None, None, world.now, system="shop", artifact=artifact), artifact
    )


def _decided(world: World, name: str, artifact: str | None) -> None:
    """What people said at the desk of a change that has no pull request."""
    if world.chance(0.3):
        world.fact(
            "approval", change_name=name, artifact=artifact, account=world.pick(*PEOPLE),
            approved_at=world.at(world.now + world.pick(-60, 0, 60)),
        )  # fmt: skip
    if world.chance(0.3):
        world.fact(
            "change_authorization", change_name=name, account=world.pick(*PEOPLE),
            authorized_at=world.at(world.now + world.pick(-60, 0, 60)),
        )  # fmt: skip


def observed_state(world: World) -> None:
    """Something that runs and that nobody deployed."""
    number, environment = world.number(), world.pick("production", "production", "staging")
    system, artifact = world.pick("shop", "payments"), world.pick(None, f"sha256:o{number}")
    world.fact(
        "observed_state", system=system, environment=environment, item=f"pod-{number}",
        artifact=artifact, named_item=f"{system}/{environment}/pod-{number}",
        observed_at=world.at(world.now),
    )  # fmt: skip
    _decided(world, f"observed:{system}/{environment}/{artifact or f'pod-{number}'}", artifact)


def act_on_production(world: World) -> None:
    """A console change, a flag, a statement by hand."""
    act = f"a{world.number()}-{world.mark}"
    world.fact(
        "production_act", act=act, system="shop",
        environment="production", kind=world.pick("infrastructure", "data", "software"),
        item="shop/production/setting", account=world.pick(*PEOPLE, BOT, None),
        automatic=world.pick(0, 0, 0, 1), acted_at=world.at(world.now),
    )  # fmt: skip
    _decided(world, f"act:{act}", None)


def commit_known_to_git(world: World) -> None:
    """A commit of a history that was imported: no forge tells of it."""
    repository, commit = "git:repo/old", world.commit()
    previous = world.tips.get(repository)
    author, at = world.pick(*PEOPLE, None), world.at(world.now)
    world.fact(
        "revision", revision=commit, complete=1, repository=repository, tree=f"tree of {commit}",
        author=author, committed_at=at, parent_count=int(previous is not None),
        claimed_review=world.pick(None, "https://review.example/1"),
    )  # fmt: skip
    world.fact("revision_repository", revision=commit, repository=repository)
    if previous is not None:
        world.fact("revision_parent", revision=commit, position=0, parent=previous)
    if author is not None:
        world.fact("revision_author", revision=commit, account=author, part="author")
    for _ in range(world.pick(0, 0, 1, 2)):
        world.fact(
            "revision_claim", revision=commit, claim="reviewer", value=world.pick(*PEOPLE, BOT)
        )
    world.fact(
        "deployment_outcome", deployment=f"{repository}/production/{commit}", outcome="succeeded",
        repository=repository, system="old", environment="production", revision=commit,
        replaces=previous, landing=1, finished_at=at,
    )  # fmt: skip
    world.tips[repository] = commit
