"""What people do at the desk in generated companies: requests, authorizations, emergencies."""

from random import Random
from typing import TYPE_CHECKING

from tests.checks.populations import event_id
from tests.oracle.world import BOT, PEOPLE, World

if TYPE_CHECKING:
    from tests.oracle.pull_work import Pull


def around_the_desk(world: World, pull: "Pull") -> list[str]:
    """Requests that cite a pull request, with what was decided about them."""
    names = []
    for _ in range(world.pick(1, 1, 1, 2)):
        name = f"CHG-{world.number()}-{world.mark}"
        key = f"SHOP-{world.number()}" if world.chance(0.5) else None
        asked = world.now - world.random.randint(60, 1200)
        requester = world.pick(*PEOPLE, None)
        world.fact(
            "change_request", change_name=name, system=world.pick(None, pull.system),
            kind="software",
            risk=world.pick(None, "low", "medium", "high", "critical"), ticket_key=key,
            requested_by=requester, requested_at=world.at(asked),
        )  # fmt: skip
        if key:
            world.fact("pull_ticket", pull=pull.id, ticket_key=key, stated_at=1)
        else:
            world.fact("request_link", change_name=name, implementation=pull.id, stated_at=1)
        _decisions(world, name, pull, asked, key)
        names.append(name)
    return names


def _decisions(world: World, name: str, pull: "Pull", asked: int, key: str | None) -> None:
    called = world.pick(name, name, pull.id, key or name)
    if world.chance(0.5):
        at = world.pick(
            asked + 30, world.now + 950, world.now + 1000, world.now + 1001, world.now + 1600
        )
        world.fact(
            "change_authorization", change_name=called, account=world.pick(*PEOPLE, BOT),
            authorized_at=None if world.chance(0.01) else world.at(at),
        )  # fmt: skip
    if world.chance(0.3):
        world.fact(
            "ticket_move", change_name=name, transition=f"t{world.number()}",
            to_status=world.pick("Approved", "approved", "In Progress"),
            account=world.pick(*PEOPLE),
            moved_at=world.at(world.now + world.pick(-30, 1000, 1600)),
        )  # fmt: skip
    if world.chance(0.3):
        named = world.pick(pull.landed, pull.heads[-1], pull.heads[0], None)
        world.fact(
            "approval", change_name=called, revision=named,
            artifact=world.pick(pull.artifact, None) if named is None else None,
            account=world.pick(*PEOPLE, BOT),
            approved_at=world.at(world.now + world.pick(900, 1000, 1400, 1500, 1501, 3000)),
        )  # fmt: skip
    if world.chance(0.06):
        world.fact(
            "decline", change_name=name, account=world.pick(*PEOPLE),
            declined_at=world.at(world.now + world.pick(800, 1450, 3000)),
        )  # fmt: skip
    own = Random(name)  # apart, so that the companies stay those that they were before
    if own.random() < 0.15:
        world.fact(
            "decision_withdrawal", change_name=name, account=own.choice(PEOPLE),
            decision=own.choice(("approval", "authorization")),
            withdrawn_at=world.at(world.now + own.choice((40, 950, 1450, 3000))),
            event=event_id(f"{name} withdrawn"),
        )  # fmt: skip
    if world.chance(0.25):
        for _ in range(world.pick(1, 1, 2)):
            begins = world.now + world.pick(0, 1000)
            world.fact(
                "schedule", change_name=name, scheduled_at=world.at(world.now + world.pick(-60,
                1100)),
                begins_at=world.at(begins), ends_at=world.at(begins + world.pick(500, 1500, 9000)),
                account="ann",
            )  # fmt: skip
    if world.chance(0.08):
        world.fact(
            "request_closure", change_name=name, outcome=world.pick("implemented", "cancelled"),
            account="ann", closed_at=world.at(world.now + world.pick(500, 5000)),
        )  # fmt: skip


def emergency(world: World, name: str, pull: "Pull") -> None:
    """A change that could not wait, and what followed."""
    assert pull.deployed is not None
    at, declarer = pull.deployed, world.pick(*PEOPLE)
    declared = at + world.pick(-300, -60, 0, 1200, 3599, 3600, 3601, 7200)
    world.fact(
        "emergency", emergency=f"E{world.number()}-{world.mark}", change_name=name,
        system=pull.system, incident=world.pick("I1", "I1", "I1", None), declared_by=declarer,
        authorized_by=world.pick(None, *PEOPLE), declared_at=world.at(declared),
        ends_at=None if world.chance(0.05) else world.at(at + world.pick(-10, 3600, 20_000)),
    )  # fmt: skip
    if world.chance(0.85):
        world.fact(
            "change_authorization", change_name=name, account=world.pick(*PEOPLE, declarer),
            authorized_at=world.at(at + world.pick(-200, 100, 3599, 3601, 7100)),
        )  # fmt: skip
    if world.chance(0.7):
        world.fact(
            "review", review=f"{pull.id}/review/{world.number()}", pull=pull.id,
            revision=pull.heads[-1], account=world.pick(*PEOPLE), verdict="approved",
            submitted_at=world.at(at + world.pick(100, 80_000, 86_399, 86_402)),
        )  # fmt: skip
    if world.chance(0.6):
        world.fact(
            "test_run", run=f"run {world.number()} {world.mark}", attempt=1, conclusion="passed",
            revision=pull.landed, repository=pull.repository, name="unit", poster="ci",
            finished_at=world.at(at + world.pick(100, 300_000, 500_000)),
        )  # fmt: skip
    if world.chance(0.7):
        world.fact(
            "post_review", change_name=name, outcome="accepted", account=world.pick(*PEOPLE, BOT),
            reviewed_at=world.at(at + world.pick(3600, 400_000, 431_999, 432_002)),
        )  # fmt: skip
