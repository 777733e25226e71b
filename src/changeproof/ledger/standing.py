"""Where each subject stands after it was judged: one row that lists and figures are read from.

Twenty thousand changes have half a million findings; a page that counts them may not read them.
So the row of a subject carries its verdicts as letters, its most urgent verdict and its first
deployment. It follows from findings and evidence alone: `verify` derives it again and compares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from changeproof.events.event import sha256_hex
from changeproof.events.forges import is_pull
from changeproof.ledger.changes_read import verdict_of
from changeproof.ledger.joined import (
    Change,
    Deployment,
    DeploymentRevision,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
    UnloggedState,
)
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.moment_seal import SealMoment
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.receipts import PolicyParameter
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import NAMED_KINDS, SYSTEM, kind_of_subject, standing_names

VERDICT_LETTERS: Mapping[str, str] = {
    "deviation": "d",
    "not_verifiable": "n",
    "pending": "p",
    "met": "m",
    "not_applicable": "a",
    "raised": "r",
    "clear": "c",
}
BASIS_LETTERS: Mapping[str, str] = {
    "direct": "d",
    "compensating": "c",
    "template": "t",
    "late_declared": "l",
    "waived": "w",
}
_LETTERS = {
    (verdict, basis): letter + of_basis
    for verdict, letter in VERDICT_LETTERS.items()
    for basis, of_basis in BASIS_LETTERS.items()
}
_PRODUCTION = "production_environments"
_UNSAID = frozenset({"production", "prod", "live"})


def standings(
    store: Store,
    as_of: int,
    findings: Iterable[Finding],
    due_at: Mapping[str, int | None],
    seal: SealMoment,
) -> list[SubjectJudged]:
    """The row of each subject that has findings, sorted; `as_of` is when they were judged.

    `seal` marks that moment as ours (`ledger.moment_seal`).
    """
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        held.setdefault(finding.subject, []).append(finding)
    changes = {row.change_id: row for row in store.by(Change, "change_id", held)}
    deployed = first_deployed(store, changes, as_of)
    rows = {
        name: _standing(
            name, as_of, seal, due_at.get(name), held[name], changes.get(name), deployed.get(name)
        )
        for name in sorted(held)
    }
    for name, system in _systems_of(store, [name for name in rows if name not in changes]).items():
        rows[name] = replace(rows[name], system=system)
    return list(rows.values())


def _systems_of(store: Store, subjects: Collection[str]) -> dict[str, str]:
    """The system of each incident, vulnerability and item."""
    found = {}
    for kind in NAMED_KINDS:
        names = [name.partition(":")[2] for name in subjects if kind_of_subject(name) == kind]
        known = standing_names(store, kind, among=names)
        found.update({f"{kind}:{name}": system for name, system in known.items()})
    return found


def first_deployed(store: Store, changes: Collection[str], as_of: int) -> dict[str, int]:
    """When each change first reached production, or was first seen running there."""
    production = {
        row.value.lower() for row in store.by(PolicyParameter, "parameter", [_PRODUCTION])
    }
    carried: dict[str, list[str]] = {}
    for row in store.by(Implementation, "change_id", changes):
        carried.setdefault(row.implementation, []).append(row.change_id)
    owned = {
        row.revision: row.implementation
        for row in store.by(RevisionImplementation, "implementation", carried)
    }
    covered = [row for row in store.by(DeploymentRevision, "revision", owned) if row.direction == 1]
    names = {row.deployment for row in covered} | {name for name in carried if not is_pull(name)}
    at = {
        row.deployment: row.deployed_at
        for row in store.by(Deployment, "deployment", names)
        if row.landing or row.environment.lower() in production
    }
    seen = [(owned[row.revision], at.get(row.deployment)) for row in covered]
    seen += [(name, at.get(name)) for name in carried]
    seen += [
        (state.implementation, state.observed_at)
        for state in store.by(UnloggedState, "implementation", carried)
    ]
    acts = [name.removeprefix(ACT) for name in carried if name.startswith(ACT)]
    seen += [
        (ACT + act.act, act.acted_at)
        for act in store.by(ProductionAct, "act", acts)
        if act.environment.lower() in production
    ]
    times: dict[str, int] = {}
    for implementation, moment in seen:
        if moment is not None and moment <= as_of:
            for change in carried[implementation]:
                times[change] = min(moment, times.get(change, moment))
    return times


def _production_environments(store: Store) -> frozenset[str]:
    """What any policy on record calls production, in lower case."""
    named = {row.value.lower() for row in store.by(PolicyParameter, "parameter", [_PRODUCTION])}
    return frozenset(named) or _UNSAID


@lru_cache(1024)
def shape_of(check_ids: tuple[str, ...]) -> str:
    """Names a sorted list of checks in a few letters; subjects of one kind share it."""
    return sha256_hex(",".join(check_ids).encode())[:12]


def letters_of(findings: Sequence[Finding]) -> str:
    """`shape:` and two letters a finding, verdict and basis, in order of the check's id."""
    ordered = sorted(findings, key=attrgetter("check_id"))
    letters = "".join([_LETTERS[row.verdict, row.basis] for row in ordered])
    return f"{shape_of(tuple([row.check_id for row in ordered]))}:{letters}"


def _standing(
    name: str,
    as_of: int,
    seal: SealMoment,
    due_at: int | None,
    findings: Sequence[Finding],
    change: Change | None,
    deployed_at: int | None,
) -> SubjectJudged:
    letters, sealed = letters_of(findings), seal(name, as_of)
    if change is None:
        system = name.removeprefix(SYSTEM) if name.startswith(SYSTEM) else ""
        return SubjectJudged(name, as_of, due_at, system, None, None, None, 0, letters, sealed)
    opened_at = change.opened_at or 0
    return SubjectJudged(
        subject=name,
        as_of=as_of,
        due_at=due_at,
        system=change.system,
        origin=change.origin,
        verdict=verdict_of(findings),
        deployed_at=deployed_at,
        listed_at=opened_at if deployed_at is None else deployed_at,
        verdicts=letters,
        as_of_seal=sealed,
    )
