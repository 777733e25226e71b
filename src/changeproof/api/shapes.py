"""What comes out of the API. Times are UTC microseconds, as in events."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field


class AccessGrantOut(Schema):
    grant: str
    account: str
    access: str
    system: str
    environment: str | None
    granted_by: str | None
    approved_by: str | None
    held_from: int
    ends_at: int | None


class AccessGrantsPage(Schema):
    items: list[AccessGrantOut]
    next: str | None


class SeatOut(Schema):
    seat: str
    account: str
    engagement: str
    period_from: int
    period_until: int
    systems: list[str]
    ends_at: int


class SeatsPage(Schema):
    items: list[SeatOut]
    next: str | None


class ReaderOut(Schema):
    account: str
    due_at: int | None
    acknowledged_at: int | None


class DocumentVersionOut(Schema):
    version: str
    change: str
    text: str = Field(description="The SHA-256 of its text")
    written_by: str | None


class DocumentOut(Schema):
    document: str
    title: str
    kind: str
    system: str
    in_force: str | None
    in_force_from: int | None
    review_due: int | None
    readers: list[ReaderOut]
    versions: list[DocumentVersionOut]


class DocumentsPage(Schema):
    items: list[DocumentOut]
    next: str | None


class StepOut(Schema):
    step: int
    text: str | None = Field(description="Null where it is no longer kept")
    outcome: str = Field(description="waits, done, failed or skipped")
    reported_by: str | None
    reported_at: int | None


class StepsOut(Schema):
    """`current` comes next, `failed` waits for a decision; 0 is none. `seen` names the text."""

    change: str
    seen: str
    document: str | None
    document_version: str | None
    current: int
    failed: int
    backs_out: bool
    steps: list[StepOut]


class FindingOut(Schema):
    check: str
    verdict: str
    basis: str
    reason: str
    evidence: list[str]


class ChangeOut(Schema):
    id: str
    aliases: list[str]
    kind: str
    origin: str
    system: str
    title: str | None
    requested_by: str | None
    authors: list[str]
    revisions: list[str]
    verdict: str
    findings: list[FindingOut]


class ContentOut(Schema):
    implementation: str
    revision: str | None
    artifact: str | None


class ShownOut(Schema):
    """What an approval would be bound to; post `seen` back with it."""

    change: str
    seen: str
    contents: list[ContentOut]


class RulingOut(Schema):
    """Whether the caller may, said before the act; `seen` is the digest of what an authorization
    or approval would be about, to be posted back with it."""

    act: str
    allowed: bool
    compensating: bool
    why: str
    cure: str
    who_may: list[str]
    seen: str | None


class JudgementOut(Schema):
    """What differed from what we said before: a check to `verdict/basis`."""

    verdicts: dict[str, str]
    judged_at: int
    policy_version: int
    log_size: int
    event: str


class CaseOut(Schema):
    case: str
    subject: str
    subjects: list[str]
    check: str
    deployed_at: int | None
    opened_at: int
    state: str
    owner: str | None
    due_at: int | None
    cause: str | None
    extent: str | None
    outcome: str | None
    word_only: bool
    resolved_by: str | None
    resolved_at: int | None
    linked: str | None


class EmergencyOut(Schema):
    emergency: str
    change: str
    system: str
    incident: str | None
    declared_by: str | None
    authorized_by: str | None
    declared_at: int | None
    ends_at: int | None


class WindowOut(Schema):
    name: str
    kind: str
    system: str | None
    begins_at: int
    ends_at: int
    set_by: str | None


class ReasonOut(Schema):
    change: str
    check: str
    verdict: str
    reason: str
    cure: str
    blocks: bool


class GateOut(Schema):
    answer: Literal["allow", "deny"]
    environment: str
    system: str | None
    revision: str | None
    artifact: str | None
    changes: list[str]
    reasons: list[ReasonOut]
    answered_at: int
    event: str
    entry: int


class TakenOut(Schema):
    outcome: Literal["translated", "ignored", "refused", "quarantined"]
    events: int
    reason: str | None


class EntryOut(Schema):
    """A log entry and what proves that it is in the tree that the checkpoint signs."""

    position: int
    event_id: str
    entry: dict[str, Any]
    encoded: Annotated[str, Field(description="the entry's bytes, base64")]
    leaf_hash: Annotated[str, Field(description="RFC 6962 leaf hash, base64")]
    proof: Annotated[list[str], Field(description="RFC 9162 inclusion proof, base64 hashes")]
    tree_size: int
    checkpoint: str


class CheckOut(Schema):
    id: str
    title: str
    criterion: str
    subject: str
    severity: str
    checks: str
    does_not_check: str
    re_perform: str
    policy: list[str]
    digest: str
    sql: str | None = None


class Page(Schema):
    """`next` is the cursor to send as `after`; null on the last page."""

    next: str | None


class ChangesPage(Page):
    items: list[ChangeOut]


class CasesPage(Page):
    items: list[CaseOut]


class EmergenciesPage(Page):
    items: list[EmergencyOut]


class AgendaItemOut(Schema):
    """A change before the board; `outcome` is null until the meeting is concluded."""

    change: str
    in_favour: int
    opposed: int
    abstained: int
    quorum: int
    outcome: str | None = None


class MeetingOut(Schema):
    meeting: str
    form: str
    chair: str
    begins_at: int
    ends_at: int
    members: list[str]
    agenda: list[AgendaItemOut]


class MeetingsPage(Page):
    items: list[MeetingOut]


class WindowsPage(Page):
    items: list[WindowOut]


class HistoryPage(Page):
    items: list[JudgementOut]


class ChecksPage(Page):
    items: list[CheckOut]


class TakenPage(Schema):
    items: list[TakenOut]


class LeftoverOut(Schema):
    """An item without a counterpart on the other side."""

    item: str
    system: str | None
    at: int | None
    verdict: str
    reason: str
    subject: str | None
    check: str | None
    evidence: list[str]


class SideCountOut(Schema):
    """`total` is `matched` and `left_over` together; `query` gives it again."""

    total: int
    matched: int
    left_over: int
    by_verdict: dict[str, int]
    query: str
    items: list[LeftoverOut]


class SideOut(Schema):
    side: str
    title: str
    total: int


class SpanOut(Schema):
    span: str
    title: str
    left: SideCountOut
    right: SideCountOut


class BesideOut(SideCountOut):
    population: str
    title: str


class RetrievalOut(Schema):
    of: str
    items: str
    query: str
    retrieved_at: int | None
    pages: int
    rows: int
    stated_total: int | None
    ending: str
    reply: str


class ReconciliationOut(Schema):
    """Times are UTC microseconds; a bound or list of systems that is null means all."""

    model_config = ConfigDict(populate_by_name=True)

    since: int | None = Field(alias="from")
    until: int | None
    systems: list[str] | None
    reconciled: bool
    unexplained: int
    leftovers: dict[str, int]
    sides: list[SideOut]
    spans: list[SpanOut]
    not_code: list[BesideOut]
    retrievals: list[RetrievalOut]
