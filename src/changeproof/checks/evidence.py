"""The tables that checks read: which rows belong to a subject, which are context for all.

Subject-scoped rows are found from a set of changes, in steps: each step asks one table by one
column for keys that earlier steps found. Context is small, the same for all, and loaded whole.
"""

from dataclasses import dataclass

from changeproof.ledger import (
    absences,
    access,
    acquisitions,
    assessments,
    baselines,
    boards,
    cases,
    decisions,
    deployments,
    documents,
    incidents,
    inventory,
    joined,
    judgements,
    oversight,
    people,
    policies,
    production_acts,
    pulls,
    receipts,
    requests,
    revisions,
    scans,
    steps,
    systems,
    vulnerabilities,
    waivers,
)
from changeproof.ledger.table import TABLES, Row

SUBJECT = "subject"
"""`subject(subject, kind, name)`: what is judged now; kind is change, system, organisation,
incident, vulnerability or item."""

FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Step:
    """Load the rows of `row` whose `column` is among the keys gathered as `keys`.

    `gives` maps columns of the loaded rows to the sets of keys that they add to.
    """

    row: type[Row]
    column: str
    keys: str
    gives: tuple[tuple[str, str], ...] = ()

    @property
    def table(self) -> str:
        return self.row.table.name


STEPS: tuple[Step, ...] = (
    Step(joined.Change, "change_id", "changes", (("change_id", "names"),)),
    Step(joined.Implementation, "change_id", "changes", (("implementation", "works"),)),
    Step(joined.ChangeAlias, "change_id", "changes", (("alias", "names"),)),
    Step(joined.SharedRequest, "change_id", "changes"),
    Step(joined.RevisionImplementation, "implementation", "works", (("revision", "revisions"),)),
    Step(
        joined.UnloggedState,
        "implementation",
        "observed",
        (("revision", "revisions"), ("artifact", "artifacts")),
    ),
    Step(pulls.PullOpened, "pull", "pulls"),
    Step(pulls.PullDescription, "pull", "pulls"),
    Step(pulls.PullHead, "pull", "pulls", (("revision", "revisions"),)),
    Step(pulls.PullHeadPusher, "pull", "pulls"),
    Step(
        pulls.PullMerge,
        "pull",
        "pulls",
        (("head", "revisions"), ("revision", "revisions")),
    ),
    Step(
        pulls.PullRetarget,
        "pull",
        "pulls",
        (("base_before", "revisions"), ("base_after", "revisions")),
    ),
    Step(pulls.PullClosure, "pull", "pulls"),
    Step(pulls.PullReopening, "pull", "pulls"),
    Step(pulls.Review, "pull", "pulls", (("revision", "revisions"),)),
    Step(joined.BegunHead, "pull", "pulls", (("revision", "revisions"),)),
    Step(pulls.ReviewDismissal, "pull", "pulls"),
    Step(joined.DeploymentRevision, "revision", "revisions", (("deployment", "deployments"),)),
    # Where a walk back met a commit that nobody told of, that commit may have been deployed.
    Step(joined.DeploymentGap, "missing", "revisions", (("deployment", "deployments"),)),
    # What was deployed again or gone back to: nothing came in with it, so nothing names it above.
    Step(joined.Deployment, "revision", "revisions", (("artifact", "artifacts"),)),
    Step(
        joined.Deployment,
        "deployment",
        "deployments",
        (("revision", "revisions"), ("artifact", "artifacts")),
    ),
    Step(deployments.DeploymentOutcome, "revision", "revisions"),
    Step(
        decisions.Approval,
        "change_name",
        "names",
        (("artifact", "artifacts"), ("revision", "revisions")),
    ),
    Step(decisions.Decline, "change_name", "names", (("revision", "revisions"),)),
    Step(deployments.Artifact, "artifact", "artifacts"),
    Step(deployments.Artifact, "revision", "revisions"),
    Step(revisions.Revision, "revision", "revisions"),
    Step(revisions.RevisionParent, "revision", "revisions"),
    Step(revisions.RevisionMerge, "revision", "revisions"),
    Step(revisions.RevisionPatch, "revision", "revisions"),
    Step(joined.MigrationAct, "revision", "revisions", (("act", "acts"),)),
    Step(joined.RepeatedPatch, "revision", "revisions"),
    Step(revisions.RevisionAuthor, "revision", "revisions"),
    Step(revisions.RevisionClaim, "revision", "revisions"),
    Step(revisions.RevisionRepository, "revision", "revisions"),
    Step(revisions.PushRevision, "revision", "revisions"),
    # What a force push brought, and what it took away.
    Step(revisions.Push, "after_revision", "revisions"),
    Step(revisions.Push, "before_revision", "revisions"),
    Step(deployments.TestRun, "revision", "revisions"),
    Step(requests.ChangeRequest, "change_name", "names"),
    Step(requests.RequestLink, "change_name", "names"),
    Step(requests.Schedule, "change_name", "names"),
    Step(decisions.ChangeAuthorization, "change_name", "names"),
    Step(decisions.DecisionWithdrawal, "change_name", "names"),
    Step(boards.BoardSeat, "change_name", "names"),
    Step(boards.BoardVote, "change_name", "names"),
    Step(requests.RequestClosure, "change_name", "names"),
    Step(requests.TicketMove, "change_name", "names"),
    Step(requests.Emergency, "change_name", "names"),
    Step(requests.PostReview, "change_name", "names"),
    Step(steps.StepAct, "change_name", "names"),
    Step(steps.StepPlan, "change_name", "names"),
    Step(requests.TemplateClaim, "change_name", "names"),
    Step(assessments.Assessment, "change_name", "names"),
    Step(assessments.ChangeDocument, "change_name", "names"),
    Step(assessments.DataTotal, "change_name", "names"),
    Step(acquisitions.Acquisition, "change_name", "names"),
    Step(production_acts.AuthorizedItem, "change_name", "names"),
    Step(production_acts.ProductionAct, "act", "acts"),
    Step(incidents.IncidentChange, "change_name", "names"),
    Step(vulnerabilities.VulnerabilityChange, "change_name", "names"),
    Step(scans.ScanRun, "revision", "revisions"),
    Step(revisions.RevisionTouch, "revision", "revisions"),
    Step(revisions.RevisionTree, "revision", "revisions"),
)

