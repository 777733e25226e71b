"""Small random ledgers, inconsistent on purpose: what engines must agree on all the same."""

from random import Random
from typing import Any

from changeproof.checks.evidence import CONTEXT_TABLES, SCOPED_TABLES
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Row, Table
from changeproof.log.database import MemoryDatabase

SECOND = 1_000_000

_ACCOUNTS = [None, "ann", "ann2", "bob", "bob2", "cyd", "robot", "agent"]
_REPOSITORIES = ["github:repo/1", "github:repo/2", "git:repo/old"]
_SYSTEMS = ["shop", "Shop", "old", "billing"]
_REVISIONS = [f"{letter}" * 40 for letter in "abcdef"]
_PULLS = [f"github:repo/{repository}/pull/{number}" for repository in (1, 2) for number in (1, 2)]
_DEPLOYMENTS = ["d1", "d2", "d3", "d4"]
_STATES = ["observed:shop/production/x"]
_ACTS = ["A1", "A2"]
_WORKS = [
    *_PULLS,
    *(f"git:{revision}" for revision in _REVISIONS[:3]),
    *(f"act:{act}" for act in _ACTS),
    *_STATES,
    "d4",
]
_ITEMS = ["shop/production/limits", "billing/production/limits"]
_CHANGES = ["CHG-1", "CHG-2", *_WORKS]
_DIGESTS = [None, "sha256:one", "sha256:two"]

_POOLS: dict[str, list[Any]] = {
    "account": _ACCOUNTS,
    "absence": ["ABS-1", "ABS-2"],
    "access": ["write", "deploy", "administer_protection"],
    "act": _ACTS,
    "activity": ["drift_scan", "restore_test"],
    "adopted_by": _ACCOUNTS,
    "answer": ["addressed", "not_affected", "rejected"],
    "approved_by": _ACCOUNTS,
    "area": ["pipeline", "tests", "code"],
    "automatic": [0, 0, 1],
    "artifact": _DIGESTS,
    "asks": [None, "changes"],
    "author": _ACCOUNTS,
    "alias": [*_PULLS, "SHOP-1", "git:" + "a" * 40],
    "attempt": [1, 2],
    "authorized_by": _ACCOUNTS,
    "base_ref": [None, "main"],
    "change_id": _CHANGES,
    "change_name": [*_CHANGES, "SHOP-1"],
    "claim": ["reviewer", "ticket"],
    "claimed_review": [None, "https://review"],
    "complete": [0, 1],
    "conclusion": ["passed", "passed", "failed", "skipped"],
    "declared_by": _ACCOUNTS,
    "decision": ["approval", "authorization"],
    "deployment": _DEPLOYMENTS,
    "deputy": _ACCOUNTS,
    "direction": [1, 1, -1],
    "edited": [0, 1],
    "emergency": ["E1", "E2"],
    "enforced": [0, 1],
    "environment": ["production", "Prod", "staging"],
    "filled": [0, 1],
    "head": _REVISIONS,
    "head_ref": [None, "work"],
    "head_repository": [None, *_REPOSITORIES],
    "implementation": _WORKS,
    "in_scope": [0, 1],
    "incident": [None, "I1"],
    "item": _ITEMS,
    "items": ["", "shop", "billing,shop"],
    "kind": ["bot", "agent", "service"],
    "known_exploited": [0, 1],
    "landing": [0, 0, 1],
    "meeting": [None, "CAB-1", "CAB-2"],
    "merged_by": _ACCOUNTS,
    "moment": ["before", "after"],
    "name": ["unit", "lint"],
    "named_item": _ITEMS,
    "needs_change": [0, 1],
    "on_behalf_of": _ACCOUNTS,
    "open_findings": [0, 3],
    "origin": ["requested", "reviewed", "claimed", "detected"],
    "outcome": ["implemented", "cancelled"],
    "parent_count": [0, 1, 2],
    "parent": _REVISIONS,
    "part": ["author", "co_author"],
    "pattern": ["main", "release/*"],
    "person": ["P1", "P2", "P3"],
    "policy_version": [1, 2],
    "position": [0],
    "poster": [None, "ci", "mine"],
    "pull": _PULLS,
    "pusher": _ACCOUNTS,
    "pushed_by": _ACCOUNTS,
    "ref": ["refs/heads/main", "refs/heads/work"],
    "repository": _REPOSITORIES,
    "proposed_by": _ACCOUNTS,
    "relation": ["remediates", "caused"],
    "requested_by": _ACCOUNTS,
    "review": ["r1", "r2", "r3", "r4"],
    "revision": _REVISIONS,
    "risk": [None, "low", "high"],
    "role": ["approver", "deployer", "change_manager"],
    "rollback": [0],
    "run": ["u1", "u2", "u3", "u4"],
    "run_by": _ACCOUNTS,
    "severity": ["low", "medium", "high", "critical"],
    "scope": ["github", "github:repo/1", "billing"],
    "system": _SYSTEMS,
    "topic": ["objectives", "systems", "data", "risk", "process", "access"],
    "to_status": ["Approved", "In Progress"],
    "tree": [None, "t1", "t2"],
    "triggered_by": _ACCOUNTS,
    "vulnerability": ["V1", "V2"],
    "vote": ["for", "for", "against", "abstain"],
    "verdict": ["approved", "approved", "changes_requested", "commented"],
}
_PARAMETERS: dict[str, list[str]] = {
    "approve_before": ["merge", "deployment"],
    "authorize_before": ["development", "merge", "deployment"],
    "tests_before": ["approval", "merge", "deployment"],
    "tests_on": ["same_content", "head", "deployed"],
    "trailers_accepted": ["none", "gerrit", "all"],
    "blocking_reviews_count": ["true", "false"],
    "emergency.declare_within": ["10000000"],
    "emergency.approve_within": ["20000000"],
    "emergency.review_within": ["40000000"],
    "emergency.incident_required": ["true", "false"],
    "review_authorizes": ["low", "medium"],
    "required_check": ["unit"],
    "required_check_poster": ["", "ci"],
    "alternative_control": ["08-alt"],
    "alternative_control_check": ["cc8_1/08_approval"],
    "alternative_control_kind": ["post_review_by_other"],
    "alternative_control_within": ["30000000"],
}
_KINDS = {"pull": "/pull/", "commit": "git:", "observed": "observed:", "act": "act:"}


