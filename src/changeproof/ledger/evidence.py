"""From log entries to evidence tables: the one road, for a batch, a rebuild and `verify`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.entry import Entry
from changeproof.events.event import Event
from changeproof.events.forges import is_forge, repository_of_pull
from changeproof.events.pulls import PullRequestMerged, PullRequestRevised, RevisionReviewed
from changeproof.events.revisions import (
    ProtectionChanged,
    RevisionPushed,
    RevisionRecorded,
    RevisionTagged,
)
from changeproof.events.testing import TestsRun
from changeproof.ledger import (  # noqa: F401 - importing them registers tables and projectors
    absences,
    access,
    access_reviews,
    acquisitions,
    alerting,
    asked_roles,
    assessments,
    baselines,
    boards,
    break_glass,
    case_rules,
    cases,
    configuration_files,
    connections,
    controls,
    decisions,
    deployments,
    documents,
    escalations,
    group_roles,
    incidents,
    inventory,
    item_contents,
    joined,
    judgements,
    oversight,
    people,
    policies,
    production_acts,
    pulls,
    receipts,
    requests,
    retrievals,
    reviews_afterwards,
    revisions,
    scans,
    seats,
    steps,
    systems,
    vulnerabilities,
    waivers,
)
from changeproof.ledger.deployments import DeploymentOutcome, DeploymentRequest, TestRun
from changeproof.ledger.joins.deployed import define_nodes, load_graph
from changeproof.ledger.joins.derive import derive
from changeproof.ledger.joins.graph import CommitGraph
from changeproof.ledger.joins.touched import Touched
from changeproof.ledger.people import AccountKindRow, SystemMapping
from changeproof.ledger.projection import project, projects
from changeproof.ledger.pulls import PullDescription, PullHead, PullMerge, PullOpened, Review
from changeproof.ledger.receipts import SourceCoverage
from changeproof.ledger.requests import ChangeRequest, TicketMove
from changeproof.ledger.revisions import Repository, moment
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import ORGANISATION
from changeproof.ledger.table import Row, table
from changeproof.log.database import Database

# Acts whose time is when the forge told of them. What is restated later with an old time
# (when a pull request was opened) would stretch coverage into a past that nobody saw.
_WITNESSED = (
    RevisionPushed,
    PullRequestRevised,
    PullRequestMerged,
    RevisionReviewed,
    TestsRun,
    DeploymentFinished,
    ProtectionChanged,
)

# Tables in which a later statement can move a join: the row that it replaces is marked too.
_MOVING: tuple[type[Row], ...] = (
    PullMerge,
    PullDescription,
    DeploymentRequest,
    DeploymentOutcome,
    ChangeRequest,
    production_acts.ProductionAct,
)
# Here only a changed value matters: every delivery states them again.
_RESTATED: tuple[type[Row], ...] = (Repository, SystemMapping, SourceCoverage, AccountKindRow)
# The organisation answers for which tools are connected (`practices/tools_connected`), and so for
# these, and for whether there is any row of those.
_CONNECTED: frozenset[type[Row]] = frozenset((Repository, SystemMapping, SourceCoverage))
_SIGNS_OF_LIFE: tuple[type[Row], ...] = (ChangeRequest, TicketMove, TestRun)
# What every check reads besides its subject's own rows; a new value may change any verdict.
_CONTEXT: frozenset[type[Row]] = frozenset(
    (
        people.AccountDeclaration,
        people.AccountPerson,
        people.AccountSettlement,
        people.RoleGrant,
        people.RoleRevocation,
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
)

# Tables in which several events may state one row: all of them are evidence.
_CONTESTED: dict[type[Row], str] = {
    PullOpened: "pull",
    PullDescription: "pull",
    PullHead: "pull",
    PullMerge: "pull",
    Review: "review",
    DeploymentRequest: "deployment",
    DeploymentOutcome: "deployment",
    TestRun: "run",
    ChangeRequest: "change_name",
}


@table("row_event", key=("table_name", "subject", "event"))
@dataclass(frozen=True, slots=True)
class RowEvent(Row):
    """Every event that stated a row, the losing ones too: supporting evidence."""

    table_name: str
    subject: str
    stated_at: int
    event: str


@table("generic_delivery", key=("payload", "event"))
@dataclass(frozen=True, slots=True)
class GenericDelivery(Row):
    """A payload given to the generic endpoint: its first receipt counts, a repetition is none."""

    payload: str
    stated_at: int
    event: str


_OF_A_COMMIT = (RevisionRecorded, RevisionTagged)
"""What these tell of their accounts, whoever made the commit wrote."""


@projects(Event)
def context_rows(event: Event, event_id: str) -> Iterator[Row]:
    """What any event tells besides: accounts that are not human, and a forge's coverage."""
    at = moment(event)
    for account, kind in event.account_kinds.items():
        yield AccountKindRow(account, int(isinstance(event, _OF_A_COMMIT)), kind, at, event_id)
    if isinstance(event, _WITNESSED) and event.occurred_at is not None and is_forge(event.source):
        repository = repository_of(event)
        if repository is not None:
            yield SourceCoverage(repository, event.source, at, at, event_id)
    if event.payload_digest is not None and event.source.startswith("events"):
        yield GenericDelivery(event.payload_digest, at, event_id)


