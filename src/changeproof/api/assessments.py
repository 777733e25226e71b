"""The questions that a change raises, and their answers."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.api.changes import named
from changeproof.api.commands import Command, Listed, Name, Text
from changeproof.events.assessments import Topic
from changeproof.ledger.service import ledger, now
from changeproof.workflow.assessing import Answer, AssessChange, assess
from changeproof.workflow.attaching import AttachFile, attach, refuse_size
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
