"""A ledger knows when what it remembers of the evidence is no longer so."""

from contextlib import suppress

from changeproof.events.requests import IncidentOpened
from changeproof.ledger.instance import Instance
from changeproof.ledger.service import Ledger


def opened(name: str) -> IncidentOpened:
    return IncidentOpened(source="test", delivery=name, occurred_at=1, incident=name)


def test_a_batch_undone_from_outside_is_not_taken_for_another_of_its_size(
    instance: Instance,
) -> None:
    here, other = Ledger(instance), Ledger(instance)
    remembered = None
    with suppress(ZeroDivisionError), here.database.transaction():
        here.record_events([opened("undone")], collector="test")
        remembered = here.context_version
        raise ZeroDivisionError
    other.record_events([opened("kept")], collector="test")
    assert here.context_version != remembered