SYSTEM_STEPS: tuple[Step, ...] = (
    Step(revisions.Protection, "repository", "repositories"),
    Step(pulls.PullMerge, "repository", "repositories"),
    Step(revisions.Push, "repository", "repositories"),
)
"""What a check on a system reads, beside the context: by the repositories of the system."""

SYSTEM_NAME_STEPS: tuple[Step, ...] = (
    Step(production_acts.ProductionAct, "system", "systems", (("change_name", "named"),)),
    Step(assessments.DataTotal, "change_name", "named"),
    Step(joined.Deployment, "account", "leavers"),
    Step(joined.Deployment, "triggered_by", "leavers"),
)
"""The same by the system's own name, and by the accounts of those who left the company."""

ORGANISATION_ROWS: tuple[type[Row], ...] = (
    judgements.CaseFile,
    judgements.CaseResolution,
    cases.CaseReopening,
    documents.DocumentVersion,
    documents.DocumentReader,
    documents.DocumentInForce,
    documents.DocumentReview,
)
"""What a check on the organisation reads whole, beside the context."""

ORGANISATION_SIGNS_OF_LIFE: tuple[type[Row], ...] = (
    requests.ChangeRequest,
    requests.TicketMove,
    deployments.TestRun,
)
"""Of these it may ask only whether there is any row: one, no matter which, is read."""

NAMED_STEPS: dict[str, tuple[Step, ...]] = {
    "incident": (
        Step(incidents.IncidentDecision, "incident", "subjects"),
        Step(incidents.IncidentChange, "incident", "subjects", (("change_name", "linked"),)),
    ),
    "vulnerability": (
        Step(vulnerabilities.Vulnerability, "vulnerability", "subjects"),
        Step(vulnerabilities.VulnerabilityScore, "vulnerability", "subjects"),
        Step(
            vulnerabilities.VulnerabilityChange,
            "vulnerability",
            "subjects",
            (("change_name", "linked"),),
        ),
        Step(vulnerabilities.VulnerabilityEnd, "vulnerability", "subjects"),
        Step(vulnerabilities.VulnerabilitySame, "vulnerability", "subjects"),
    ),
    "item": (
        Step(baselines.Baseline, "item", "subjects"),
        Step(deployments.ObservedState, "named_item", "subjects"),
        Step(
            production_acts.ProductionAct,
            "item",
            "subjects",
            (("change_name", "linked"), ("act", "acts")),
        ),
        Step(production_acts.AuthorizedItem, "item", "subjects", (("change_name", "linked"),)),
    ),
}
"""What a check on an incident, a vulnerability or an item reads by the subject's own name. The
changes that it is linked to come along with everything that belongs to them (STEPS)."""

