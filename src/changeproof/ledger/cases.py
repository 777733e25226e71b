"""A case's life after it was opened, as rows: owner, words, searches, the deviation register."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.cases import (
    CaseCommented,
    CaseExtended,
    CaseReopened,
    CaseTaken,
    DeviationExplained,
    LikeSearched,
    RevertAwaited,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("case_subject", key=("case_id", "subject"), rule="earliest", indexes=("subject",))
@dataclass(frozen=True, slots=True)
class CaseSubject(Row):
    """A further subject with the cause of a case; the first stands in `case_file`."""

    case_id: str
    subject: str
    check_id: str
    stated_at: int
    event: str


@table("case_reopening", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class CaseReopening(Row):
    """It came back."""

    case_id: str
    subject: str
    check_id: str
    reopened_at: int
    stated_at: int
    event: str


@table("case_owner", key=("case_id",))
@dataclass(frozen=True, slots=True)
class CaseOwner(Row):
    """Who sees to it, until when, and who said so."""

    case_id: str
    owner: str
    due_at: int
    account: str | None
    stated_at: int
    event: str


@table("case_comment", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class CaseComment(Row):
    """What somebody said of it."""

    case_id: str
    account: str | None
    text: str
    stated_at: int
    event: str


@table("case_revert", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class CaseRevert(Row):
    """A revert was announced; its deployment is watched for."""

    case_id: str
    account: str | None
    reason: str
    awaited_at: int
    stated_at: int
    event: str


@table("like_search", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class LikeSearch(Row):
    """A search for the like of a deviation: over how many subjects, with how many hits."""

    case_id: str
    query: str
    checks: str
    system: str | None
    population: int
    hits: int
    found: str
    account: str | None
    searched_at: int
    stated_at: int
    event: str


@table("deviation_account", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class DeviationAccount(Row):
    """What the company says of a deviation; the latest stands, nothing is erased."""

    case_id: str
    cause: str
    extent: str
    because: str
    exposure: str | None
    effect: str | None
    control: str | None
    control_test: str | None
    response: str | None
    account: str | None
    stated_at: int
    event: str


@projects(CaseExtended)
def subject_rows(event: CaseExtended, event_id: str) -> Iterator[Row]:
    for subject in event.subjects:
        yield CaseSubject(event.case, subject, event.check, moment(event), event_id)


@projects(CaseReopened)
def reopening_row(event: CaseReopened, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseReopening(event.case, event.subject, event.check, at, at, event_id)


@projects(CaseTaken)
def owner_row(event: CaseTaken, event_id: str) -> Iterator[Row]:
    yield CaseOwner(event.case, event.owner, event.due_at, event.actor, moment(event), event_id)


@projects(CaseCommented)
def comment_row(event: CaseCommented, event_id: str) -> Iterator[Row]:
    yield CaseComment(event.case, event.actor, event.text, moment(event), event_id)


@projects(RevertAwaited)
def revert_row(event: RevertAwaited, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseRevert(event.case, event.actor, event.reason, at, at, event_id)


@projects(LikeSearched)
def search_row(event: LikeSearched, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield LikeSearch(
        event.case,
        event.query,
        ",".join(event.checks),
        event.system,
        event.population,
        event.hits,
        event.found,
        event.actor,
        at,
        at,
        event_id,
    )


@projects(DeviationExplained)
def account_row(event: DeviationExplained, event_id: str) -> Iterator[Row]:
    yield DeviationAccount(
        event.case,
        event.cause,
        event.extent,
        event.because,
        event.exposure,
        event.effect,
        event.control,
        event.control_test,
        event.response,
        event.actor,
        moment(event),
        event_id,
    )
