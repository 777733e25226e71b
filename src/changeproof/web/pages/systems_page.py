"""The register of systems: whose each is, where it runs, what it touches and rests on."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.web.charts.systems_map import SystemsMap
from changeproof.web.counting import thousands
from changeproof.web.pages.entry_link import EntryLink


@dataclass(frozen=True)
class Environment:
    """Where a system runs, and behind which boundary (an account, a cluster, a network)."""

    name: str
    purpose: str
    boundary: str


@dataclass(frozen=True)
class SystemRow:
    """One system. `changes` are on record of it; without `entry` nobody has described it, and
    what stands here is what sources told."""

    system: str
    owner: str  # an account
    in_scope: bool
    environments: tuple[Environment, ...]
    data_classes: tuple[str, ...]
    objectives: tuple[str, ...]
    categories: tuple[str, ...]
    depends_on: tuple[str, ...]
    dependents: tuple[str, ...]
    changes: int
    entry: EntryLink | None = None


@dataclass(frozen=True)
class Deployer:
    """Who deployed there ("": nobody is named), and how often."""

    account: str
    deployments: int


@dataclass(frozen=True)
class MapRow:
    """Who deploys a system to one environment, through which sources, and when last."""

    system: str
    environment: str
    deployers: tuple[Deployer, ...]  # who deployed most stands first
    more: int  # further ones that are not named
    sources: tuple[str, ...]
    deployments: int
    last_at: int | None


@dataclass(frozen=True)
class RestingRow:
    """A system, one that it rests on, and by what way: `shop, payments, ledger`."""

    system: str
    rests_on: str
    way: tuple[str, ...]


@dataclass(frozen=True)
class SystemsPage:
    """`systems.html`."""

    described: tuple[SystemRow, ...]
    not_described: tuple[SystemRow, ...]
    map: tuple[MapRow, ...] = ()
    picture: SystemsMap | None = None
    resting: tuple[RestingRow, ...] = ()
    more_resting: int = 0
    may_describe: bool = False
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """How far the register reaches."""
        if not self.described:
            return gettext("No system has been described yet.")
        text = ngettext(
            "%(number)s system is described",
            "%(number)s systems are described",
            len(self.described),
        ) % {"number": thousands(len(self.described))}
        if self.not_described:
            more = len(self.not_described)
            return ngettext(
                "%(text)s; %(more)s that sources tell of is not.",
                "%(text)s; %(more)s that sources tell of are not.",
                more,
            ) % {"text": text, "more": more}
        return gettext("%(text)s, and sources tell of no other.") % {"text": text}
