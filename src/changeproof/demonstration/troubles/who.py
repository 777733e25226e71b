"""Who: approvals that are nobody else's, work that is nobody's."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import hours, minutes
from changeproof.demonstration.staff import (
    ACTIONS,
    ARJUN,
    DEPENDABOT,
    FARID,
    GHOST,
    KOFI,
    LUCIA,
    MAREN,
    OWEN,
    PETROS,
    QUILLWORK,
    SAOIRSE,
    GitHubUser,
)
from changeproof.demonstration.troubles.parts import proposed, released
from changeproof.demonstration.world import Script


def second_account(tracking: Repository) -> Script:
    """The author approves from another account of theirs (hard case 1)."""
    pull = proposed(tracking, SAOIRSE.user, "Compress parcel events before they are archived")
    yield minutes(9)
    pull.test()
    yield minutes(50)
    second: GitHubUser | None = SAOIRSE.second_github
    assert second is not None  # noqa: S101 - the roster gives her two
    pull.review(second, "approved", "lgtm")
    yield minutes(4)
    pull.merge(SAOIRSE.user)
    yield minutes(7)
    tracking.test(tracking.tip.revision, SAOIRSE.user)
    tracking.world.expect("second account of the author approved", pull.id, approval="deviation")


def co_author(booking: Repository) -> Script:
    """Somebody who wrote part of it approves (hard case 2)."""
    pull = proposed(
        booking,
        KOFI.user,
        "Share one session between quote and payment",
        trailers=f"Co-authored-by: {MAREN.name} <{MAREN.user.address}>",
    )
    yield minutes(8)
    pull.test()
    yield hours(1.5)
    pull.review(MAREN.user, "approved", "As we wrote it together yesterday.")
    yield minutes(12)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, KOFI.user)
    booking.world.expect("co-author approved", pull.id, approval="deviation")


def last_pusher(tracking: Repository) -> Script:
    """The reviewer pushes a fix, then approves (hard case 3)."""
    pull = proposed(tracking, SAOIRSE.user, "Stop counting returns as deliveries")
    yield minutes(10)
    pull.test()
    yield hours(2)
    pull.push(ARJUN.user, "Handle the empty case")
    yield minutes(9)
    pull.test()
    pull.review(ARJUN.user, "approved", "Fixed the empty case myself.")
    yield minutes(15)
    pull.merge(SAOIRSE.user)
    yield minutes(7)
    tracking.test(tracking.tip.revision, SAOIRSE.user)
    tracking.world.expect("approver pushed last", pull.id, approval="deviation")


def bots_alone(routing: Repository) -> Script:
    """A bot proposes, a bot approves, a bot merges (hard cases 4 and 5)."""
    pull = proposed(routing, DEPENDABOT, "Bump protobuf from 5.29.1 to 5.29.2")
    yield minutes(8)
    pull.test()
    yield minutes(1)
    pull.review(ACTIONS, "approved", "Patch update with green checks.")
    yield minutes(1)
    revision = pull.merge(ACTIONS)
    yield from released(routing, revision, FARID.user)
    routing.world.expect("bots alone", pull.id, approval="deviation", authorization="deviation")


def agents_human(booking: Repository) -> Script:
    """The human who runs the agent approves what it wrote (hard case 4)."""
    pull = proposed(
        booking,
        QUILLWORK,
        "Batch the writes of the price cache",
        body="Batch the writes of the price cache.\n\nWritten by quillwork.",
    )
    yield minutes(9)
    pull.test()
    yield minutes(40)
    pull.review(KOFI.user, "approved", "quillwork did what I asked for.")
    yield minutes(5)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, KOFI.user)
    booking.world.expect("who runs the agent approved", pull.id, approval="deviation")


def without_the_role(booking: Repository) -> Script:
    """A colleague approves who holds no such role."""
    pull = proposed(booking, KOFI.user, "Keep declined payments for the customer's bank")
    yield minutes(8)
    pull.test()
    yield hours(1)
    pull.review(LUCIA.user, "approved", "Maren is away, so I had a look.")
    yield minutes(6)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, KOFI.user)
    booking.world.expect("approved without the role", pull.id, approval="deviation")


def nobody_known(platform: Repository) -> Script:
    """A push of an account that GitHub has deleted since; the commit names no author."""
    commit = platform.commit(None, "Open port 9200 for the log search")
    revision = platform.land(GHOST, [commit])
    yield from released(platform, revision, OWEN.user)
    platform.world.expect(
        "author is not known",
        f"git:{revision}",
        unattributed_change="raised",
        approval="deviation",
    )


def unnamed_roll_out(scanner: Repository) -> Script:
    """The pipeline rolls out and does not say on whose behalf."""
    pull = proposed(scanner, PETROS.user, "Log the battery level once an hour")
    yield minutes(9)
    pull.test()
    yield hours(1)
    pull.review(FARID.user)
    yield minutes(20)
    revision = pull.merge(PETROS.user)
    yield minutes(8)
    scanner.test(revision, PETROS.user, only=("build",))
    yield minutes(9)
    yield from scanner.deploy(len(scanner.landed) - 1, None)
    scanner.world.expect("rolled out on nobody's behalf", pull.id, unattributed_change="raised")
