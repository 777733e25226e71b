"""The questions that a change raises, and their answers."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.asking import one_view
from changeproof.api.changes import named
from changeproof.api.commands import Command, Listed, Name, Text
from changeproof.events.assessments import Topic
from changeproof.ledger.assessments import Attachment
from changeproof.ledger.service import ledger, now
from changeproof.workflow.assessing import Answer, AssessChange, assess
from changeproof.workflow.attaching import AttachFile, attach, refuse_size
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.questions import TOPICS, answers_digest, questions_on

router = Router(tags=["desk"])


class AnswerIn(Command):
    """A no, and "not affected", need a reason."""

    topic: Topic
    answer: Literal["addressed", "not_affected", "rejected"]
    items: Listed = ()
    reason: Text | None = None


class AssessmentIn(Command):
    """`seen` is the digest that came with the questions: 409 if somebody answered since."""

    change: Name
    answers: Annotated[tuple[AnswerIn, ...], Field(min_length=1, max_length=len(TOPICS))]
    seen: Name | None = None


class QuestionOut(Schema):
    """`because` is empty where a topic is only offered."""

    topic: str
    because: str
    answer: str | None
    items: list[str]
    answered_by: str | None
    answered_at: int | None


class QuestionsOut(Schema):
    change: str
    seen: str
    questions: list[QuestionOut]


@router.get(
    "/questions/{path:change}",
    response=QuestionsOut,
    auth=api_doors(Permission.CHANGE_READ, somewhere=True),
)
def get_questions(request: HttpRequest, change: str) -> QuestionsOut:
    """The questions that a change raises, those that are asked first."""
    opened = ledger()
    name = named(request, opened, change)
    questions = questions_on(opened.store, name, now())
    return QuestionsOut(
        change=name,
        seen=answers_digest(questions),
        questions=[
            QuestionOut(
                topic=one.topic,
                because=one.because,
                answer=one.given.answer if one.given else None,
                items=[each for each in (one.given.items if one.given else "").split(",") if each],
                answered_by=one.given.account if one.given else None,
                answered_at=one.given.assessed_at if one.given else None,
            )
            for one in questions
        ],
    )


@router.post(
    "/assessments",
    response=CREATED,
    auth=api_doors(Permission.CHANGE_ASSESS, somewhere=True),
)
def post_assessment(request: HttpRequest, body: AssessmentIn) -> Status[DoneOut]:
    """Answer questions about a change."""
    answers = tuple(Answer(**each.model_dump()) for each in body.answers)
    command = AssessChange(body.change, answers, body.seen)
    return recorded(request, assess, command)


class FileOut(Schema):
    """A file beside a change; `digest` is that of its bytes. A name that is no longer kept is
    null."""

    digest: str
    name: str | None
    media_type: str
    size: int
    account: str | None
    attached_at: int | None


@router.get(
    "/attachments/{path:change}",
    response=list[FileOut],
    auth=api_doors(Permission.CHANGE_READ, somewhere=True),
)
@one_view
def list_attachments(request: HttpRequest, change: str) -> list[FileOut]:
    """The files beside a change, the oldest first."""
    opened = ledger()
    rows = opened.store.by(Attachment, "change_name", [named(request, opened, change)])
    names = opened.texts({row.name for row in rows})
    return [
        FileOut(
            digest=row.digest,
            name=names.get(row.name),
            media_type=row.media_type,
            size=row.size,
            account=row.account,
            attached_at=row.attached_at,
        )
        for row in sorted(rows, key=lambda row: (row.stated_at, row.event))
    ]


@router.get(
    "/attached/{digest}/{path:change}",
    auth=api_doors(Permission.CHANGE_READ, somewhere=True),
    openapi_extra={
        "responses": {
            200: {
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                }
            }
        }
    },
)
@one_view
def get_attachment(request: HttpRequest, digest: str, change: str) -> HttpResponse:
    """A file's bytes, to be kept and never to be shown in place; its type stands in the list."""
    opened = ledger()
    name = named(request, opened, change)
    rows = opened.store.by(Attachment, "change_name", [name])
    row = next((each for each in rows if each.digest == digest), None)
    body = None if row is None else opened.log.content(digest)
    if row is None or body is None:
        raise UnknownName(
            "The file was not found.",
            where=digest[:64],
            why="no file with this digest is kept beside this change",
            cure=f"List them: GET /api/attachments/{name}",
        )
    response = HttpResponse(body, content_type="application/octet-stream")
    called = opened.text(row.name) or f"{digest[:12]}.bin"
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=called) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@router.post(
    "/attachments/{path:change}",
    response=CREATED,
    auth=api_doors(Permission.CHANGE_ASSESS, somewhere=True),
)
def post_attachment(
    request: HttpRequest, change: str, file: Annotated[UploadedFile, File()]
) -> Status[DoneOut]:
    """Keep a file beside a change (multipart, field `file`)."""
    refuse_size(file.size or 0)
    command = AttachFile(change, file.name or "", file.read())
    return recorded(request, attach, command)
