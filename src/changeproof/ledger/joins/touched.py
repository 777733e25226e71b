"""What a fact touches: the keys whose joins must be derived again.

Marked from the rows that stood before and from those that stand after: when a later statement
moves a merge from one commit to another, the first must be derived again too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from changeproof.events.forges import is_forge
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
    judgements,
    oversight,
    people,
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
from changeproof.ledger.table import Row


@dataclass(slots=True)
class Touched:
    """Keys by kind. `context` is true where all changes may be judged otherwise."""

    nodes: set[str] = field(default_factory=set)
    """Revisions whose parents may have changed."""
    revisions: set[str] = field(default_factory=set)
    """Revisions whose owner may have changed."""
    evidence: set[str] = field(default_factory=set)
    """Revisions of which something else was said (tests, authors)."""
    pulls: set[str] = field(default_factory=set)
    branches: set[tuple[str, str]] = field(default_factory=set)
    """Repository and ref from which a pull request is, or was said to be, opened."""
    deployments: set[str] = field(default_factory=set)
    artifacts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """Names under which people speak of changes."""
    tickets: set[str] = field(default_factory=set)
    repositories: set[str] = field(default_factory=set)
    states: set[tuple[str, str]] = field(default_factory=set)
    """System and environment, lower case, in which something was seen or deployed."""
    systems: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    registered: set[str] = field(default_factory=set)
    """Systems of which the register says something else."""
    acts: set[str] = field(default_factory=set)
    """Acts on production, as implementations are named."""
    subjects: set[str] = field(default_factory=set)
    """Incidents, vulnerabilities and configuration items, as subjects are named."""
    seen_items: set[str] = field(default_factory=set)
    """Names of what a collector saw: most of it runs, and is no configuration item."""
    context: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs to be derived (what the product did itself touches nothing)."""
        return self == Touched()

    def mark(self, rows: Iterable[Row]) -> None:
        """Mark what these rows touch."""
        for row in rows:
            marker = _MARKERS.get(type(row))
            if marker is not None:
                marker(self, row)


def _revision(touched: Touched, row: revisions.Revision) -> None:
    touched.nodes.add(row.revision)
    touched.revisions.add(row.revision)


def _node(touched: Touched, row: revisions.RevisionParent | revisions.HistoryBoundary) -> None:
    touched.nodes.add(row.revision)


def _pushed(touched: Touched, row: revisions.PushRevision) -> None:
    touched.nodes.add(row.revision)
    touched.revisions.add(row.revision)


def _owner(
    touched: Touched,
    row: revisions.RevisionClaim
    | revisions.RevisionRepository
    | revisions.RevisionPatch
    | revisions.BranchRevision,
) -> None:
    touched.revisions.add(row.revision)


def _evidence(touched: Touched, row: Any) -> None:
    if row.revision:
        touched.evidence.add(row.revision)


def _pull(touched: Touched, row: Any) -> None:
    touched.pulls.add(row.pull)


def _description(touched: Touched, row: pulls.PullDescription) -> None:
    touched.pulls.add(row.pull)
    if row.head_ref:
        touched.branches.add((row.head_repository or row.repository, f"refs/heads/{row.head_ref}"))


def _pull_head(touched: Touched, row: pulls.PullHead | pulls.PullCommit) -> None:
    touched.pulls.add(row.pull)
    touched.revisions.add(row.revision)


def _pull_merge(touched: Touched, row: pulls.PullMerge) -> None:
    touched.pulls.add(row.pull)
    touched.revisions.update(revision for revision in (row.revision, row.head) if revision)


def _deployment(
    touched: Touched, row: deployments.DeploymentRequest | deployments.DeploymentOutcome
) -> None:
    touched.deployments.add(row.deployment)
    if row.artifact:
        touched.artifacts.add(row.artifact)
    if row.revision:
        touched.revisions.add(row.revision)


def _artifact(touched: Touched, row: deployments.Artifact) -> None:
    touched.artifacts.add(row.artifact)
    if row.revision:
        touched.evidence.add(row.revision)


def _state(touched: Touched, row: deployments.ObservedState) -> None:
    touched.states.add((row.system, row.environment.lower()))
    touched.seen_items.add(row.named_item)


def _request(touched: Touched, row: requests.ChangeRequest) -> None:
    touched.names.add(row.change_name)
    if row.ticket_key:
        touched.tickets.add(row.ticket_key)


def _name(touched: Touched, row: Any) -> None:
    touched.names.add(row.change_name)


def _incident(touched: Touched, row: Any) -> None:
    touched.subjects.add(f"incident:{row.incident}")


def _incident_of_all(touched: Touched, row: incidents.Incident | incidents.IncidentEnd) -> None:
    touched.context = True
    _incident(touched, row)


def _incident_change(touched: Touched, row: incidents.IncidentChange) -> None:
    touched.names.add(row.change_name)
    _incident(touched, row)


def _vulnerability(touched: Touched, row: Any) -> None:
    touched.subjects.add(f"vulnerability:{row.vulnerability}")


def _vulnerability_change(touched: Touched, row: vulnerabilities.VulnerabilityChange) -> None:
    touched.names.add(row.change_name)
    _vulnerability(touched, row)


def _item(touched: Touched, row: Any) -> None:
    touched.subjects.add(f"item:{row.item}")


def _authorized(touched: Touched, row: production_acts.AuthorizedItem) -> None:
    touched.names.add(row.change_name)
    _item(touched, row)


def _act(touched: Touched, row: production_acts.ProductionAct) -> None:
    touched.acts.add(f"act:{row.act}")
    if row.change_name is not None:
        touched.names.add(row.change_name)
    if row.item is not None:
        _item(touched, row)


