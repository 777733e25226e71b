"""Every event leaves a row, so that nothing in the log is without effect."""

from changeproof.events.vocabulary import EVENT_TYPES
from changeproof.ledger import evidence  # noqa: F401 - registers every projector
from changeproof.ledger.projection import projected_types
from tests.support.small_company import small_history


def test_every_type_of_event_is_projected() -> None:
    assert set(EVENT_TYPES.values()) - projected_types() == set()


def test_the_small_company_has_an_event_of_every_type() -> None:
    told = {type(event) for event in small_history().events}
    assert set(EVENT_TYPES.values()) - told == set()
