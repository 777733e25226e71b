"""Who is told of what: pure, so that a page can say it before anything happens."""

from collections.abc import Iterable
from dataclasses import dataclass

from changeproof.alerts.notices import Kind, Notice, Rhythm


@dataclass(frozen=True, slots=True)
class Rule:
    """One route. An empty tuple takes everything; a check may be named by its folder
    (`signs/`). A default route takes what no other route takes, findings left out."""

    channel: int
    rhythm: Rhythm = "at_once"
    is_default: bool = False
    systems: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()

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


def destinations(notice: Notice, rules: Iterable[Rule]) -> set[tuple[int, Rhythm]]:
    """The channels that are told, and how; each once."""
    taking = [rule for rule in rules if rule.takes(notice)]
    chosen = [rule for rule in taking if not rule.is_default] or taking
    return {(rule.channel, rule.rhythm) for rule in chosen}


def _among(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def _names(wanted: str, check: str) -> bool:
    return check.startswith(wanted) if wanted.endswith("/") else check == wanted
