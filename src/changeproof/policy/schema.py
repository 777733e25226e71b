"""What a `policy.yaml` may say: a frozen model of what the checks read, nothing beyond it.

Each key is explained in plain words in `profiles/standard.yaml`. A key that no check reads is
refused, so that nobody believes in a rule which nothing enforces. What came after the first
version has the standard's value as default, so that older policies still load.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator

from changeproof.policy.access import DeployerRules, EvidenceTrust, FreezeRules, WaiverRules
from changeproof.policy.approvals import (
    STANDARD_DUTIES,
    AlternativeControls,
    ApprovalsByRisk,
    DutiesApart,
)
from changeproof.policy.boards import BoardRules
from changeproof.policy.calendar import BusinessHours, DayDate, date_of
from changeproof.policy.deadlines import (
    Cadences,
    Deadlines,
    EmergencyRate,
    EmergencyRules,
    EscalationSteps,
    PatchChanges,
    PatchDeadlines,
    SettlingTimes,
)
from changeproof.policy.durations import Duration
from changeproof.policy.risks import RiskRules, StandardChanges
from changeproof.policy.stages import Categories, DocumentsByRisk, LifeCycle, ResilienceEvidences
from changeproof.policy.tests_asked import Scans, TestRules
from changeproof.policy.values import (
    LONGEST_LIST,
    CheckId,
    Environments,
    LengthOfTime,
    Names,
    NamesByRisk,
    Part,
    Risk,
    Risks,
    once,
)


class Announced(Part):
    """A check that shows what it would find, and counts only from a day on (UTC)."""

    check: CheckId
    effective_from: DayDate

    @property
    def begins_at(self) -> int:
        """The first microsecond at which it counts."""
        day = date_of(self.effective_from)
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


class Policy(Part):
    """One version of what the company requires of its changes."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    categories: Categories = ("security",)
    objectives: Names = ()
    life_cycle: LifeCycle = LifeCycle()
    risk_rules: RiskRules = ()
    standard_changes: StandardChanges = ()
    approvals: ApprovalsByRisk
    approver_roles: NamesByRisk = NamesByRisk()
    second_factor_at: Risks = ()
    code_owner_approval: bool = False
    unrated_risk: Risk
    blocking_reviews_count: bool
    approve_before: Literal["merge", "deployment"]
    authorize_before: Literal["development", "merge", "deployment"]
    review_authorizes: Risks
    authorized_statuses: Names = ("Approved", "Authorized")
    board: BoardRules = BoardRules()
    separate_duties: DutiesApart = STANDARD_DUTIES
    tests: TestRules
    scans_required: Scans = ()
    design_required_at: Risks = ("high", "critical")
    documentation: DocumentsByRisk = DocumentsByRisk()
    post_review_required_at: Risks = ("critical",)
    resilience_required_at: Risks = ("high", "critical")
    resilience_evidence: ResilienceEvidences = ("capacity", "back_out", "backup", "failover")
    production_environments: Annotated[Environments, Field(min_length=1)]
    deployers: DeployerRules = ()
    rollback_trusts_earlier: bool
    revert_window: LengthOfTime = Duration(0, "day")
    """At nought a revert is judged like any other change."""
    backports_inherit: bool = False
    trailers_accepted: Literal["none", "gerrit", "all"]
    evidence: EvidenceTrust = EvidenceTrust()
    freezes: FreezeRules = FreezeRules()
    emergency: EmergencyRules | None = None
    """Without the section there is no way for what cannot wait (the sign `no_emergency_path`)."""
    emergency_rate: EmergencyRate = EmergencyRate()
    business_hours: BusinessHours = BusinessHours()
    deadlines: Deadlines = Deadlines()
    escalation: EscalationSteps = ()
    patch_deadlines: PatchDeadlines = PatchDeadlines()
    patch_changes: PatchChanges = PatchChanges()
    cadences: Cadences = Cadences()
    waivers: WaiverRules = WaiverRules()
    alternative_controls: AlternativeControls = ()
    settle: LengthOfTime
    unexplained_for: SettlingTimes = SettlingTimes()
    skew_limit: LengthOfTime = Duration(5, "minute")
    incident_cause_within: LengthOfTime = Duration(24, "hour")
    announced: Annotated[tuple[Announced, ...], Field(max_length=LONGEST_LIST)] = ()

    @field_validator("announced")
    @classmethod
    def _announced_once(cls, announced: tuple[Announced, ...]) -> tuple[Announced, ...]:
        once([each.check for each in announced], "the check")
        return announced

    @property
    def counts_business_time(self) -> bool:
        """Whether anything here needs the calendar."""
        outside = any(rule.when.hours is not None for rule in self.risk_rules)
        return outside or any(each.is_business for each in _durations(self))


def _durations(part: Part) -> Iterator[Duration]:
    """Every length of time in a part and the parts inside it."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Duration):
            yield value
        elif isinstance(value, Part):
            yield from _durations(value)
        elif isinstance(value, tuple):
            for each in value:
                if isinstance(each, Part):
                    yield from _durations(each)
