"""Documents: written, put in force, acknowledged, looked at again; the acts of their pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.readers import obliged_to_read
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands, shapes
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import DEFAULT_LIMIT, After, Limit, caller, cut, one_view
from changeproof.ledger.documents_read import StandingDocument, documents_at
from changeproof.ledger.service import ledger, now
from changeproof.workflow.documents import (
    Acknowledge,
    PutInForce,
    ReviewDocument,
    WriteVersion,
    acknowledge,
    put_in_force,
    review_document,
    write_version,
)

router = Router(tags=["documents"])
_READ = api_doors(Permission.CHANGE_READ, somewhere=True)
_WRITE = api_doors(Permission.CHANGE_REQUEST, somewhere=True)
_SAY = api_doors(Permission.POLICY_ACKNOWLEDGE, somewhere=True)
_REVIEW = api_doors(Permission.REVIEW_HOLD, somewhere=True)


@router.get("/documents", response=shapes.DocumentsPage, auth=_READ)
@one_view
def list_documents(
    request: HttpRequest, *, after: After = "", limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """Each with its versions and who is to acknowledge the one in force, by name."""
    systems, moment = caller(request).systems(Permission.CHANGE_READ), now()
    rows = [
        each
        for each in documents_at(ledger().store, moment)
        if each.name > after and (systems is None or each.shown.system in systems)
    ]
    page, more = cut(rows[: limit + 1], limit)
    return {
        "items": [_out(each, moment) for each in page],
        "next": page[-1].name if more else None,
    }


@router.post("/document-versions", response=CREATED, auth=_WRITE)
def post_document_version(
    request: HttpRequest, body: commands.DocumentVersionIn
) -> Status[DoneOut]:
    """Write a version: a request for a change of kind procedure, whose number is given here."""
    return recorded(request, write_version, WriteVersion(**body.model_dump()))


@router.post("/document-beginnings", response=CREATED, auth=_WRITE)
def post_document_beginning(request: HttpRequest, body: commands.DocumentIn) -> Status[DoneOut]:
    """Put a version in force that somebody else approved."""
    return recorded(request, put_in_force, PutInForce(body.document, body.version))


@router.post("/document-acknowledgements", response=CREATED, auth=_SAY)
def post_acknowledgement(request: HttpRequest, body: commands.DocumentIn) -> Status[DoneOut]:
    """Say that the caller read the version in force and agrees."""
    return recorded(request, acknowledge, Acknowledge(body.document, body.version))


@router.post("/document-reviews", response=CREATED, auth=_REVIEW)
def post_document_review(request: HttpRequest, body: commands.DocumentReviewIn) -> Status[DoneOut]:
    """Say what came of looking at the version in force again."""
    return recorded(request, review_document, ReviewDocument(**body.model_dump()))


def _out(document: StandingDocument, moment: int) -> shapes.DocumentOut:
    held = document.in_force
    return shapes.DocumentOut(
        document=document.name,
        title=document.shown.title,
        kind=document.shown.kind,
        system=document.shown.system,
        in_force=held.document_version if held else None,
        in_force_from=document.in_force_from if held else None,
        review_due=document.review_due,
        readers=[
            shapes.ReaderOut(
                account=each.account,
                due_at=each.due_at,
                acknowledged_at=each.acknowledged_at,
            )
            for each in obliged_to_read(ledger().store, document, moment)
        ],
        versions=[
            shapes.DocumentVersionOut(
                version=each.document_version,
                change=each.change_name,
                text=each.text,
                written_by=each.account,
            )
            for each in document.versions
        ],
    )
