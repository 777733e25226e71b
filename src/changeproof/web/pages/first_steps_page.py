"""From an empty instance to the first judged change: what is done, and what to do next."""

from dataclasses import dataclass

from changeproof.web.states import State


@dataclass(frozen=True)
class Step:
    """One thing to do, as the record has it.

    `url` and `act` are the link for whoever may do it here, or to what there is to see;
    `may_not` says who does it, where the reader may not.
    """

    name: str
    title: str
    state: State
    found: str
    url: str = ""
    act: str = ""
    may_not: str = ""

    @property
    def is_done(self) -> bool:
        return self.state.kind == "met"


@dataclass(frozen=True)
class FirstStepsPage:
    """`first_steps.html`."""

    steps: tuple[Step, ...]
    server: str  # "http://127.0.0.1:8000"
    data: str  # the words after `--data`, as the operator would type them; may be empty

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def show_sources(self) -> bool:
        """The ways to connect, as long as nothing is."""
        return any(step.name == "source" and not step.is_done for step in self.steps)
