"""Every side of the record against its neighbour, and what is left over."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller, moment_of, one_view, systems_asked
from changeproof.api.shapes import ReconciliationOut
from changeproof.ledger.reconciliation.described import reconciliation_json, standing_findings
from changeproof.ledger.reconciliation.reconcile import reconcile
from changeproof.ledger.service import ledger

router = Router(tags=["reconciliation"], auth=api_doors(Permission.CHANGE_READ, somewhere=True))


@router.get("/reconciliation", response=ReconciliationOut, summary="Is the list complete?")
@one_view
def get_reconciliation(
    request: HttpRequest,
    since: Annotated[
        str | None,
        Query(alias="from", max_length=40, description="RFC 3339, or a date for 00:00 UTC"),
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", max_length=40, description="the moment after the last")
    ] = None,
    system: Annotated[str | None, Query(max_length=500)] = None,
) -> dict[str, Any]:
    """Tickets, pull requests, commits, builds, deployments and what runs, of [from, to).

    `reconciled` is true where every leftover has a verdict. Each count comes with its query.
    Retrievals are told to whoever may see every system.
    """
    opened = ledger()
    visible = caller(request).systems(Permission.CHANGE_READ)
    systems = systems_asked(opened, visible, system)
    found = reconcile(
        opened.store,
        standing_findings(opened.store),
        moment_of(since, "from"),
        moment_of(until, "to"),
        systems,
        with_retrievals=visible is None,
    )
    return reconciliation_json(found)
