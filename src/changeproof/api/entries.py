"""Log entries with what proves that they are in the log."""

import base64
import json
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.shapes import EntryOut
from changeproof.ledger.service import ledger
from changeproof.log.checkpoints import parse_checkpoint
from changeproof.log.tree import leaf_hash

router = Router(tags=["log"], auth=api_doors(Permission.LOG_READ))

# The text of a signed note ends before its first empty line (C2SP signed-note).
_NOTE_TEXT_ENDS = "\n\n"


@router.get("/log/entries/{position}", response=EntryOut, summary="An entry and its proof")
def get_entry(
    request: HttpRequest,  # noqa: ARG001
    position: Annotated[int, Path(ge=0, le=2**53)],
) -> dict[str, Any]:
    """Check it offline: hash the bytes, follow the proof, compare with the signed root."""
    log = ledger().log
    checkpoint = log.checkpoint()
    size = parse_checkpoint(checkpoint.partition(_NOTE_TEXT_ENDS)[0] + "\n").size
    entry = log.entry(position) if position < size else None
    if entry is None:
        raise Http404
    return {
        "position": position,
        "event_id": entry.event_id,
        "entry": json.loads(entry.entry),
        "encoded": _base64(entry.entry),
        "leaf_hash": _base64(leaf_hash(entry.entry)),
        "proof": [_base64(each) for each in log.inclusion_proof(position, size)],
        "tree_size": size,
        "checkpoint": checkpoint,
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