def _tag(touched: Touched, row: revisions.RevisionTag) -> None:
    touched.tags.add(row.tag)


def _registered(touched: Touched, row: systems.SystemRecord) -> None:
    touched.registered.add(row.system)
    touched.context = True


def _context(touched: Touched, _row: Row) -> None:
    touched.context = True


def _organisation(touched: Touched, _row: Row) -> None:
    touched.subjects.add("organisation")


def _quarantined(
    touched: Touched, row: receipts.QuarantinedDelivery | receipts.ReplayedDelivery
) -> None:
    # Only a forge's delivery may hold evidence that we take for missing; the organisation answers
    # for all that stand unread.
    touched.context |= is_forge(row.kind)
    touched.subjects.add("organisation")


def _emergency(touched: Touched, row: requests.Emergency) -> None:
    touched.names.add(row.change_name)
    touched.systems.add(row.system)


def _repository(touched: Touched, row: Any) -> None:
    touched.repositories.add(row.repository)


def _protection(touched: Touched, row: revisions.Protection) -> None:
    touched.repositories.add(row.repository)


_MARKERS: dict[type[Row], Callable[[Touched, Any], None]] = {
    revisions.Revision: _revision,
    revisions.RevisionParent: _node,
    revisions.HistoryBoundary: _node,
    revisions.PushRevision: _pushed,
    revisions.RevisionClaim: _owner,
    revisions.RevisionRepository: _owner,
    revisions.BranchRevision: _owner,
    revisions.RevisionAuthor: _evidence,
    revisions.RevisionMerge: _evidence,
    revisions.RevisionPatch: _owner,
    revisions.RevisionMigration: _evidence,
    revisions.RevisionTag: _tag,
    revisions.Repository: _repository,
    revisions.Protection: _protection,
    pulls.PullOpened: _pull,
    pulls.PullDescription: _description,
    pulls.PullTicket: _pull,
    pulls.PullHead: _pull_head,
    pulls.PullCommit: _pull_head,
    pulls.PullHeadPusher: _pull,
    pulls.PullRetarget: _pull,
    pulls.PullMerge: _pull_merge,
    pulls.PullClosure: _pull,
    pulls.PullReopening: _pull,
    pulls.Review: _pull,
    pulls.ReviewDismissal: _pull,
    deployments.DeploymentRequest: _deployment,
    deployments.DeploymentOutcome: _deployment,
    deployments.Artifact: _artifact,
    deployments.ObservedState: _state,
    deployments.TestRun: _evidence,
    requests.ChangeRequest: _request,
    requests.RequestLink: _name,
    requests.Schedule: _name,
    decisions.ChangeAuthorization: _name,
    decisions.Approval: _name,
    decisions.Decline: _name,
    decisions.DecisionWithdrawal: _name,
    boards.BoardSeat: _name,
    boards.BoardVote: _name,
    requests.RequestClosure: _name,
    requests.ChangeRelation: _name,
    requests.TicketMove: _name,
    requests.PostReview: _name,
    steps.StepPlan: _name,
    steps.StepAct: _name,
    requests.Emergency: _emergency,
    requests.TimeWindow: _context,
    incidents.Incident: _incident_of_all,
    incidents.IncidentEnd: _incident_of_all,
    people.AccountKindRow: _context,
    people.SystemMapping: _repository,
    people.AccountPerson: _context,
    people.AccountSettlement: _context,
    people.AccountDeclaration: _context,
    people.RoleGrant: _context,
    people.RoleRevocation: _context,
    absences.Absence: _context,
    absences.AbsenceEnd: _context,
    receipts.SourceCoverage: _repository,
    receipts.Silence: _context,
    receipts.Recovery: _context,
    receipts.QuarantinedDelivery: _quarantined,
    receipts.ReplayedDelivery: _quarantined,
    receipts.PolicyInForce: _context,
    requests.TemplateClaim: _name,
    assessments.Assessment: _name,
    assessments.ChangeDocument: _name,
    assessments.Attachment: _name,
    assessments.DataTotal: _name,
    acquisitions.Acquisition: _name,
    production_acts.AuthorizedItem: _authorized,
    production_acts.ProposedItem: _name,
    production_acts.ProductionAct: _act,
    baselines.Baseline: _item,
    incidents.IncidentDecision: _incident,
    incidents.IncidentChange: _incident_change,
    vulnerabilities.Vulnerability: _vulnerability,
    vulnerabilities.VulnerabilityScore: _vulnerability,
    vulnerabilities.VulnerabilityChange: _vulnerability_change,
    vulnerabilities.VulnerabilityEnd: _vulnerability,
    vulnerabilities.VulnerabilitySame: _vulnerability,
    scans.ScanRun: _evidence,
    revisions.RevisionTouch: _evidence,
    revisions.RevisionTree: _evidence,
    systems.SystemRecord: _registered,
    systems.SystemAttribute: _context,
    systems.EnvironmentRecord: _context,
    access.AccessGrant: _context,
    access.AccessEnd: _context,
    access.Departure: _context,
    access.PersonReturn: _context,
    oversight.HeldReview: _context,
    oversight.Acknowledgement: _context,
    oversight.ControlActivity: _context,
    oversight.Detection: _context,
    oversight.DetectionAnswer: _context,
    documents.DocumentVersion: _organisation,
    documents.DocumentReader: _organisation,
    documents.DocumentInForce: _organisation,
    documents.DocumentReview: _organisation,
    inventory.InventoryItem: _context,
    inventory.ScopeDecision: _context,
    waivers.Waiver: _context,
    waivers.WaiverEnd: _context,
    judgements.CaseFile: _organisation,
    judgements.CaseResolution: _organisation,
    cases.CaseReopening: _organisation,
}
