"""What the product did, as history: verdicts over time, cases, alerts, gate answers, packs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter

from changeproof.events.acts import (
    AlertSent,
    CaseOpened,
    CaseResolved,
    ChangeJudged,
    GateAnswered,
    PackIssued,
)
from changeproof.events.event import canonical
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row, table


@table("judgement", key=("event",))
@dataclass(frozen=True, slots=True)
class Judgement(Row):
    """Verdicts that differed from those before: what we said, and when.

    `verdicts` is canonical JSON, check to `verdict/basis`: one row a judgement, because an
    import of 9,000 changes would otherwise write 150,000 rows of history.
    """

    verdicts: str
    judged_at: int
    policy_version: int
    checks: str
    log_size: int
    stated_at: int
    event: str


@table("judged_subject", key=("subject", "event"))
@dataclass(frozen=True, slots=True)
class JudgedSubject(Row):
    """A subject of which a judgement speaks."""

    subject: str
    stated_at: int
    event: str


@table("case_file", key=("case_id",), rule="earliest", indexes=("subject",))
@dataclass(frozen=True, slots=True)
class CaseFile(Row):
    """Something that somebody must resolve."""

    case_id: str
    subject: str
    check_id: str
    deployed_at: int | None
    opened_at: int
    stated_at: int
    event: str


@table("case_resolution", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class CaseResolution(Row):
    """How it was resolved, by whom; it changes no verdict."""

    case_id: str
    outcome: str
    account: str | None
    reason: str | None
    resolved_at: int
    stated_at: int
    event: str


@table("case_link", key=("case_id", "event"))
@dataclass(frozen=True, slots=True)
class CaseLink(Row):
    """The change that a case was linked to when it ended."""

    case_id: str
    change_name: str
    stated_at: int
    event: str


@table("alert", key=("case_id", "channel", "event"))
@dataclass(frozen=True, slots=True)
class Alert(Row):
    """Somebody was told, or could not be. `account` is the person's, where it went to one."""

    case_id: str
    channel: str
    outcome: str
    account: str | None
    sent_at: int
    stated_at: int
    event: str


@table("gate_answer", key=("event",))
@dataclass(frozen=True, slots=True)
class GateAnswer(Row):
    """What the gate said."""

    answer: str
    environment: str
    system: str | None
    revision: str | None
    artifact: str | None
    account: str | None
    answered_at: int
    stated_at: int
    event: str


@table("pack_issue", key=("event",))
@dataclass(frozen=True, slots=True)
class PackIssue(Row):
    """An evidence pack that was written."""

    period_from: int
    period_until: int
    digest: str
    interim: int
    account: str | None
    issued_at: int
    stated_at: int
    event: str


def judgements_on(store: Store, subject: str) -> list[Judgement]:
    """What was said of a subject over time, oldest first."""
    events = [row.event for row in store.by(JudgedSubject, "subject", [subject])]
    rows = store.by(Judgement, "event", events)
    return sorted(rows, key=attrgetter("stated_at", "event"))


def judgements_on_each(store: Store, subjects: Collection[str]) -> dict[str, list[Judgement]]:
    """The same of many, in two queries; a subject never judged is left out."""
    spoken = store.by(JudgedSubject, "subject", subjects)
    rows = {row.event: row for row in store.by(Judgement, "event", {each.event for each in spoken})}
    found: dict[str, list[Judgement]] = {}
    for each in spoken:
        found.setdefault(each.subject, []).append(rows[each.event])
    for held in found.values():
        held.sort(key=attrgetter("stated_at", "event"))
    return found


@projects(ChangeJudged)
def judgement_row(event: ChangeJudged, event_id: str) -> Iterator[Row]:
    at = moment(event)
    for subject in event.subjects:
        yield JudgedSubject(subject, at, event_id)
    yield Judgement(
        canonical(event.verdicts).decode(),
        at,
        event.policy_version,
        event.checks,
        event.log_size,
        at,
        event_id,
    )


@projects(CaseOpened)
def case_row(event: CaseOpened, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseFile(event.case, event.subject, event.check, event.deployed_at, at, at, event_id)


@projects(CaseResolved)
def resolution_row(event: CaseResolved, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseResolution(event.case, event.outcome, event.actor, event.reason, at, at, event_id)
    if event.linked is not None:
        yield CaseLink(event.case, event.linked, at, event_id)


@projects(AlertSent)
def alert_row(event: AlertSent, event_id: str) -> Iterator[Row]:
    at = moment(event)
    for case in dict.fromkeys((event.case, *event.also)):
        yield Alert(case, event.channel, event.outcome, event.told, at, at, event_id)


@projects(GateAnswered)
def gate_row(event: GateAnswered, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield GateAnswer(
        event.answer,
        event.environment,
        event.system,
        event.revision,
        event.artifact,
        event.actor,
        at,
        at,
        event_id,
    )


@projects(PackIssued)
def pack_row(event: PackIssued, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PackIssue(
        event.period_from,
        event.period_until,
        event.digest,
        int(event.interim),
        event.actor,
        at,
        at,
        event_id,
    )
