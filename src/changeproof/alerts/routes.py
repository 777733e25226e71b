"""Who is told of what: pure, so that a page can say it before anything happens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from changeproof.alerts.hours import OnCall
from changeproof.alerts.notices import Kind, Notice, Rhythm


@dataclass(frozen=True, slots=True)
class Rule:
    """One route. An empty tuple takes everything; a check may be named by its folder
    (`signs/`). A default route takes what no other route takes, findings left out.

    Outside `hours` the channel `otherwise` is told, or the route `then` in its place. Where nobody
    acknowledged `within` (microseconds; 0: nobody is asked to), the route `then` is told as well.
    """

    channel: int
    rhythm: Rhythm = "at_once"
    is_default: bool = False
    systems: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    key: int = 0
    hours: OnCall | None = None
    otherwise: int | None = None
    then: int | None = None
    within: int = 0

    def takes(self, notice: Notice) -> bool:
        """Whether this route asks for it, as if it were the only one."""
        if self.is_default:
            return notice.kind != "finding"
        return (
            _among(notice.system, self.systems)
            and _among(notice.severity, self.severities)
            and _among(notice.kind, self.kinds)
            and (not self.checks or any(_names(each, notice.check) for each in self.checks))
        )

    def is_on_call(self, moment: int) -> bool:
        """Whether its people are, at this time in UTC microseconds."""
        return self.hours is None or self.hours.covers(moment)


@dataclass(frozen=True, slots=True)
class Turn:
    """A channel that is told now, how, and the route that answers for it."""

    channel: int
    rhythm: Rhythm
    route: int
    within: int


def destinations(notice: Notice, rules: Iterable[Rule], moment: int = 0) -> set[tuple[int, Rhythm]]:
    """The channels that are told, and how; each once."""
    return {(turn.channel, turn.rhythm) for turn in turns(notice, rules, moment)}


def turns(notice: Notice, rules: Iterable[Rule], moment: int) -> set[Turn]:
    """Whose turn it is at this time, in UTC microseconds."""
    listed = list(rules)
    known = {rule.key: rule for rule in listed}
    taking = [rule for rule in listed if rule.takes(notice)]
    chosen = [rule for rule in taking if not rule.is_default] or taking
    return {turn_of(rule, known, moment) for rule in chosen}


def turn_of(rule: Rule, known: Mapping[int, Rule], moment: int) -> Turn:
    """Whose turn it is when this route takes something. Where nobody is on call anywhere its own
    channel is told all the same: nothing is lost by the hour."""
    passed: set[int] = set()
    at = rule
    while not at.is_on_call(moment):
        if at.otherwise is not None:
            return Turn(at.otherwise, rule.rhythm, at.key, at.within)
        passed.add(at.key)
        following = known.get(at.then) if at.then is not None else None
        if following is None or following.key in passed:
            return Turn(rule.channel, rule.rhythm, rule.key, rule.within)
        at = following
    return Turn(at.channel, rule.rhythm, at.key, at.within)


def next_turn(
    route: int, tried: Collection[int], known: Mapping[int, Rule], moment: int
) -> Turn | None:
    """Who is told because nobody acknowledged what `route` told; None where it names no other, or
    all of them were told before."""
    rule = known.get(route)
    following = known.get(rule.then) if rule is not None and rule.then is not None else None
    if following is None:
        return None
    turn = turn_of(following, known, moment)
    return None if turn.route in {route, *tried} else turn


def _among(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def _names(wanted: str, check: str) -> bool:
    return check.startswith(wanted) if wanted.endswith("/") else check == wanted