def random_rows(random: Random) -> list[Row]:
    """Rows of every table that checks read, with keys that occur once."""
    rows: list[Row] = []
    for name in dict.fromkeys((*SCOPED_TABLES, *CONTEXT_TABLES)):
        table = TABLES[name]
        most = 3 if name in CONTEXT_TABLES else 8
        found: dict[tuple[Any, ...], Row] = {}
        for number in range(random.randint(0, most)):
            row = _row(table, random, number)
            found[tuple(getattr(row, key) for key in table.key)] = row
        rows.extend(found.values())
    return rows


def random_store(random: Random) -> Store:
    """A ledger in memory that holds them."""
    database = MemoryDatabase()
    create_tables(database)
    store = Store(database)
    store.insert(random_rows(random))
    return store


def _row(table: Table, random: Random, number: int) -> Row:
    cells: dict[str, Any] = {}
    for column in table.columns:
        name = column.name
        if name in ("event", "events"):
            cells[name] = f"{table.name}-{number}"
        elif column.kind == "integer" and name not in _POOLS:
            cells[name] = random.randint(0, 100) * SECOND + random.choice([0, 0, 1, 999_999])
            if column.nullable and random.random() < 0.1:
                cells[name] = None
        else:
            options = _POOLS.get(name, [None, "x"])
            if not column.nullable:
                options = [option for option in options if option is not None]
            cells[name] = random.choice(options)
    _make_sense(table.name, cells, random)
    row: Row = table.row(**cells)
    return row


def _make_sense(table: str, cells: dict[str, Any], random: Random) -> None:
    if table == "implementation":
        work = cells["implementation"]
        kinds = [kind for kind, mark in _KINDS.items() if mark in work]
        cells["kind"] = kinds[0] if kinds else "deployment"
    elif table == "unlogged_state":
        cells["implementation"] = random.choice(_STATES)
    elif table == "revision_implementation":
        cells["implementation"] = random.choice(_WORKS[:-2])
    elif table == "policy_parameter":
        cells["parameter"] = random.choice(sorted(_PARAMETERS))
        cells["value"] = random.choice(_PARAMETERS[cells["parameter"]])
    elif table == "revision_claim":
        cells["value"] = random.choice(_ACCOUNTS[1:])
    elif table == "repository":
        cells["name"] = random.choice(_SYSTEMS)
    elif table == "time_window":
        cells["kind"] = random.choice(["freeze", "maintenance"])
    elif table == "change":
        cells["kind"] = "software"
        cells["opened_at"] = random.randint(0, 20) * SECOND
    elif table == "deployment":
        cells["deployed_at"] = random.choice([None, 40 * SECOND, 60 * SECOND + 1])
