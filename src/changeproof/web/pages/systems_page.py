"""The register of systems: whose each is, where it runs, what it touches and rests on."""

from dataclasses import dataclass

from changeproof.web.counting import count
from changeproof.web.pages.entry_link import EntryLink


@dataclass(frozen=True)
class Environment:
    """Where a system runs, and behind which boundary (an account, a cluster, a network)."""

    name: str
    purpose: str
    boundary: str


@dataclass(frozen=True)
class SystemRow:
    """One system. `changes` are on record of it; without `entry` nobody has described it."""

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
class SystemsPage:
    """`systems.html`."""

    described: tuple[SystemRow, ...]
    not_described: tuple[SystemRow, ...]

    @property
    def sentence(self) -> str:
        """How far the register reaches."""
        if not self.described:
            return "No system has been described yet."
        one = len(self.described) == 1
        text = f"{count(len(self.described), 'system')} {'is' if one else 'are'} described"
        if self.not_described:
            more = len(self.not_described)
            return f"{text}; {more} with changes on record {'is' if more == 1 else 'are'} not."
        return f"{text}, and every change on record is of one of them."
