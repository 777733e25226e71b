"""Who is told of what: channels and routes, and the event that says who wanted it so, as one."""

import json
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.alerts import dead_letters
from changeproof.alerts.channels import add_channel, channel_named
from changeproof.alerts.hours import OnCall
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
_LONGEST_WAIT = 7 * 24 * 60
"""Minutes in which somebody is to acknowledge."""


@dataclass(frozen=True, slots=True)
class AddChannel:
    """Tell an address; without a name it is called by its kind."""

    kind: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SetRoute:
    """What a channel is told, in place of the route of that name; empty takes everything.

    Outside `hours` the channel `otherwise` is told, or the route `next_route` in its place; where
    nobody acknowledged within so many minutes (0: nobody is asked to), that route is told as well.
    """

    name: str
    channel: str
    rhythm: str = "at_once"
    is_default: bool = False
    systems: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    hours: OnCall | None = None
    otherwise: str = ""
    next_route: str = ""
    acknowledge_within: int = 0


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
        otherwise = channel_named(command.otherwise) if command.otherwise else None
        following = _examine(command)
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
                "hours": command.hours.as_data() if command.hours else None,
                "otherwise": otherwise,
                "next_route": following,
                "acknowledge_within": command.acknowledge_within,
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
            "hours": each.hours,
            "otherwise": each.otherwise.name if each.otherwise else None,
            "next_route": each.next_route.name if each.next_route else None,
            "acknowledge_within": each.acknowledge_within,
        }
        for each in Route.objects.select_related("channel", "otherwise", "next_route").order_by(
            "name"
        )
    ]
    told = {"channels": channels, "routes": routes}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    digest = act.keep("routing", text, longest=1_000_000)
    event = AlertsRouted(**act.header, routing=digest or "")
    return act.record("", event)


def _examine(command: SetRoute) -> Route | None:
    """The route that is told next, if one is named. Raises Refusal for what makes no sense."""
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
    return _examine_turns(command, name)


def _examine_turns(command: SetRoute, name: str) -> Route | None:
    if not 0 <= command.acknowledge_within <= _LONGEST_WAIT:
        why = f"it is no number of minutes from 0 to {_LONGEST_WAIT:,}"
        raise _refused("acknowledge_within", why, "Write minutes, as 15; 0 asks nobody.")
    timed = command.hours is not None or command.acknowledge_within > 0
    if timed and command.rhythm != "at_once":
        why = "a digest waits for its morning: neither hours nor acknowledgement fit it"
        raise _refused("rhythm", why, "Choose at_once, or leave these out.")
    if command.hours is not None and not (command.otherwise or command.next_route):
        why = "nobody would be told outside its hours"
        cure = "Name another channel for that time, or the next route."
        raise _refused("otherwise", why, cure)
    if not command.next_route:
        return None
    found = Route.objects.filter(name=command.next_route.strip()).first()
    if found is None or found.name == name:
        why = "it is this route itself" if found else "no route is called so"
        raise _refused("next_route", why, "Choose another one of the list.")
    return found


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
