"""The history of findings, out of the judgements on record: when which became what."""

import json
from collections.abc import Iterable

from changeproof.ledger.judgements import Judgement
from changeproof.web.pages.became import Became
from changeproof.web.readings.entries import Links, linked
from changeproof.web.states import state


def histories(judgements: Iterable[Judgement], links: Links) -> dict[str, tuple[Became, ...]]:
    """By check, oldest first; `judgements` are those on one subject, in that order.

    A judgement names the checks whose verdict or basis differs from before.
    """
    found: dict[str, list[Became]] = {}
    for judgement in judgements:
        entry = next(iter(linked(links, [judgement.event])), None)
        for check, said in json.loads(judgement.verdicts).items():
            verdict, _, basis = said.partition("/")
            step = Became(
                state(verdict, basis=basis or "direct"),
                judgement.judged_at,
                judgement.policy_version,
                entry,
            )
            steps = found.setdefault(check, [])
            # What is judged anew out of the log says again what it said before.
            if not steps or (steps[-1].state, steps[-1].policy_version) != (
                step.state,
                step.policy_version,
            ):
                steps.append(step)
    return {check: tuple(steps) for check, steps in found.items()}
