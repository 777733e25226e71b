"""What no system tells of itself: registers, reviews and drills, stated by those who keep them."""

from collections.abc import Callable

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import days, minutes
from changeproof.demonstration.staff import (
    BEATRIX,
    HANNE,
    INES,
    JENKINS,
    PIPELINE,
    STAFF,
    TOBIAS,
    Person,
)
from changeproof.demonstration.systems import SYSTEMS, System
from changeproof.demonstration.world import Script, World

_DATA = {
    "booking": ("personal", "payment"),
    "tracking": ("personal",),
    "billing": ("personal", "payment", "confidential"),
    "platform": ("confidential",),
}
_OBJECTIVES = {
    "booking": ("bookings are taken around the clock",),
    "tracking": ("a parcel's place is known within five minutes",),
    "routing": ("every round is planned by 05:00",),
    "billing": ("invoices are complete and right",),
    "depot-scanner": ("no scan is lost",),
    "platform": ("services run in two zones",),
}
_DEPENDS_ON = {
    "booking": ("platform", "billing"),
    "tracking": ("platform", "depot-scanner"),
    "routing": ("platform", "tracking"),
    "billing": ("platform",),
}
_WEEK = days(7)
_QUARTER = days(84)
_HALF_YEAR = days(182)


def keep_registers(world: World, repositories: dict[str, Repository]) -> None:
    """Start all of it: the first day's registers, and what comes round again."""
    first = world.first_day
    world.begin_on(first, 10, 30, _registers(world, repositories))
    world.begin_on(first, 14, 0, _acknowledged(world))
    world.begin_on(world.day(4), 15, 0, _again(world, _HALF_YEAR, _process_reviewed))
    world.begin_on(world.day(8), 11, 0, _again(world, _QUARTER, _access_reviewed))
    world.begin_on(world.day(2), 16, 30, _again(world, days(28), _deviations_reviewed))
    world.begin_on(world.day(1), 3, 0, _again(world, _WEEK, _drift_scanned))
    world.begin_on(world.day(33), 9, 0, _restore_tests(world))
    world.begin_on(world.day(40), 10, 0, _vendors_assessed(world))


def _registers(world: World, repositories: dict[str, Repository]) -> Script:
    """Systems, where they run, who may deploy to them, and which sources there are."""
    for system in SYSTEMS:
        world.state(
            "SystemRegistered",
            actor=INES.desk,
            system=system.key,
            owner=_owner(system).desk,
            data_classes=_DATA.get(system.key, ()),
            objectives=_OBJECTIVES[system.key],
            depends_on=_DEPENDS_ON.get(system.key, ()),
            categories=("availability",) if system.key != "depot-scanner" else (),
        )
        for purpose, boundary in (("test", "aws:400001"), ("production", "aws:400003")):
            world.state(
                "EnvironmentRegistered",
                actor=HANNE.desk,
                system=system.key,
                environment=purpose,
                purpose=purpose,
                boundary=boundary,
            )
    yield minutes(9)
    for system in SYSTEMS:
        for person in system.writers:
            _grant(world, system, "write", person.user.account)
        for person in _may_deploy(system):
            _grant(world, system, "deploy", person.user.account)
        for machine in (PIPELINE, JENKINS):
            _grant(world, system, "deploy", machine.account)
        _grant(world, system, "administer_pipeline", HANNE.user.account)
    yield minutes(9)
    world.state(
        "InventoryTaken",
        actor=BEATRIX.desk,
        inventory=f"sources:{world.first_day}",
        kind="repository",
        items=[each.place.account for each in repositories.values()],
    )


def _may_deploy(system: System) -> tuple[Person, ...]:
    """Where each merge is released, whoever may merge; else those who are named."""
    merging = (*system.approvers, *system.writers) if system.release == "each" else ()
    return tuple(dict.fromkeys((*system.deployers, *merging, HANNE, INES, TOBIAS)))


def _grant(world: World, system: System, access: str, account: str) -> None:
    """Two others decide about anybody's access."""
    free = [one for one in (INES, TOBIAS, HANNE) if one.user.account != account]
    world.state(
        "AccessGranted",
        actor=free[0].desk,
        account=account,
        access=access,
        system=system.key,
        environment="production" if access == "deploy" else None,
        approved_by=free[1].desk,
    )


def _owner(system: System) -> Person:
    return system.approvers[0]


def _acknowledged(world: World) -> Script:
    """Everybody reads the change process; two do so a week later."""
    for place, person in enumerate(STAFF):
        if place in (5, 11):
            world.begin(world.now + _WEEK, _acknowledges(world, person))
        else:
            yield from _acknowledges(world, person)


def _acknowledges(world: World, person: Person) -> Script:
    world.state(
        "DocumentAcknowledged",
        actor=person.desk,
        document="policy",
        document_version="2",
    )
    yield minutes(3)


def _again(world: World, every: int, held: Callable[[World], None]) -> Script:
    while True:
        held(world)
        yield every


def _process_reviewed(world: World) -> None:
    world.state("ReviewHeld", actor=TOBIAS.desk, topic="process", outcome="kept")
    world.state("ReviewHeld", actor=BEATRIX.desk, topic="scope", outcome="kept")


def _access_reviewed(world: World) -> None:
    """By somebody who holds none of it; the scanner is forgotten from the second time on."""
    world.state("ReviewHeld", actor=BEATRIX.desk, topic="prover", outcome="kept")
    late = world.now > world.finish - 3 * _QUARTER
    for system in SYSTEMS:
        if late and system.key == "depot-scanner":
            continue
        for topic in ("access", "pipeline", "protection", "unilateral_path"):
            world.state("ReviewHeld", actor=BEATRIX.desk, topic=topic, system=system.key)


def _deviations_reviewed(world: World) -> None:
    world.state("ReviewHeld", actor=BEATRIX.desk, topic="deviations", outcome="kept")


def _drift_scanned(world: World) -> None:
    """Every week; now and then something differs, and somebody looks."""
    for system in SYSTEMS:
        number = world.count(f"drift scan of {system.key}")
        found = number % 17 == 9
        world.state(
            "ControlPerformed",
            actor=PIPELINE.account,
            activity="drift_scan",
            system=system.key,
            outcome="passed",
            found="1" if found else "0",
        )
        if found:
            world.begin(world.now + minutes(1), _drift_answered(world, system, number))


def _drift_answered(world: World, system: System, number: int) -> Script:
    detection = f"drift:{system.key}/{number}"
    world.state(
        "DetectionRaised",
        actor=PIPELINE.account,
        detection=detection,
        system=system.key,
        kind="drift",
    )
    yield minutes(170)
    world.state(
        "DetectionAnswered",
        actor=HANNE.desk,
        detection=detection,
        outcome="explained by an approved change",
    )


def _restore_tests(world: World) -> Script:
    """Half-yearly; the first one fails and is repeated a week later."""
    for system, outcome, wait in (
        ("billing", "failed", _WEEK),
        ("billing", "passed", days(2)),
        ("booking", "passed", _HALF_YEAR - _WEEK - days(2)),
        ("billing", "passed", days(2)),
        ("booking", "passed", minutes(1)),
    ):
        world.state(
            "ControlPerformed",
            actor=HANNE.desk,
            activity="restore_test",
            system=system,
            outcome=outcome,
        )
        yield wait


def _vendors_assessed(world: World) -> Script:
    for system in ("billing", "platform"):
        world.state(
            "ControlPerformed",
            actor=BEATRIX.desk,
            activity="vendor_assessment",
            system=system,
            outcome="passed",
        )
        yield days(1)
