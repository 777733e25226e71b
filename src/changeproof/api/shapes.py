"""What goes into the API and comes out of it. Times are UTC microseconds, as in events."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from changeproof.events.event import LARGEST_INTEGER
from changeproof.events.requests import Achieved, BackOut
from changeproof.workflow.describing import MOST_ITEMS, Description, Setting
from changeproof.workflow.recording import LONGEST_TEXT, Done

Time = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="UTC microseconds since 1970")]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class Command(Schema):
    """Something that is asked for: no field beyond those that are listed."""

    model_config = ConfigDict(extra="forbid")


class WindowIn(Command):
    begins_at: Time
    ends_at: Time


Listed = Annotated[tuple[Name, ...], Field(max_length=MOST_ITEMS)]


class SettingIn(Command):
    """An item's value now and afterwards; a digest alone is written `sha256:…`."""

    environment: Name
    item: Name
    before: Text | None = None
    after: Text


class DescriptionIn(Command):
    """Of the three lists null says nothing, an empty one says "none", which `impact` explains."""

    impact: Text | None = None
    test_plan: Text | None = None
    systems: Listed | None = None
    objectives: Listed | None = None
    data_classes: Listed | None = None
    risk_reason: Text | None = None
    settings: Annotated[tuple[SettingIn, ...], Field(max_length=MOST_ITEMS)] = ()

    def stated(self) -> Description:
        """The same, as the workflow takes it."""
        settings = tuple(Setting(**each.model_dump()) for each in self.settings)
        return Description(**{**self.model_dump(), "settings": settings})


class RequestIn(Command):
    title: Text
    system: Name
    reason: Text
    kind: Literal["infrastructure", "data", "software", "procedure"] = "software"
    risk: Literal["low", "medium", "high", "critical"] | None = None
    back_out: Text | None = None
    ticket_key: Name | None = None
    links: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    window: WindowIn | None = None
    template: Name | None = None
    description: DescriptionIn = DescriptionIn()


class LinkIn(Command):
    change: Name
    work: Name


class ScheduleIn(Command):
    change: Name
    window: WindowIn


class AuthorizationIn(Command):
    change: Name
    reason: Text | None = None


class ApprovalIn(Command):
    """Name the revision or artifact that was looked at, or the digest of all that was shown."""

    change: Name
    revision: Name | None = None
    artifact: Name | None = None
    seen: Name | None = None
    reason: Text | None = None
    code: Annotated[str, Field(max_length=40)] | None = None
    """Of your authenticator, where policy asks for a second factor at the change's risk."""


class DeclineIn(Command):
    """A no; with `asks`, not until something is changed."""

    change: Name
    reason: Text
    revision: Name | None = None
    asks: Literal["changes"] | None = None


class WithdrawalIn(Command):
    change: Name
    decision: Literal["authorization", "approval"]
    reason: Text


class AbsenceIn(Command):
    """`deputy` is the account that decides meanwhile."""

    begins_at: Time
    ends_at: Time
    deputy: Name | None = None
    reason: Text | None = None


class AbsenceEndIn(Command):
    absence: Name


class CommentIn(Command):
    change: Name
    text: Text


class EmergencyIn(Command):
    system: Name
    reason: Text
    incident: Name | None = None
    change: Name | None = None
    ends_at: Time | None = None
    authorized_by: Name | None = None
    title: Text | None = None
    kind: Literal["infrastructure", "data", "software", "procedure"] = "software"


class ReviewIn(Command):
    change: Name
    outcome: Literal["accepted", "follow_up"]
    reason: Text
    achieved: Achieved | None = None
    back_out: BackOut | None = None
    incidents: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    lessons: Text | None = None
    follow_ups: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


class FreezeIn(Command):
    kind: Literal["freeze", "maintenance"]
    begins_at: Time
    ends_at: Time
    reason: Text
    system: Name | None = None
    name: Name | None = None


class WaiverRequestIn(Command):
    check: Name
    subject: Name
    begins_at: Time
    ends_at: Time
    reason: Text
    compensation: Text
    control: Name | None = None


class WaiverGrantIn(Command):
    waiver: Name
    reason: Text | None = None


class WaiverRefusalIn(Command):
    waiver: Name
    reason: Text


class WaiverEndIn(Command):
    waiver: Name


class AccessGrantIn(Command):
    account: Name
    access: Literal[
        "write", "deploy", "administer_pipeline", "administer_protection", "break_glass"
    ]
    system: Name
    ends_at: Time
    reason: Text
    environment: Name | None = None


class AccessEndIn(Command):
    grant: Name
    reason: Text


class AccessReviewIn(Command):
    system: Name
    due_at: Time | None = None


class AccessDecisionsIn(Command):
    """By the event of each access's first grant, as `GET /api/access-grants` names it."""

    review: Name
    decisions: Annotated[dict[Name, Literal["keep", "revoke"]], Field(min_length=1, max_length=500)]
    reason: Text | None = None


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


class ClosingIn(Command):
    change: Name
    outcome: Literal["implemented", "cancelled", "rejected"]


class ResolutionIn(Command):
    case: Name
    outcome: Literal["linked", "adopted_late", "reverted", "false_alarm"]
    reason: Text


class GateIn(Command):
    """One of revision and artifact must be named."""

    environment: Name = "production"
    system: Name | None = None
    revision: Name | None = None
    artifact: Name | None = None


class DoneOut(Schema):
    """What came of an act, and where the log holds it."""

    change: str
    event: str
    entry: int
    occurred_at: int
    name: str
    note: str

    @staticmethod
    def of(done: Done) -> "DoneOut":
        return DoneOut(
            change=done.change,
            event=done.event,
            entry=done.entry,
            occurred_at=done.occurred_at,
            name=done.name,
            note=done.note,
        )


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
    """Whether the caller may, said before the act."""

    act: str
    allowed: bool
    compensating: bool
    why: str
    cure: str
    who_may: list[str]


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
    check: str
    deployed_at: int | None
    opened_at: int
    outcome: str | None
    resolved_by: str | None
    resolved_at: int | None


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
