"""Migrations that a deployment ran, by the file in a commit that it brought.

An act that a table of migrations tells of is part of a deployment where its name is that of a file
in a commit that came in with it, it ran between that deployment's begin and end, in its place, and
no person is known to have run it. Then it needs no request of its own: what it did stands in the
reviewed file. Whatever else runs in that time stays a change of its own.
"""

from collections.abc import Collection

from changeproof.ledger.deployments import DeploymentRequest
from changeproof.ledger.joined import Deployment, DeploymentRevision, MigrationAct
from changeproof.ledger.people import AccountDeclaration, AccountKindRow
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.revisions import RevisionMigration
from changeproof.ledger.store import Store

_ITEM = "/migrations/"
_HOUR = 3_600_000_000
"""Microseconds before its end in which a deployment ran that nobody told the begin of."""


def derive_migrations(
    store: Store, acts: Collection[str], revisions: Collection[str], deployments: Collection[str]
) -> tuple[set[str], set[str]]:
    """Bring up to date which migrations were run by which deployment: for these acts, and for
    those that may belong to one of these commits or deployments.

    The acts that were looked at, and the commits whose migrations ran otherwise than was known.
    """
    names = {row.name for row in store.by(RevisionMigration, "revision", revisions)}
    near = store.by(MigrationAct, "name", names) + store.by(MigrationAct, "deployment", deployments)
    wanted = set(acts) | {row.act for row in near}
    if not wanted:
        return set(), set()
    before = store.by(MigrationAct, "act", wanted)
    after = _rows(store, wanted)
    store.replace_known(MigrationAct, before, after)
    moved = {row.revision for row in set(before) ^ set(after) if row.revision}
    return wanted, moved


def ran_by_deployments(store: Store, acts: Collection[str]) -> set[str]:
    """Of these acts, those that a deployment ran."""
    return {row.act for row in store.by(MigrationAct, "act", acts) if row.deployment}


def all_migrations(store: Store) -> set[str]:
    """Every act that a table of migrations told of."""
    return {row.act for row in store.all(MigrationAct)}


def _rows(store: Store, acts: Collection[str]) -> list[MigrationAct]:
    told = {
        act.act: (act, _name(act.item))
        for act in store.by(ProductionAct, "act", acts)
        if act.item and _ITEM in act.item and act.kind == "software" and not act.automatic
    }
    files: dict[str, list[str]] = {}
    for row in store.by(RevisionMigration, "name", {name for _, name in told.values()}):
        files.setdefault(row.name, []).append(row.revision)
    holding = {revision for revisions in files.values() for revision in revisions}
    brought = [
        row for row in store.by(DeploymentRevision, "revision", holding) if row.direction == 1
    ]
    names = {row.deployment for row in brought}
    deployments = {row.deployment: row for row in store.by(Deployment, "deployment", names)}
    begun = {row.deployment: row for row in store.by(DeploymentRequest, "deployment", names)}
    people = _people(store, {act.account for act, _ in told.values() if act.account})
    found = []
    for act, name in told.values():
        ran = min(
            (
                (row.deployment, row.revision)
                for row in brought
                if row.revision in files.get(name, ())
                and act.account not in people
                and act.change_name is None
                and _holds(deployments[row.deployment], begun.get(row.deployment), act)
            ),
            default=(None, None),
        )
        found.append(MigrationAct(act.act, name, *ran))
    return found


def _name(item: str) -> str:
    """As `sources.migration_files` names it; Flyway tells a script with its folder."""
    name = item.partition(_ITEM)[2]
    return name.rpartition("/")[2] if name.endswith(".sql") else name


def _people(store: Store, accounts: Collection[str]) -> set[str]:
    """Those that are not known to be a program's; who runs an agent is a person."""
    told = store.by(AccountKindRow, "account", accounts)
    kinds = {row.account: row.kind for row in told if not row.claimed}
    kinds |= {row.account: row.kind for row in store.by(AccountDeclaration, "account", accounts)}
    return {each for each in accounts if kinds.get(each) not in ("bot", "service")}


def _holds(deployment: Deployment, request: DeploymentRequest | None, act: ProductionAct) -> bool:
    if deployment.landing or deployment.deployed_at is None or act.acted_at is None:
        return False
    begun = request.requested_at if request else None
    if begun is None:
        begun = deployment.deployed_at - _HOUR
    return (
        deployment.system.lower() == act.system.lower()
        and deployment.environment.lower() == act.environment.lower()
        and begun <= act.acted_at <= deployment.deployed_at
    )
