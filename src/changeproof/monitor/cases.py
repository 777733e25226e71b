"""A case for every unauthorized change, opened once, after the time a record may take to come."""

from collections.abc import Iterator, Sequence

from changeproof.events.acts import CaseOpened
from changeproof.ledger.joined import (
    ChangeAlias,
    Deployment,
    DeploymentRevision,
    Finding,
    Implementation,
    RevisionImplementation,
    UnloggedState,
)
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger

UNAUTHORIZED = "signs/unauthorized_deployment"


def case_of(subject: str) -> str:
    """The case's own name: one a change, whatever happens later."""
    return f"case:{subject}"


def open_cases(ledger: Ledger, findings: Sequence[Finding], moment: int) -> list[CaseOpened]:
    """Cases for changes that were deployed and authorized by nobody, not opened before."""
    raised = {
        row.subject for row in findings if row.check_id == UNAUTHORIZED and row.verdict == "raised"
    }
    if not raised:
        return []
    # A commit that has become part of a request had its case under its own name.
    names = {subject: {subject} for subject in raised}
    for alias in ledger.store.by(ChangeAlias, "change_id", raised):
        names[alias.change_id].add(alias.alias)
    everyone = {name for group in names.values() for name in group}
    opened = {row.subject for row in ledger.store.by(CaseFile, "subject", everyone)}
    return list(_cases(ledger, sorted(s for s in raised if not names[s] & opened), moment))


def _cases(ledger: Ledger, subjects: Sequence[str], moment: int) -> Iterator[CaseOpened]:
    deployed = _deployed_at(ledger, subjects)
    for subject in subjects:
        yield CaseOpened(
            source="monitor",
            delivery=case_of(subject),
            occurred_at=moment,
            case=case_of(subject),
            subject=subject,
            check=UNAUTHORIZED,
            deployed_at=deployed.get(subject),
        )


def _deployed_at(ledger: Ledger, subjects: Sequence[str]) -> dict[str, int]:
    """When each was first deployed, or first seen running."""
    store = ledger.store
    carried = {
        row.implementation: row.change_id for row in store.by(Implementation, "change_id", subjects)
    }
    times: dict[str, int] = {}

    def say(change: str, at: int | None) -> None:
        if at is not None:
            times[change] = min(at, times.get(change, at))

    owned = {
        row.revision: carried[row.implementation]
        for row in store.by(RevisionImplementation, "implementation", carried)
    }
    covered = [row for row in store.by(DeploymentRevision, "revision", owned) if row.direction == 1]
    names = {row.deployment for row in covered} | set(carried)
    at = {row.deployment: row.deployed_at for row in store.by(Deployment, "deployment", names)}
    for row in covered:
        say(owned[row.revision], at.get(row.deployment))
    for name, change in carried.items():
        say(change, at.get(name))
    for state in store.by(UnloggedState, "implementation", carried):
        say(carried[state.implementation], state.observed_at)
    return times
