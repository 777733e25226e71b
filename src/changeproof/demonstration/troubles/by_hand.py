"""Acts on production without a deployment: a console, a flag, a correction by SQL."""

import hashlib

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import hours, minutes
from changeproof.demonstration.routine.desk import change_number
from changeproof.demonstration.routine.pull_requests import office
from changeproof.demonstration.staff import ELSA, JOOST, MIRELA, OWEN, TOBIAS
from changeproof.demonstration.world import Script


def console_change(repository: Repository) -> Script:
    """Somebody widens a firewall rule in the cloud console; nobody asked for it."""
    world = repository.world
    name = f"console:{world.uuid()}"
    world.state(
        "ProductionActed",
        actor=OWEN.user.account,
        act=name,
        system=repository.system.key,
        environment="production",
        kind="infrastructure",
        item="security-group/ingress",
        before_digest=_digest("10.0.0.0/8"),
        after_digest=_digest("0.0.0.0/0"),
    )
    world.expect(
        "changed in the console",
        f"act:{name}",
        authorization="deviation",
        unauthorized_deployment="raised",
    )
    yield minutes(1)


def flag_as_authorized(repository: Repository) -> Script:
    """A feature flag, set to what was authorized, by somebody who did not ask for it."""
    world = repository.world
    change = change_number(world)
    world.act(
        ELSA.desk,
        "request",
        change,
        system=repository.system.key,
        change_kind="software",
        risk="medium",
        title="Show the new delivery windows to everybody",
        reason="Tried for two weeks with one customer in ten.",
        back_out="Turn the flag off.",
    )
    yield office(world, hours(3))
    world.act(TOBIAS.desk, "authorize", change, reason="The trial went well.")
    yield minutes(12)
    world.state(
        "ChangeAssessed", actor=JOOST.desk, change=change, topic="acceptance", answer="addressed"
    )
    before, after = _digest("10 %"), _digest("100 %")
    world.state(
        "ItemAuthorized",
        actor=TOBIAS.desk,
        change=change,
        system=repository.system.key,
        environment="production",
        item="flags/delivery-windows",
        before_digest=before,
        after_digest=after,
    )
    yield office(world, hours(2))
    world.act(JOOST.desk, "approve", change, reason="As tried.")
    yield minutes(20)
    world.state(
        "ProductionActed",
        actor=OWEN.user.account,
        act=f"flag:{world.uuid()}",
        system=repository.system.key,
        environment="production",
        kind="software",
        item="flags/delivery-windows",
        before_digest=before,
        after_digest=after,
        change=change,
    )
    yield office(world, hours(20))
    world.act(ELSA.desk, "close", change, outcome="implemented")


def correction_beyond_its_limit(repository: Repository) -> Script:
    """A correction by SQL that touched more rows than were authorized."""
    world = repository.world
    change = change_number(world)
    world.act(
        MIRELA.desk,
        "request",
        change,
        system=repository.system.key,
        change_kind="data",
        risk="medium",
        title="Correct the customer number on 14 invoices",
        reason="Typed over from the old system.",
        back_out="Restore the rows kept beside.",
    )
    yield office(world, hours(2))
    world.act(TOBIAS.desk, "authorize", change, reason="Listed and checked.")
    script = _digest("UPDATE invoice")
    world.state(
        "ItemAuthorized",
        actor=TOBIAS.desk,
        change=change,
        system=repository.system.key,
        environment="production",
        item="invoice",
        executed_digest=script,
        most_rows=14,
    )
    yield office(world, hours(1))
    world.act(JOOST.desk, "approve", change, reason="Went through the script.")
    for moment in ("before", "after"):
        world.state(
            "TotalsRecorded",
            actor=MIRELA.desk,
            change=change,
            measure="invoices",
            moment=moment,
            value="182,551.20",
        )
    yield minutes(15)
    world.state(
        "ProductionActed",
        actor=MIRELA.user.account,
        act=f"sql:{world.uuid()}",
        system=repository.system.key,
        environment="production",
        kind="data",
        item="invoice",
        executed_digest=script,
        row_count=41,
        change=change,
    )
    world.expect("more rows than authorized", change, configuration="deviation")


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
