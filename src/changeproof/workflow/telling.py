"""Who is told of what: channels and routes, and the event that says who wanted it so, as one."""

import json
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.alerts import dead_letters
from changeproof.alerts.channels import add_channel, channel_named
from changeproof.alerts.models import Channel, Route
from changeproof.alerts.notices import ROUTED, SEVERITIES, Kind, Rhythm
from changeproof.alerts.outbox import enqueue_test
from changeproof.alerts.persons import pass_on
from changeproof.checks.loader import load_checks
from changeproof.events.connections import AlertsRouted
from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.ledger.service import Ledger
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission

MANAGING = Permission.ALERT_MANAGE
RHYTHMS: tuple[Rhythm, ...] = ("at_once", "daily", "weekly")
_LONGEST = 200
_MOST = 100


@dataclass(frozen=True, slots=True)
class AddChannel:
    """Tell an address; without a name it is called by its kind."""

    kind: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SetRoute:
    """What a channel is told, in place of the route of that name; empty takes everything."""

    name: str
    channel: str
    rhythm: str = "at_once"
    is_default: bool = False
    systems: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def connect_channel(ledger: Ledger, actor: str, command: AddChannel) -> Channel:
    """Add a channel, told what no other route takes. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        channel = add_channel(command.kind, command.address, command.name)
        _routed(act)
    return channel


def disconnect_channel(ledger: Ledger, actor: str, name: str) -> Done:
    """Forget a channel, its routes, and what waits for it. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        channel_named(name).delete()
        return _routed(act)


def set_route(ledger: Ledger, actor: str, command: SetRoute) -> Route:
    """Add a route, or replace the one that is called so. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        channel = channel_named(command.channel)
        _examine(command)
        route, _ = Route.objects.update_or_create(
            name=command.name.strip(),
            defaults={
                "channel": channel,
                "rhythm": command.rhythm,
                "is_default": command.is_default,
                "systems": list(command.systems),
                "checks": list(command.checks),
                "severities": list(command.severities),
                "kinds": list(command.kinds),
            },
        )
        _routed(act)
    return route


def remove_route(ledger: Ledger, actor: str, name: str) -> Done:
    """Tell its channel no more of this; what waits already is told. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        gone, _ = Route.objects.filter(name=name).delete()
        if not gone:
            raise _refused(name[:60], "no route is called so", "Choose one of the list.")
        return _routed(act)


def test_channel(ledger: Ledger, actor: str, name: str) -> Channel:
    """Send a test by this channel, within seconds. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        channel = channel_named(name)
        enqueue_test(channel, "Somebody asked for it.", act.at)
    return channel


test_channel.__test__ = False  # type: ignore[attr-defined]  # it tests a channel


def send_again(ledger: Ledger, actor: str, keys: list[int] | None = None) -> int:
    """Try these dead letters again, or all; how many. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        return _some(dead_letters.send_again(act.at, keys))


def let_go(ledger: Ledger, actor: str, keys: list[int]) -> int:
    """Forget these dead letters; how many. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        return _some(dead_letters.let_go(keys))


def passed_on(ledger: Ledger, actor: str, account: str) -> int:
    """Say that a person was given their links by other means; how many. Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        require_permission(ledger, actor, MANAGING, None, act.at)
        return pass_on(ledger, account, actor)


def _routed(act: Act) -> Done:
    """Say how channels and routes stand now: their names and words, no address."""
    channels = [{"name": each.name, "kind": each.kind} for each in Channel.objects.order_by("name")]
    routes = [
        {
            "name": each.name,
            "channel": each.channel.name,
            "default": each.is_default,
            "rhythm": each.rhythm,
            "systems": each.systems,
            "checks": each.checks,
            "severities": each.severities,
            "kinds": each.kinds,
        }
        for each in Route.objects.select_related("channel").order_by("name")
    ]
    told = {"channels": channels, "routes": routes}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    digest = act.keep("routing", text, longest=1_000_000)
    event = AlertsRouted(**act.header, routing=digest or "")
    return act.record("", event)


def _examine(command: SetRoute) -> None:
    name = command.name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise _refused("name", f"it is empty, or has over {_LONGEST} characters", "Write a name.")
    if command.rhythm not in RHYTHMS:
        raise _refused("rhythm", "it is no rhythm that we know", f"Use {', '.join(RHYTHMS)}.")
    if command.is_default and any(
        (command.systems, command.checks, command.severities, command.kinds)
    ):
        why = "a default route takes what no other route takes, whatever that is"
        raise _refused("default", why, "Leave out what narrows it, or that it is one.")
    _among("kinds", command.kinds, ROUTED)
    _among("severities", command.severities, SEVERITIES)
    known = {check.id for check in load_checks().checks}
    folders = {f"{each.rpartition('/')[0]}/" for each in known}
    _among("checks", command.checks, tuple(sorted(known | folders)))
    if len(command.systems) > _MOST or any(len(each) > _LONGEST for each in command.systems):
        raise _refused("systems", f"there are over {_MOST}, or a long one", "Name fewer.")


def _among(field: str, words: tuple[str, ...], known: tuple[Kind, ...] | tuple[str, ...]) -> None:
    strange = [word for word in words if word not in known]
    if strange:
        listed = ", ".join(known[:6]) + (", …" if len(known) > 6 else "")
        raise _refused(field, f"“{strange[0][:40]}” is none that we know", f"Use one of: {listed}")


def _some(count: int) -> int:
    if not count:
        raise Refusal(
            "Nothing was done.",
            where="dead letters",
            why="none of these is there any more",
            cure="Look at the list again.",
        )
    return count


def _refused(field: str, why: str, cure: str) -> Refusal:
    return WrongUsage("The route was not set.", where=field, why=why, cure=cure)
