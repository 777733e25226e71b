"""What goes into the API: a shape for each act. Times are UTC microseconds, as in events."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from changeproof.events.boards import MOST_ITEMS as MOST_BOARD_ITEMS
from changeproof.events.boards import MOST_MEMBERS, MeetingForm, Vote
from changeproof.events.documents import DocumentKind
from changeproof.events.event import LARGEST_INTEGER
from changeproof.events.requests import Achieved, BackOut
from changeproof.policy.document import LARGEST
from changeproof.workflow.describing import MOST_ITEMS, Description, Setting
from changeproof.workflow.documents import LONGEST_DOCUMENT, MOST_DAYS, MOST_READERS
from changeproof.workflow.oversight import Activity, Outcome, Result, Topic
from changeproof.workflow.recording import LONGEST_TEXT
from changeproof.workflow.steps import LONGEST_LINK, MOST_STEPS

Time = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="UTC microseconds since 1970")]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
StepNumber = Annotated[int, Field(ge=1, le=MOST_STEPS)]


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
    """`seen` comes from `GET /api/rulings`: 409 where the request, or what it asks to set, was
    described anew since."""

    change: Name
    reason: Text | None = None
    seen: Name | None = None


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


class SeatIn(Command):
    """An auditor's; no systems: all. `period_until` is excluded, `ends_at` is the seat's end."""

    email: Name
    name: Annotated[str, Field(max_length=200)] = ""
    engagement: Name
    period_from: Time
    period_until: Time
    systems: Listed = ()
    ends_at: Time
    reason: Text | None = None


class SeatEndIn(Command):
    seat: Name
    reason: Text | None = None


class BreakGlassReviewIn(Command):
    use: Name
    outcome: Literal["justified", "not_justified"]
    reason: Text


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


class BaselineProposalIn(Command):
    item: Name
    digest: Name | None = None
    reason: Text | None = None


class BaselineApprovalIn(Command):
    item: Name
    digest: Name


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


class PolicyProposalIn(Command):
    """`text` is a whole policy.yaml."""

    text: Annotated[str, Field(max_length=LARGEST)]
    in_force_from: Time


class PolicyAdoptionIn(Command):
    """`seen` is the digest of the text that was looked at: another one is then refused."""

    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
    seen: Name | None = None


class MeetingIn(Command):
    """`members` are accounts or roles; none: everybody whom policy lets sit on the board."""

    begins_at: Time
    ends_at: Time
    agenda: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_BOARD_ITEMS)]
    form: MeetingForm = "seated"
    members: Annotated[tuple[Name, ...], Field(max_length=MOST_MEMBERS)] = ()


class VoteIn(Command):
    meeting: Name
    change: Name
    vote: Vote
    reason: Text | None = None


class ConclusionIn(Command):
    meeting: Name


class ReviewHeldIn(Command):
    topic: Topic
    outcome: Outcome
    reason: Text
    system: Name | None = None


class ControlPerformedIn(Command):
    activity: Activity
    outcome: Result
    system: Name | None = None
    found: Text | None = None


class PolicyAcknowledgementIn(Command):
    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


class ClosingIn(Command):
    change: Name
    outcome: Literal["implemented", "cancelled", "rejected"]


class GateIn(Command):
    """One of revision and artifact must be named."""

    environment: Name = "production"
    system: Name | None = None
    revision: Name | None = None
    artifact: Name | None = None


class DocumentVersionIn(Command):
    """`after` is the version in force that the text was begun from; empty where none was. Periods
    are days; null asks for none."""

    document: Name
    title: Name
    kind: DocumentKind
    system: Name
    text: Annotated[str, Field(max_length=LONGEST_DOCUMENT)]
    reason: Text
    after: Annotated[str, Field(max_length=20)] = ""
    back_out: Text | None = None
    review_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    roles: Listed = ()
    accounts: Annotated[tuple[Name, ...], Field(max_length=MOST_READERS)] = ()
    acknowledge_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None


class DocumentIn(Command):
    """One version of one document."""

    document: Name
    version: Name


class DocumentReviewIn(DocumentIn):
    outcome: Literal["kept", "changed"]
    reason: Text


class StepPlanIn(Command):
    """A step a line, or the name of a document in force whose numbered lines are the steps."""

    change: Name
    text: Text = ""
    document: Name | None = None


class StepReportIn(Command):
    change: Name
    step: StepNumber
    outcome: Literal["done", "failed", "skipped"]
    reason: Text | None = None
    link: Annotated[str, Field(max_length=LONGEST_LINK)] | None = None
    attachment: Annotated[str, Field(max_length=64)] | None = None


class StepDecisionIn(Command):
    change: Name
    step: StepNumber
    decision: Literal["go_on", "back_out"]
    reason: Text
