"""What an item of the desk will ask of the database, in a few statements instead of one a table.

Nothing here is read for its own sake: `Store.by` finds its answers within the page's view, and
asks by itself what was forgotten here.
"""

from collections.abc import Collection

from changeproof.accounts.callers import Caller
from changeproof.events.forges import is_pull
from changeproof.ledger.absences import Absence, AbsenceEnd
from changeproof.ledger.cases import (
    CaseComment,
    CaseOwner,
    CaseReopening,
    CaseRevert,
    CaseSubject,
    DeviationAccount,
    LikeSearch,
)
from changeproof.ledger.decisions import (
    Approval,
    ChangeAuthorization,
    DecisionWithdrawal,
    Decline,
)
from changeproof.ledger.documents import DocumentVersion
from changeproof.ledger.each_once import each_once
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Deployment,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
    UnloggedState,
)
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.judgements import CaseFile, CaseLink, CaseResolution
from changeproof.ledger.people import (
    AccountDeclaration,
    AccountKindRow,
    AccountPerson,
    AccountSettlement,
    RoleGrant,
    RoleRevocation,
    SystemMapping,
)
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.pulls import PullHead, PullHeadPusher, PullMerge, PullOpened, Review
from changeproof.ledger.receipts import Recovery, Silence, SourceCoverage
from changeproof.ledger.requests import (
    ChangeRequest,
    Emergency,
    PostReview,
    RequestClosure,
    Schedule,
    TicketMove,
)
from changeproof.ledger.revisions import (
    PushRevision,
    Repository,
    Revision,
    RevisionAuthor,
    RevisionRepository,
)
from changeproof.ledger.service import Ledger
from changeproof.ledger.steps import StepPlan
from changeproof.ledger.store import Asked, Store
from changeproof.ledger.systems import SystemAttribute, SystemRecord
from changeproof.log.database import Question

SYSTEMS = Question(
    f"{each_once('change', 'system')} UNION SELECT system FROM system_mapping"
    " UNION SELECT system FROM system_record",
    (),
    1,
)
"""Every system that a change or a repository was ever said to belong to, or that is described."""

_BY_CHANGE = (Change, ChangeAlias, Implementation)
_BY_SUBJECT = (SubjectJudged, Finding, CaseSubject, CaseFile)
_BY_NAME = (
    Emergency,
    PostReview,
    RequestClosure,
    TicketMove,
    DocumentVersion,
    StepPlan,
    ChangeRequest,
    ProposedItem,
    IncidentChange,
    Schedule,
)
_BY_NAMES = (Approval, Decline, DecisionWithdrawal, ChangeAuthorization)
_BY_PULL = (PullHead, PullMerge, PullOpened, PullHeadPusher, Review)
_BY_CASE = (
    CaseOwner,
    CaseLink,
    CaseSubject,
    CaseComment,
    CaseRevert,
    CaseReopening,
    CaseResolution,
    LikeSearch,
    DeviationAccount,
)
_CONTEXT = (Absence, AbsenceEnd, Emergency, Recovery, Silence)
_OF_ITEMS = (Repository, SystemMapping, SourceCoverage, SystemRecord, RoleGrant)


def ask_for_desk(held: Ledger, candidates: Collection[str]) -> None:
    """What the desk shows where no item is opened; `candidates` are those in its list."""
    context = [held.store.asked_all(row) for row in _CONTEXT]
    held.ahead((Change, "change_id", candidates), also=[SYSTEMS, *context])


def ask_for_item(held: Ledger, caller: Caller, name: str, candidates: Collection[str]) -> None:
    """What is known under the item's own name, and of who decides on what."""
    store = held.store
    asked: list[Asked] = [(row, "change_id", [name]) for row in _BY_CHANGE]
    asked += [(row, "subject", [name]) for row in _BY_SUBJECT]
    asked += [(row, "change_name", [name]) for row in _BY_NAME]
    asked += [(row, "account", [caller.account]) for row in (AccountKindRow, AccountDeclaration)]
    spelled = {name, name.upper(), name.lower()}  # as `find_change` tries them
    asked.append((Change, "change_id", spelled.union(candidates)))
    held.ahead(*asked, also=[SYSTEMS, *(store.asked_all(row) for row in (*_CONTEXT, *_OF_ITEMS))])
    _ask_by_names(held, caller, name, candidates)
    _ask_by_content(store, name)


def _ask_by_names(held: Ledger, caller: Caller, name: str, candidates: Collection[str]) -> None:
    """What is known under its aliases, of its work, of its cases and of everybody's roles."""
    store = held.store
    changes = store.by(Change, "change_id", {name, *candidates})
    names = {name, *(row.alias for row in store.by(ChangeAlias, "change_id", [name]))}
    works = {row.implementation for row in store.by(Implementation, "change_id", [name])}
    further = {row.case_id for row in store.by(CaseSubject, "subject", [name])}
    cases = further | {row.case_id for row in store.by(CaseFile, "subject", [name])}
    granted = {row.account for row in store.all(RoleGrant)}
    declared = {row.declared_by for row in store.all(Emergency) if row.declared_by}
    asked: list[Asked] = [(row, "change_name", names) for row in _BY_NAMES]
    asked += [(row, "pull", {each for each in works if is_pull(each)}) for row in _BY_PULL]
    asked += [
        (row, "implementation", works)
        for row in (Implementation, RevisionImplementation, UnloggedState)
    ]
    asked += [(row, "case_id", cases) for row in _BY_CASE]
    asked += [(row, "account", granted) for row in (RoleGrant, RoleRevocation)]
    commits = {each.removeprefix("git:") for each in works if is_commit(each)}
    held.ahead(
        *asked,
        (CaseFile, "case_id", further),
        (Deployment, "deployment", works),
        (SystemAttribute, "system", {row.system for row in store.all(SystemRecord)}),
        (RevisionRepository, "revision", commits),
        (AccountPerson, "account", granted | declared | {caller.account}),
        (AccountSettlement, "account", granted | declared | {caller.account}),
        (AccountDeclaration, "account", granted | declared),
        texts={row.title for row in changes if row.title},
    )


def _ask_by_content(store: Store, name: str) -> None:
    """Who wrote and pushed what its work holds."""
    works = {row.implementation for row in store.by(Implementation, "change_id", [name])}
    pulls = {each for each in works if is_pull(each)}
    revisions = {
        row.revision for row in store.by(RevisionImplementation, "implementation", works)
    } | {row.revision for row in store.by(PullHead, "pull", pulls)}
    people = {row.author for row in store.by(PullOpened, "pull", pulls)}
    people |= {row.account for row in store.by(PullHeadPusher, "pull", pulls)}
    accounts = {each for each in people if each}
    store.ahead(
        (Revision, "revision", revisions),
        (RevisionAuthor, "revision", revisions),
        (PushRevision, "revision", revisions),
        (AccountDeclaration, "account", accounts),
        (AccountPerson, "account", accounts),
        (AccountSettlement, "account", accounts),
    )
