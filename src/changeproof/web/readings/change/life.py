"""The life of a change: every act and observation on record, as moments of a timeline."""

from collections.abc import Iterator

from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.life_at_desk import at_desk
from changeproof.web.readings.change.life_at_forge import of_commit, of_pull
from changeproof.web.readings.change.life_at_gate import at_gate, told_of
from changeproof.web.readings.change.life_before import before
from changeproof.web.readings.change.life_in_production import (
    of_acts,
    of_deployments,
    of_tests,
    seen_running,
)
from changeproof.web.readings.change.teller import Teller


def moments(teller: Teller) -> Iterator[Moment]:
    """All of them, in no order."""
    yield from before(teller)
    yield from at_desk(teller)
    for work in teller.evidence.works:
        yield from of_pull(teller, work) if work.is_pull else of_commit(teller, work)
    yield from of_tests(teller)
    yield from of_deployments(teller)
    yield from of_acts(teller)
    yield from seen_running(teller)
    yield from at_gate(teller)
    yield from told_of(teller)