def repository_of(event: Event) -> str | None:
    """The repository that an event tells of, where it names one."""
    stated = event.__dict__  # asking a model for what it has not costs more than all the rest
    repository: str | None = stated.get("repository")
    if repository is None:
        pull: str | None = stated.get("pull")
        repository = repository_of_pull(pull) if pull else None
    return repository


class Evidence:
    """The evidence tables in one database, and the commit graph that goes with them.

    The graph is read when a walk first needs it and kept while the caller says that nobody else
    wrote in between (`forget`).
    """

    def __init__(self, database: Database) -> None:
        self.store = Store(database)
        self.context_version = 0
        """Another number whenever context may have changed."""
        self._graph: CommitGraph | None = None

    def forget(self) -> None:
        """Read everything anew when it is next needed: somebody else wrote, or we rolled back."""
        self._graph = None
        self.context_version += 1

    def take(self, entries: Collection[Entry]) -> set[str]:
        """Project a batch and derive what it touched; the subjects to judge again.

        In the caller's transaction. Entries may come in any order and any number of times.
        """
        rows = [row for entry in entries for row in project(entry)]
        touched = Touched()
        groups: dict[type[Row], list[Any]] = {}
        for row in rows:
            groups.setdefault(type(row), []).append(row)
        for kind in _MOVING:
            touched.mark(self._held(kind, groups.get(kind, ())))
        restated = {
            kind: {self._value(row) for row in self._held(kind, groups.get(kind, ()))}
            for kind in _RESTATED
        }
        touched.subjects |= {
            ORGANISATION for kind in _SIGNS_OF_LIFE if self._is_first(kind, groups)
        }
        self.store.upsert([*rows, *_statements(rows)])
        for kind, members in groups.items():
            if kind in restated:
                now = self._held(kind, members)
                changed = [row for row in now if self._value(row) not in restated[kind]]
                touched.mark(changed)
                if changed and kind in _CONNECTED:
                    touched.subjects.add(ORGANISATION)
                self.context_version += bool(changed)
            else:
                touched.mark(members)
                self.context_version += kind in _CONTEXT
        if touched.is_empty:
            return set()
        late: set[str] = set()
        if self._graph is not None:
            late = define_nodes(self.store, self._graph, touched.nodes)
        elif touched.nodes and self._walked():
            # Whether something came late shows only against the graph as it was.
            late = self._late_for_a_graph_not_read(touched.nodes)
        return derive(self.store, touched, self._read_graph, late)

    def _held(self, kind: type[Row], rows: Iterable[Any]) -> list[Any]:
        column = kind.table.key[0]
        return self.store.by(kind, column, {getattr(row, column) for row in rows})

    def _is_first(self, kind: type[Row], groups: Mapping[type[Row], object]) -> bool:
        """Whether a table gets its first rows."""
        return kind in groups and not self.store.database.execute(
            f"SELECT 1 FROM {kind.table.name} LIMIT 1"
        )

    @staticmethod
    def _value(row: Row) -> tuple[Any, ...]:
        """A row's content without its provenance."""
        names = row.table.column_names
        return tuple(getattr(row, name) for name in names if name not in ("stated_at", "event"))

    def _walked(self) -> bool:
        """Whether any deployment's coverage came of a walk."""
        found = self.store.database.execute(
            "SELECT 1 FROM deployment WHERE landing = 0 OR previous_revision IS NOT NULL LIMIT 1"
        )
        return bool(found)

    def _late_for_a_graph_not_read(self, nodes: Collection[str]) -> set[str]:
        """The nodes that something in the tables already refers to, or told of before."""
        self._read_graph()
        return set(nodes)

    def _read_graph(self) -> CommitGraph:
        if self._graph is None:
            self._graph = load_graph(self.store)
        return self._graph


def _statements(rows: Iterable[Any]) -> Iterator[RowEvent]:
    for row in rows:
        column = _CONTESTED.get(type(row))
        if column is not None:
            yield RowEvent(row.table.name, getattr(row, column), row.stated_at, row.event)
