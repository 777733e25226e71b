"""What: content that nobody reviewed, tests that were not there, revisions that differ."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import hours, minutes
from changeproof.demonstration.payloads import others
from changeproof.demonstration.routine.desk import change_number
from changeproof.demonstration.staff import (
    ARJUN,
    DMITRI,
    HANNE,
    INES,
    JOOST,
    KOFI,
    LUCIA,
    MAREN,
    MIRELA,
    OWEN,
    SAOIRSE,
    TOBIAS,
)
from changeproof.demonstration.troubles.parts import proposed, released
from changeproof.demonstration.world import Script


def direct_push(booking: Repository) -> Script:
    """Straight to main and on to production (hard case 24)."""
    revision = booking.direct_push(LUCIA.user, "Fix the empty depot code in the quote endpoint")
    yield from released(booking, revision, LUCIA.user, tested=False)
    booking.world.expect(
        "pushed straight to main",
        f"git:{revision}",
        tracking="deviation",
        approval="deviation",
        testing="deviation",
        unauthorized_deployment="raised",
        untracked_change="raised",
        requirements_unmet="raised",
    )


def faked_merge(tracking: Repository) -> Script:
    """The message says that it was a pull request; there was none (hard case 24)."""
    message = (
        "Merge pull request #1187 from wrenfield/dvasko/late-scans\n\n"
        "Accept scans that arrive a day late"
    )
    revision = tracking.direct_push(DMITRI.user, message)
    yield from released(tracking, revision, DMITRI.user)
    tracking.world.expect(
        "message claims a pull request",
        f"git:{revision}",
        tracking="deviation",
        approval="deviation",
        untracked_change="raised",
    )


def untested(platform: Repository) -> Script:
    """Reviewed, and no check ever ran."""
    pull = proposed(platform, HANNE.user, "Allow the new office's address range")
    yield hours(1)
    pull.review(OWEN.user)
    yield minutes(5)
    revision = pull.merge(HANNE.user)
    yield from released(platform, revision, HANNE.user, tested=False)
    platform.world.expect("no tests", pull.id, testing="deviation", approval="met")


def merged_red(billing: Repository) -> Script:
    """The integration tests failed; it was merged and deployed all the same."""
    pull = proposed(billing, JOOST.user, "Export the ledger in the auditor's new layout")
    yield minutes(12)
    pull.test({"jenkins/integration": "failure"})
    yield hours(2)
    pull.review(INES.user, "approved", "The failing test is about the old layout.")
    yield minutes(9)
    revision = pull.merge(JOOST.user)
    yield minutes(6)
    billing.test(revision, JOOST.user, outcomes={"jenkins/integration": "failure"})
    yield minutes(5)
    yield from billing.deploy(len(billing.landed) - 1, HANNE.user)
    billing.world.expect("deployed with failing tests", pull.id, testing="deviation")


def rerun_until_green(booking: Repository) -> Script:
    """Two red runs of the browser tests, then a green one: met, and it shows (hard case 30)."""
    pull = proposed(booking, KOFI.user, "Load the depot map only when it is opened")
    for outcome in ("failure", "failure", "success"):
        yield minutes(14)
        pull.test({"browser": outcome})
    yield hours(1)
    pull.review(MAREN.user, "approved", "The browser tests are flaky again.")
    yield minutes(10)
    revision = pull.merge(KOFI.user)
    yield from released(booking, revision, KOFI.user)
    booking.world.expect("run again until green", pull.id, testing="met", approval="met")


def another_revision(billing: Repository) -> Script:
    """The desk approved one revision; the next one was deployed."""
    world, change = billing.world, change_number(billing.world)
    world.act(
        MIRELA.desk,
        "request",
        change,
        system="billing",
        change_kind="software",
        risk="medium",
        title="Round the fuel surcharge per shipment instead of per line",
        reason="Agreed with the three largest customers.",
        back_out="Switch the rounding rule back in the tariff table.",
    )
    yield hours(2)
    world.act(TOBIAS.desk, "authorize", change, reason="Agreed in the tariff meeting.")
    yield hours(1)
    pull = proposed(
        billing, MIRELA.user, "Round the fuel surcharge per shipment instead of per line"
    )
    world.act(MIRELA.desk, "link", change, implementation=pull.id)
    yield minutes(11)
    pull.test()
    yield minutes(40)
    world.act(JOOST.desk, "approve", change, revision=pull.head, reason="The rule as agreed.")
    yield minutes(50)
    pull.push(MIRELA.user, "Apply it to collections as well")
    yield minutes(11)
    pull.test()
    yield minutes(3)
    revision = pull.merge(MIRELA.user)
    yield from released(billing, revision, HANNE.user)
    world.expect(
        "another revision than the approved one",
        change,
        configuration_mismatch="raised",
        approval="deviation",
    )


def one_of_many(tracking: Repository) -> Script:
    """One unapproved pull request among those that the train takes (hard case 33)."""
    pull = proposed(tracking, SAOIRSE.user, "Translate the customs notices into Welsh")
    yield minutes(9)
    pull.test()
    yield minutes(25)
    pull.merge(SAOIRSE.user)
    yield minutes(7)
    tracking.test(tracking.tip.revision, SAOIRSE.user)
    tracking.world.expect("one unapproved among many", pull.id, approval="deviation")
    approved = proposed(tracking, DMITRI.user, "Keep customs documents for seven years")
    yield minutes(9)
    approved.test()
    yield minutes(50)
    approved.review(ARJUN.user)
    yield minutes(5)
    approved.merge(ARJUN.user)
    yield minutes(7)
    tracking.test(tracking.tip.revision, ARJUN.user)
    tracking.world.expect("its neighbour stands", approved.id, approval="met", testing="met")


def nobodys_image(scanner: Repository) -> Script:
    """Something runs on one depot's devices that no pipeline rolled out (hard case 36)."""
    world = scanner.world
    artifact = f"sha256:{world.digest('image by hand')}"
    body = others.own(
        "StateObserved",
        world.now,
        system="depot-scanner",
        environment="production",
        item="fleet/handhelds-leith",
        artifact=artifact,
    )
    world.deliver("events", body)
    world.expect(
        "runs, and nobody deployed it",
        f"observed:depot-scanner/production/{artifact}",
        unlogged_deployment="raised",
        unauthorized_deployment="raised",
    )
    yield minutes(1)