CONTEXT_ROWS: tuple[type[Row], ...] = (
    people.AccountKindRow,
    people.AccountDeclaration,
    people.AccountPerson,
    people.AccountSettlement,
    people.RoleGrant,
    people.RoleRevocation,
    absences.Absence,
    absences.AbsenceEnd,
    people.SystemMapping,
    revisions.Repository,
    receipts.SourceCoverage,
    receipts.Silence,
    receipts.Recovery,
    receipts.QuarantinedDelivery,
    receipts.ReplayedDelivery,
    receipts.PolicyInForce,
    receipts.PolicyParameter,
    policies.PolicyRule,
    policies.BusinessTime,
    requests.TimeWindow,
    incidents.Incident,
    incidents.IncidentEnd,
    systems.SystemRecord,
    systems.SystemAttribute,
    systems.EnvironmentRecord,
    access.AccessGrant,
    access.AccessEnd,
    access.Departure,
    access.PersonReturn,
    oversight.HeldReview,
    oversight.Acknowledgement,
    oversight.ControlActivity,
    oversight.Detection,
    oversight.DetectionAnswer,
    inventory.InventoryItem,
    inventory.ScopeDecision,
    waivers.Waiver,
    waivers.WaiverEnd,
)

CONTEXT_TABLES: tuple[str, ...] = tuple(row.table.name for row in CONTEXT_ROWS)

_EXTRA: dict[str, tuple[str, ...]] = {SUBJECT: ("subject", "kind", "name")}

SCOPED_TABLES: tuple[str, ...] = tuple(
    dict.fromkeys(
        step.table
        for step in (
            *STEPS,
            *SYSTEM_STEPS,
            *SYSTEM_NAME_STEPS,
            *(step for part in NAMED_STEPS.values() for step in part),
        )
    )
)

_READ_FOR_ONE: dict[str, frozenset[str]] = {
    "change": frozenset(step.table for step in STEPS),
    "system": frozenset(
        row.table.name
        for row in (revisions.Protection, production_acts.ProductionAct, assessments.DataTotal)
    ),
    "organisation": frozenset(row.table.name for row in ORGANISATION_ROWS),
    **{
        kind: frozenset(step.table for step in (*steps, *STEPS))
        for kind, steps in NAMED_STEPS.items()
    },
}
_READ_IN_PART: dict[str, frozenset[str]] = {
    "system": frozenset(
        row.table.name
        for row in (pulls.PullMerge, revisions.Push, joined.Deployment, requests.Emergency)
    ),
    "organisation": frozenset(row.table.name for row in ORGANISATION_SIGNS_OF_LIFE),
}


def tables_for(kind: str, *, in_part: bool = False) -> frozenset[str]:
    """The tables that hold all there is on a subject of this kind, when it is judged alone;
    `in_part` also those of which only what the shipped views ask for is read."""
    own = _READ_FOR_ONE[kind] | (_READ_IN_PART.get(kind, frozenset()) if in_part else frozenset())
    return own | {SUBJECT, FINDING} | frozenset(CONTEXT_TABLES)


EVIDENCE_COLUMNS: dict[str, tuple[str, ...]] = {
    **_EXTRA,
    **{name: TABLES[name].column_names for name in (*SCOPED_TABLES, *CONTEXT_TABLES, FINDING)},
    **{row.table.name: row.table.column_names for row in ORGANISATION_ROWS},
}
"""Every table that a check may name, and its columns."""


def kind_of_column(table: str, column: str) -> str:
    """`text` or `integer`."""
    if table in _EXTRA:
        return "text"
    return next(each.kind for each in TABLES[table].columns if each.name == column)
