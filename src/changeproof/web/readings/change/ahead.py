"""What a change's page will ask of the database, in a few statements instead of one a table.

Each wave knows what the one before it found. Nothing here is read for its own sake: `Store.by`
finds its answers within the page's view, and asks by itself what was forgotten here.
"""

from collections.abc import Collection, Sequence

from changeproof.events.forges import is_pull
from changeproof.ledger.assessments import Assessment, Attachment, ChangeDocument
from changeproof.ledger.cases import CaseReopening, CaseSubject
from changeproof.ledger.decisions import (
    Approval,
    ChangeAuthorization,
    ChangeComment,
    DecisionWithdrawal,
    Decline,
)
from changeproof.ledger.deployments import Artifact, DeploymentOutcome, DeploymentRequest, TestRun
from changeproof.ledger.documents import DocumentVersion
from changeproof.ledger.escalations import Escalation
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
    UnloggedState,
)
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.judgements import (
    Alert,
    CaseFile,
    CaseResolution,
    GateAnswer,
    JudgedSubject,
    Judgement,
)
from changeproof.ledger.production_acts import ProductionAct, ProposedItem
from changeproof.ledger.pulls import (
    PullClosure,
    PullDescription,
    PullHead,
    PullHeadPusher,
    PullMerge,
    PullOpened,
    PullReopening,
    Review,
    ReviewDismissal,
)
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.requests import (
    ChangeRelation,
    ChangeRequest,
    Emergency,
    PostReview,
    RequestClosure,
    RequestLink,
    Schedule,
    TemplateClaim,
    TicketMove,
)
from changeproof.ledger.reviews_afterwards import PostReviewAnswer, PostReviewNaming
from changeproof.ledger.revisions import (
    PushRevision,
    Revision,
    RevisionAuthor,
    RevisionClaim,
)
from changeproof.ledger.service import Ledger
from changeproof.ledger.steps import StepAct, StepPlan
from changeproof.ledger.store import Asked, Store
from changeproof.ledger.systems import SystemAttribute, SystemRecord
from changeproof.log.database import Question
from changeproof.workflow.lapsing import asked_of_lapsing

_BY_SUBJECT = (SubjectJudged, Finding, CaseSubject, CaseFile, JudgedSubject)
_BY_CHANGE = (Change, ChangeAlias, Implementation)
_BY_NAME_ALONE = (
    ChangeRequest,
    TemplateClaim,
    ChangeRelation,
    DocumentVersion,
    StepPlan,
    Attachment,
    RequestClosure,
    TicketMove,
    Emergency,
    PostReview,
)
_BY_NAMES = (
    Approval,
    Decline,
    DecisionWithdrawal,
    ChangeComment,
    PostReviewAnswer,
    ChangeDocument,
    Assessment,
    ProposedItem,
    RequestLink,
    Schedule,
    StepAct,
    ChangeAuthorization,
    Escalation,
    RequestClosure,
    TicketMove,
    Emergency,
    PostReview,
    PostReviewNaming,
)
_BY_PULL = (
    PullOpened,
    PullDescription,
    PullMerge,
    PullHead,
    PullHeadPusher,
    PullClosure,
    PullReopening,
    Review,
    ReviewDismissal,
)
_BY_CONTENT = (
    GateAnswer,
    DeploymentOutcome,
    RevisionAuthor,
    RevisionClaim,
    PushRevision,
    Revision,
)


def ask_by_name(store: Store, name: str, systems: Collection[str] | None) -> None:
    """What is known under the change's own id, and the register of systems that may be seen."""
    asked: list[Asked] = [(row, "change_id", [name]) for row in _BY_CHANGE]
    asked += [(row, "subject", [name]) for row in _BY_SUBJECT]
    asked += [(row, "change_name", [name]) for row in _BY_NAME_ALONE]
    asked.append((ChangeRelation, "other_name", [name]))
    if systems is None:
        store.ahead(*asked, also=[store.asked_all(SystemRecord)])
    else:
        store.ahead(*asked, (SystemRecord, "system", systems))


def ask_by_names(store: Store, name: str, systems: Collection[str] | None) -> None:
    """What is known under its aliases, of its work, its cases and its judgements."""
    names = {name, *(row.alias for row in store.by(ChangeAlias, "change_id", [name]))}
    works = {row.implementation for row in store.by(Implementation, "change_id", [name])}
    cases = {row.case_id for row in store.by(CaseSubject, "subject", [name])}
    further = set(cases)
    cases |= {row.case_id for row in store.by(CaseFile, "subject", [name])}
    events = [row.event for row in store.by(JudgedSubject, "subject", [name])]
    known = (
        store.all(SystemRecord) if systems is None else store.by(SystemRecord, "system", systems)
    )
    asked: list[Asked] = [(row, "change_name", names) for row in _BY_NAMES]
    asked += [(row, "pull", {each for each in works if is_pull(each)}) for row in _BY_PULL]
    asked += [(row, "implementation", works) for row in (RevisionImplementation, UnloggedState)]
    asked += [(row, "case_id", cases) for row in (CaseResolution, Alert, CaseReopening)]
    store.ahead(
        *asked,
        (CaseFile, "case_id", further),
        (Deployment, "deployment", works),
        (ProductionAct, "act", {each.removeprefix(ACT) for each in works if each.startswith(ACT)}),
        (Judgement, "event", events),
        (SystemAttribute, "system", [row.system for row in known]),
    )


def ask_by_content(
    held: Ledger,
    change: Change,
    contents: Collection[str],
    owned: Collection[str],
    deployments: Question,
    versions: Sequence[int],
) -> None:
    """What is known of everything that its work ever held, and of the policy that judged it."""
    asked: list[Asked] = [(row, "revision", contents) for row in _BY_CONTENT]
    held.ahead(
        *asked,
        (DeploymentRevision, "revision", owned),
        (PolicyInForce, "policy_version", versions),
        texts=[change.title] if change.title else (),
        also=[deployments],
    )


def ask_by_deployment(
    store: Store, name: str, landed: Collection[str], deployments: Collection[str]
) -> None:
    """What is known of the content that went live, and of who asked for that."""
    store.ahead(
        (Artifact, "revision", landed),
        (Revision, "revision", landed),
        (TestRun, "revision", landed),
        (DeploymentRequest, "deployment", deployments),
        (DeploymentRequest, "revision", landed),
        *asked_of_lapsing(store, name),
    )
