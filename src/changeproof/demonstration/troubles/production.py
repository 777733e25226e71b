"""Production and what surrounds it: a rollback, a freeze, protection off, a source gone silent."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import days, hours, minutes, seconds
from changeproof.demonstration.staff import (
    ELSA,
    FARID,
    HANNE,
    KOFI,
    LUCIA,
    MAREN,
    OWEN,
    PETROS,
    TOBIAS,
)
from changeproof.demonstration.troubles.parts import incident, proposed, released
from changeproof.demonstration.world import Script, World


def rolled_back(booking: Repository) -> Script:
    """Deployed, found broken, rolled back, reverted (hard cases 26 and 34)."""
    title = "Read collection slots from the new table"
    pull = proposed(booking, LUCIA.user, title)
    yield minutes(9)
    pull.test()
    yield hours(1)
    pull.review(MAREN.user, "approved", "The migration ran on staging.")
    yield minutes(6)
    before = booking.deployed
    revision = pull.merge(LUCIA.user)
    yield from released(booking, revision, LUCIA.user)
    yield minutes(18)
    incident(booking, 61)
    yield minutes(9)
    yield from booking.deploy(before, HANNE.user, rollback=True)
    incident(booking, 61, over=True)
    yield minutes(40)
    back = proposed(
        booking, LUCIA.user, f'Revert "{title}"', body=f"This reverts commit {revision}."
    )
    yield minutes(8)
    back.test()
    yield minutes(12)
    back.review(MAREN.user)
    yield minutes(3)
    reverted = back.merge(MAREN.user)
    yield from released(booking, reverted, MAREN.user)
    booking.world.expect("rolled back", pull.id, approval="met", testing="met")


def within_the_freeze(booking: Repository) -> Script:
    """An approved fix goes out while nothing should."""
    pull = proposed(booking, KOFI.user, "Stop offering slots on Boxing Day")
    yield minutes(9)
    pull.test()
    yield minutes(40)
    pull.review(MAREN.user, "approved", "Tobias knows.")
    yield minutes(5)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, KOFI.user)
    booking.world.expect(
        "deployed within the freeze", pull.id, approval="met", deployment="deviation"
    )


def unprotected(platform: Repository) -> Script:
    """Protection off for 40 seconds, one merge inside (hard case 42)."""
    pull = proposed(platform, HANNE.user, "Let the backup job read the new buckets")
    yield minutes(9)
    pull.test()
    yield hours(1)
    pull.review(OWEN.user)
    yield minutes(20)
    platform.protect(OWEN.user, "deleted")
    yield seconds(17)
    revision = pull.merge(HANNE.user)
    yield seconds(23)
    platform.protect(OWEN.user, "created")
    yield from released(platform, revision, HANNE.user)
    world = platform.world
    world.expect("unprotected for 40 seconds", "system:platform", protection="deviation")
    world.expect("merged while unprotected", pull.id, approval="met", testing="met")


def silence(world: World, begins: int, ends: int) -> Script:
    """GitHub's deliveries stop and come back; what was missed is not read afterwards (case 51)."""
    world.github_is_silent = True
    yield minutes(35)
    world.act(
        TOBIAS.desk,
        "report_silence",
        scope="github",
        silent_from=begins,
        reason="No delivery since 14:00; GitHub reports an incident with webhooks.",
    )
    yield ends - world.now
    world.github_is_silent = False
    yield minutes(10)
    world.act(
        TOBIAS.desk,
        "report_recovery",
        scope="github",
        silent_from=begins,
        silent_until=ends,
        filled=False,
    )


def unseen_review(scanner: Repository) -> Script:
    """Begun before the silence, reviewed and merged within, rolled out by another pipeline."""
    pull = proposed(scanner, ELSA.user, "Scan both sides of a label at once")
    yield minutes(9)
    pull.test()
    yield hours(5)
    pull.review(PETROS.user)
    yield minutes(20)
    pull.merge(ELSA.user)
    yield hours(17)
    yield from scanner.deploy(len(scanner.landed) - 1, PETROS.user)
    yield days(1.6)
    pull.label(FARID.user)
    scanner.world.expect(
        "reviewed while GitHub was silent",
        pull.id,
        approval="not_verifiable",
        authorization="not_verifiable",
    )
