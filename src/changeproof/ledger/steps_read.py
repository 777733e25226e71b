"""How far the steps of a change came: pure, from what people reported."""

from collections.abc import Iterable
from dataclasses import dataclass

from changeproof.ledger.steps import StepAct, StepPlan
from changeproof.ledger.store import Store

WAITS = "waits"
REPORTS = ("done", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class StepStanding:
    """One step: waits, done, failed or skipped, as last reported; `acts` are all, in order."""

    number: int
    outcome: str
    acts: tuple[StepAct, ...] = ()


@dataclass(frozen=True, slots=True)
class StepsStanding:
    """All steps of a change. `failed` is the one that waits for go on or back out, 0 for none;
    `current` the one that comes next, 0 for none."""

    plan: StepPlan
    steps: tuple[StepStanding, ...]
    current: int
    failed: int
    backs_out: bool

    @property
    def is_begun(self) -> bool:
        return any(each.acts for each in self.steps)


def steps_of(store: Store, change: str) -> StepsStanding | None:
    """None where nobody planned steps; two queries."""
    plans = store.by(StepPlan, "change_name", [change])
    if not plans:
        return None
    return standing(plans[0], store.by(StepAct, "change_name", [change]))


def standing(plan: StepPlan, acts: Iterable[StepAct]) -> StepsStanding:
    """The latest report of a step stands; what belongs to a former plan says nothing of this."""
    own = sorted(
        (each for each in acts if each.text == plan.text),
        key=lambda each: (each.stated_at, each.event),
    )
    steps = []
    for number in range(1, plan.steps + 1):
        said = tuple(each for each in own if each.step == number)
        reported = [each.outcome for each in said if each.outcome in REPORTS]
        steps.append(StepStanding(number, reported[-1] if reported else WAITS, said))
    last = {each.number: each.acts[-1].outcome for each in steps if each.acts}
    failed = next((number for number, outcome in last.items() if outcome == "failed"), 0)
    backs_out = "back_out" in last.values()
    waiting = [each.number for each in steps if each.outcome == WAITS]
    current = 0 if failed or backs_out or not waiting else waiting[0]
    return StepsStanding(plan, tuple(steps), current, failed, backs_out)
