"""May this go there now? The answer is 200 either way; only `answer` says which."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.asking import caller
from changeproof.api.commands import GateIn
from changeproof.api.shapes import GateOut
from changeproof.events.refusal import Refusal
from changeproof.gate.asking import answer_json, ask
from changeproof.ledger.service import ledger

router = Router(tags=["gate"], auth=api_doors(Permission.GATE_ASK, somewhere=True))


@router.post("/gate", response=GateOut, summary="May this content go to that environment now?")
def post_gate(request: HttpRequest, body: GateIn) -> dict[str, Any]:
    """Allow, or deny with every reason and its cure, from the same checks that judge changes."""
    if body.revision is None and body.artifact is None:
        raise Refusal(
            "The gate was not asked.",
            where="revision, artifact",
            why="neither was named",
            cure="Name one of them.",
        )
    asking = caller(request)
    answer = ask(
        ledger(),
        actor=asking.account,
        systems=asking.systems(Permission.GATE_ASK),
        **body.model_dump(),
    )
    return answer_json(answer)
