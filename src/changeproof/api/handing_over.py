"""What a pipeline needs of a change that may go live."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller, one_view
from changeproof.api.changes import named
from changeproof.ledger.joined import Change
from changeproof.ledger.service import ledger
from changeproof.workflow.handing_over import ENVIRONMENT, pieces_to_hand_over, snippets_of

router = Router(tags=["gate"], auth=api_doors(Permission.GATE_ASK, somewhere=True))


class PieceOut(Schema):
    """`snippets` by pipeline: what goes into its file. `artifact` is null where nobody told of a
    build."""

    work: str
    revision: str
    artifact: str | None
    snippets: dict[str, str]


class HandOffOut(Schema):
    """One piece a pipeline; the gate is asked for each by its own content."""

    change: str
    system: str
    environment: str
    pieces: list[PieceOut]


@router.get(
    "/hand-offs/{path:change}", response=HandOffOut, summary="What its pipelines need of a change"
)
@one_view
def get_hand_off(request: HttpRequest, change: str) -> dict[str, Any]:
    """Of one that is authorized and approved and not in production; else 422, with what it waits
    for."""
    store = ledger().store
    name = named(request, ledger(), change)
    system = store.by(Change, "change_id", [name])[0].system
    caller(request).require(Permission.GATE_ASK, system)
    server = f"{request.scheme}://{request.get_host()}"
    return {
        "change": name,
        "system": system,
        "environment": ENVIRONMENT,
        "pieces": [
            {
                "work": each.work,
                "revision": each.revision,
                "artifact": each.artifact,
                "snippets": dict(snippets_of(name, system, server, each)),
            }
            for each in pieces_to_hand_over(store, name)
        ],
    }
