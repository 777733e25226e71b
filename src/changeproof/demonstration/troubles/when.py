"""When: approvals and tests that came too late, windows that passed, controls that stood in."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import DAY, HOUR, days, hours, minutes
from changeproof.demonstration.routine.desk import change_number
from changeproof.demonstration.routine.pull_requests import office
from changeproof.demonstration.staff import (
    ARJUN,
    DMITRI,
    FARID,
    HANNE,
    INES,
    JOOST,
    KOFI,
    LUCIA,
    MAREN,
    MIRELA,
    OWEN,
    TOBIAS,
    YUKI,
)
from changeproof.demonstration.troubles.parts import proposed, released
from changeproof.demonstration.world import Script


def late_approval(routing: Repository) -> Script:
    """Merged and deployed in the evening, approved in the morning."""
    pull = proposed(routing, YUKI.user, "Skip depots that are closed on local holidays")
    yield minutes(9)
    pull.test()
    yield minutes(30)
    revision = pull.merge(YUKI.user)
    yield from released(routing, revision, YUKI.user)
    yield office(routing.world, hours(16))
    pull.review(FARID.user, "approved", "Looked at it this morning. Please wait next time.")
    routing.world.expect(
        "approved the morning after",
        pull.id,
        approval="deviation",
        authorization="deviation",
        unauthorized_deployment="raised",
        deployment="deviation",  # and she may not deploy there
    )


def approved_between(tracking: Repository) -> Script:
    """Merged first, approved before the train left: the approval is in time (hard case 12)."""
    pull = proposed(tracking, DMITRI.user, "Name the depot in the delay notice")
    yield minutes(8)
    pull.test()
    yield minutes(20)
    pull.merge(DMITRI.user)
    yield minutes(7)
    tracking.test(tracking.tip.revision, DMITRI.user)
    yield hours(1)
    pull.review(ARJUN.user, "approved", "Merged a little early, but fine.")
    tracking.world.expect(
        "approved after the merge, before the train",
        pull.id,
        approval="met",
        authorization="deviation",
    )


def pushed_after_approval(booking: Repository) -> Script:
    """Approved, then another commit, then merged (hard case 13)."""
    pull = proposed(booking, LUCIA.user, "Show saver rates to signed-out visitors")
    yield minutes(8)
    pull.test()
    yield hours(1)
    pull.review(MAREN.user, "approved", "Nice.")
    yield minutes(35)
    pull.push(LUCIA.user, "Also hide the express rate")
    yield minutes(9)
    pull.test()
    yield minutes(3)
    revision = pull.merge(LUCIA.user)
    yield from released(booking, revision, LUCIA.user)
    booking.world.expect("pushed after the approval", pull.id, approval="deviation")


def never_cleared(billing: Repository) -> Script:
    """One asks for changes and never clears it, another approves (hard case 14)."""
    pull = proposed(billing, MIRELA.user, "Charge storage after ten days in the depot")
    yield minutes(10)
    pull.test()
    yield hours(1)
    pull.review(JOOST.user, "changes_requested", "The tariff says twelve days for pallets.")
    yield hours(4)
    pull.review(INES.user, "approved", "Needed for the month's invoices.")
    yield minutes(10)
    revision = pull.merge(MIRELA.user)
    yield from released(billing, revision, HANNE.user)
    billing.world.expect("changes requested, never cleared", pull.id, approval="deviation")


def tests_too_late(routing: Repository) -> Script:
    """Deployed while the build was still running (hard case 32)."""
    pull = proposed(routing, FARID.user, "Weigh toll roads by the hour")
    yield hours(1)
    pull.review(OWEN.user)
    yield minutes(4)
    revision = pull.merge(FARID.user)
    yield minutes(2)
    yield from routing.deploy(len(routing.landed) - 1, FARID.user)
    yield minutes(6)
    pull.test()
    routing.test(revision, FARID.user)
    routing.world.expect("tests ended after deployment", pull.id, testing="deviation")


def overdue(platform: Repository) -> Script:
    """Planned, and the window passed without a deployment (hard case 47)."""
    world, change = platform.world, change_number(platform.world)
    world.act(
        HANNE.desk,
        "request",
        change,
        system="platform",
        change_kind="infrastructure",
        risk="high",
        title="Replace the storage array behind the container registry",
        reason="Two of its disks report errors.",
        back_out="Mount the old array read-only.",
    )
    yield hours(5)
    world.act(TOBIAS.desk, "authorize", change, reason="Before the disks fail.")
    yield days(1)
    begins = world.now // DAY * DAY + 3 * DAY + 5 * HOUR
    world.act(HANNE.desk, "schedule", change, begins_at=begins, ends_at=begins + 3 * HOUR)
    world.expect("planned window passed", change, overdue_change="raised")


def rescheduled(platform: Repository) -> Script:
    """Planned, and moved on record before the window ended: no sign."""
    world, change = platform.world, change_number(platform.world)
    world.act(
        OWEN.desk,
        "request",
        change,
        system="platform",
        change_kind="infrastructure",
        risk="medium",
        title="Upgrade the ingress controllers",
        reason="The version in use gets no fixes after spring.",
        back_out="Keep the old controllers beside the new ones for a week.",
    )
    yield hours(4)
    world.act(TOBIAS.desk, "authorize", change, reason="Routine.")
    begins = world.now // DAY * DAY + 2 * DAY + 5 * HOUR
    world.act(OWEN.desk, "schedule", change, begins_at=begins, ends_at=begins + 2 * HOUR)
    yield days(1)
    later = begins + 14 * DAY
    world.act(OWEN.desk, "schedule", change, begins_at=later, ends_at=later + 2 * HOUR)
    world.expect("rescheduled in time", change, overdue_change="clear")
    yield days(2)
    world.act(OWEN.desk, "close", change, outcome="cancelled")


def compensated(booking: Repository) -> Script:
    """No approver was there; the head of engineering looked at it the next day (control 08-alt)."""
    world, change = booking.world, change_number(booking.world)
    world.act(
        KOFI.desk,
        "request",
        change,
        system="booking",
        change_kind="software",
        risk="low",
        title="Extend the collection calendar over the bank holiday",
        reason="Customers cannot book the week after.",
        back_out="Load the previous calendar.",
    )
    yield minutes(40)
    world.act(TOBIAS.desk, "authorize", change, reason="Small and needed before the weekend.")
    yield minutes(20)
    pull = proposed(booking, KOFI.user, "Extend the collection calendar over the bank holiday")
    world.act(KOFI.desk, "link", change, implementation=pull.id)
    yield minutes(9)
    pull.test()
    yield minutes(11)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, HANNE.user)
    yield office(world, hours(18))
    world.act(
        INES.desk,
        "review_afterwards",
        change,
        outcome="accepted",
        reason="Read the difference and the calendar it produced; as asked for.",
    )
    world.expect(
        "control 08-alt stood in", change, approval="met", authorization="met", deployment="met"
    )
