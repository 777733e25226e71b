"""The background job that makes a pack, done by the watch and begun again after a restart."""

from django_tasks import task

from changeproof.audits.orders import fulfil
from changeproof.ledger.service import ledger


@task()
def make_pack(order: str) -> None:
    """Make the pack of this order."""
    fulfil(ledger(), order)
