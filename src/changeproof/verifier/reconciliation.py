"""Counts on every side of the population: what each source gave, and what became of it.

Each line is a query over the evidence tables, kept with its count, so that an auditor can run it
again on the pack's Parquet files. A leftover is a number greater than zero on a line marked so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from changeproof.checks import contract
from changeproof.events.refusal import Refusal
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES
from changeproof.log.sealed_archive import BadSeal
from changeproof.verifier.pack_format import RECONCILIATION

MOST = 200
"""Queries in a pack."""


@dataclass(frozen=True, slots=True)
class Line:
    """One count. `leftover`: something on this side has no counterpart on the other."""

    name: str
    leftover: bool
    query: str
    count: int = 0


LINES: tuple[Line, ...] = tuple(
    Line(name, leftover, query)
    for name, leftover, query in (
        ("Commits on record", False, "SELECT COUNT(DISTINCT revision) AS n FROM revision"),
        (
            "Commits in production that belong to a change",
            False,
            "SELECT COUNT(DISTINCT r.revision) AS n FROM deployment_revision AS r"
            " JOIN revision_implementation AS o ON o.revision = r.revision"
            " JOIN implementation AS i ON i.implementation = o.implementation"
            " WHERE r.direction = 1",
        ),
        (
            "Commits in production that belong to no change",
            True,
            "SELECT COUNT(DISTINCT r.revision) AS n FROM deployment_revision AS r"
            " LEFT JOIN revision_implementation AS o ON o.revision = r.revision"
            " LEFT JOIN implementation AS i ON i.implementation = o.implementation"
            " WHERE r.direction = 1 AND i.change_id IS NULL",
        ),
        ("Pull requests on record", False, "SELECT COUNT(*) AS n FROM pull_opened"),
        ("Pull requests merged", False, "SELECT COUNT(*) AS n FROM pull_merge"),
        (
            "Pull requests merged that belong to no change",
            True,
            "SELECT COUNT(*) AS n FROM pull_merge AS m"
            " LEFT JOIN implementation AS i ON i.implementation = m.pull"
            " WHERE i.change_id IS NULL",
        ),
        ("Requests and tickets on record", False, "SELECT COUNT(*) AS n FROM change_request"),
        (
            "Requests and tickets without any work",
            True,
            "SELECT COUNT(*) AS n FROM change_request AS r"
            " LEFT JOIN implementation AS i ON i.change_id = r.change_name"
            " WHERE i.implementation IS NULL",
        ),
        ("Builds on record", False, "SELECT COUNT(DISTINCT artifact) AS n FROM artifact"),
        ("Successful deployments", False, "SELECT COUNT(*) AS n FROM deployment"),
        (
            "Deployments of which no revision is known",
            True,
            "SELECT COUNT(*) AS n FROM deployment WHERE revision IS NULL",
        ),
        (
            "Deployments whose history has a hole",
            True,
            "SELECT COUNT(DISTINCT deployment) AS n FROM deployment_gap",
        ),
        ("States seen running", False, "SELECT COUNT(*) AS n FROM observed_state"),
        (
            "States seen running that no deployment put there",
            True,
            "SELECT COUNT(*) AS n FROM unlogged_state",
        ),
        ("Changes on record", False, "SELECT COUNT(*) AS n FROM change"),
        (
            "Changes that nobody asked for or reviewed (detected)",
            True,
            "SELECT COUNT(*) AS n FROM change WHERE origin = 'detected'",
        ),
        (
            "Rows of history retrieved",
            False,
            "SELECT COALESCE(SUM(row_count), 0) AS n FROM retrieval",
        ),
        (
            "Deliveries that could not be read, in quarantine",
            True,
            "SELECT COUNT(*) AS n FROM quarantined_delivery AS q"
            " LEFT JOIN replayed_delivery AS r ON r.kind = q.kind AND r.delivery = q.delivery"
            " WHERE r.event IS NULL",
        ),
        (
            "Deliveries seen that hold no evidence",
            False,
            "SELECT COUNT(*) AS n FROM seen_delivery",
        ),
    )
)


def counted(store: Store, lines: Sequence[Line] = LINES) -> list[Line]:
    """The lines with their counts. Raises BadSeal for a query outside the contract."""
    if len(lines) > MOST:
        raise BadSeal(RECONCILIATION, f"{len(lines)} queries; MOST is {MOST}")
    return [Line(line.name, line.leftover, line.query, _count(store, line.query)) for line in lines]


def _count(store: Store, query: str) -> int:
    try:
        statement = contract.parsed(query, RECONCILIATION)
        contract.examine(statement, RECONCILIATION)
    except (Refusal, RecursionError) as error:
        why = error.why if isinstance(error, Refusal) else "it nests too deeply"
        raise BadSeal(RECONCILIATION, why) from error
    unknown = contract.tables_read(statement) - set(TABLES)
    if unknown or statement.find(exp.With) or statement.find(exp.Placeholder):
        raise BadSeal(RECONCILIATION, f"a query reads what is no table: {query[:80]}")
    found = store.database.execute(query)
    return int(found[0][0])
