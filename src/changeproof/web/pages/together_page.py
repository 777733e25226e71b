"""Several decisions with one click: what would be done to each, and what is refused and why."""

from dataclasses import dataclass

from changeproof.web.pages.change_page import Fact


@dataclass(frozen=True)
class Planned:
    """One change: what would be recorded, or why it would not."""

    change: str
    title: str
    system: str
    url: str  # where it is decided alone
    seen: str = ""  # the digest that goes back; empty where it is refused
    sealed: tuple[Fact, ...] = ()
    promise: str = ""
    why: str = ""  # refused: why
    cure: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one: an entry, or the refusal in words."""

    planned: Planned
    entry: int | None = None
    why: str = ""
    cure: str = ""


@dataclass(frozen=True)
class TogetherPage:
    """`together.html`."""

    act: str
    heading: str
    button: str
    planned: tuple[Planned, ...]
    form: str  # the number of this form: what it asks for is recorded once
    reason_is_needed: bool
    outcomes: tuple[Outcome, ...] = ()
    is_of_changes: bool = True  # else each leads to its own address

    @property
    def lawful(self) -> tuple[Planned, ...]:
        return tuple(each for each in self.planned if not each.why)

    @property
    def refused(self) -> tuple[Planned, ...]:
        return tuple(each for each in self.planned if each.why)

    @property
    def recorded(self) -> int:
        return sum(each.entry is not None for each in self.outcomes)
