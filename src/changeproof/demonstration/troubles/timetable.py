"""On which day of the story each trouble begins."""

from datetime import date, timedelta

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import hours, working_day
from changeproof.demonstration.routine.year import christmas, last_working_day, outage
from changeproof.demonstration.staff import (
    ARJUN,
    DMITRI,
    JOOST,
    KOFI,
    LUCIA,
    MAREN,
    MIRELA,
    OWEN,
    SAOIRSE,
)
from changeproof.demonstration.troubles import by_hand, content, production, when, who
from changeproof.demonstration.troubles.emergencies import Course, emergency
from changeproof.demonstration.troubles.weaknesses import WEAKNESSES, weak
from changeproof.demonstration.world import Script, World

_DAY = 24 * 60

COURSES: dict[int, tuple[str, Course]] = {
    26: (
        "booking",
        Course(
            "declared in time",
            "Stop charging twice when the payment page is reloaded",
            LUCIA,
            MAREN,
            -20,
            5 * 60,
            2 * _DAY,
            "met",
            "Customers are charged twice; waiting costs them money.",
        ),
    ),
    92: (
        "tracking",
        Course(
            "declared late, within the hour",
            "Restart the event consumer on a poisoned message",
            SAOIRSE,
            ARJUN,
            38,
            3 * 60,
            3 * _DAY,
            "met",
            "All parcels showed their status of the evening before.",
        ),
    ),
    140: (
        "booking",
        Course(
            "declared too late",
            "Raise the connection pool of the customer portal",
            KOFI,
            MAREN,
            190,
            6 * 60,
            2 * _DAY,
            "deviation",
            "The portal refused one request in three.",
        ),
    ),
    196: (
        "billing",
        Course(
            "review missing",
            "Skip the blocked bank file in the direct debit run",
            MIRELA,
            JOOST,
            -15,
            4 * 60,
            None,
            "deviation",
            "The bank's cut-off was at 14:00.",
        ),
    ),
    268: (
        "tracking",
        Course(
            "declared, and over before it went live",
            "Rebuild the search index from the event store",
            DMITRI,
            ARJUN,
            -25,
            60,
            2 * _DAY,
            "deviation",
            "Nobody found a parcel by its number.",
            lasts=15,
        ),
    ),
}


def begin_troubles(world: World, repositories: dict[str, Repository]) -> None:
    """Start all of them, each on a working day."""
    booking, tracking, routing = (repositories[key] for key in ("booking", "tracking", "routing"))
    billing, scanner = repositories["billing"], repositories["depot-scanner"]
    platform = repositories["platform"]
    scripts: dict[int, tuple[int, Script]] = {
        19: (9, content.rerun_until_green(booking)),
        24: (13, when.late_approval(routing)),
        66: (10, content.direct_push(booking)),
        73: (9, who.second_account(tracking)),
        79: (11, content.untested(platform)),
        86: (9, production.rolled_back(booking)),
        100: (10, when.pushed_after_approval(booking)),
        106: (9, content.one_of_many(tracking)),
        119: (8, when.compensated(booking)),
        127: (11, who.co_author(booking)),
        133: (9, when.tests_too_late(routing)),
        148: (14, content.faked_merge(tracking)),
        155: (9, when.never_cleared(billing)),
        162: (10, production.unprotected(platform)),
        169: (9, who.last_pusher(tracking)),
        176: (9, content.another_revision(billing)),
        183: (10, who.bots_alone(routing)),
        190: (9, content.merged_red(billing)),
        204: (11, who.agents_human(booking)),
        211: (12, who.nobody_known(platform)),
        218: (6, content.nobodys_image(scanner)),
        246: (9, when.rescheduled(platform)),
        171: (15, by_hand.console_change(platform)),
        206: (9, by_hand.flag_as_authorized(tracking)),
        254: (9, by_hand.correction_beyond_its_limit(billing)),
        253: (13, who.without_the_role(booking)),
        261: (9, when.approved_between(tracking)),
        275: (9, who.unnamed_roll_out(scanner)),
        336: (9, when.overdue(platform)),
    }
    for number, (hour, script) in scripts.items():
        world.begin_on(working_day(world.day(number)), hour, 20, script)
    for number, (key, course) in COURSES.items():
        day = working_day(world.day(number))
        world.begin_on(day, 10, 45, emergency(repositories[key], course))
    for number, (key, weakness) in WEAKNESSES.items():
        world.begin_on(working_day(world.day(number)), 8, 10, weak(repositories[key], weakness))
    world.begin_on(last_working_day(world), 14, 5, emergency(platform, _OPEN))
    _freeze(world, booking)
    _silence(world, scanner)


_OPEN = Course(
    "review still owed at the end",
    "Raise the memory of the booking cluster",
    OWEN,
    KOFI,
    -12,
    95,
    None,
    "pending",
    "Bookings fail while nodes run out of memory.",
)


def _freeze(world: World, booking: Repository) -> None:
    first: date = christmas(world)[0]
    day = working_day(first + timedelta(days=4))
    world.begin_on(day, 10, 40, production.within_the_freeze(booking))


def _silence(world: World, scanner: Repository) -> None:
    begins, ends = outage(world)
    world.begin(begins, production.silence(world, begins, ends))
    world.begin(begins - hours(4), production.unseen_review(scanner))
