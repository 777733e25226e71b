"""A case for every cause of what must not be, opened once, after the time a record may take to
come; extended by what has the same cause, and opened again where it comes back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from changeproof.checks.loader import load_checks
from changeproof.events.acts import CaseOpened
from changeproof.events.cases import CaseExcluded, CaseExtended, CaseReopened
from changeproof.events.event import Event, canonical, sha256_hex
from changeproof.ledger.case_rules import CaseExclusion
from changeproof.ledger.cases import CaseSubject
from changeproof.ledger.cases_read import Case, cases_of
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
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.monitor.causes import Raised, raised
from changeproof.monitor.remembered import covered

MONITOR = "monitor"
_MOST = 100
"""Subjects that one event names at most."""


def attend(
    ledger: Ledger, findings: Sequence[Finding], relapsed: Collection[str], moment: int
) -> list[Event]:
    """What becomes of cases by these findings. `relapsed` are the subjects of which a verdict
    became bad that was not before: only they open a case again."""
    severities = {check.id: str(check.matter.severity) for check in load_checks().checks}
    found = raised(ledger.store, findings, severities)
    if not found:
        return []
    held = _held(ledger.store, found)
    again = [each for each in found if _key(each) in held and each.subject in relapsed]
    events: list[Event] = list(_reopened(held, again, moment))
    fresh = [each for each in found if _key(each) not in held]
    rules = covered(ledger.store, fresh, moment)
    excluded = _excluded(ledger.store, {each.subject for each in fresh})
    for each, rule in rules.items():
        if (each.subject, each.check) not in excluded:
            events.append(
                CaseExcluded(
                    **_header(moment, "excluded", rule, each.subject, each.check),
                    rule=rule,
                    subject=each.subject,
                    check=each.check,
                )
            )
    waiting = [
        each
        for each in fresh
        if each not in rules
        and (each.subject in relapsed or (each.subject, each.check) not in excluded)
    ]
    return [*events, *_opened(ledger, waiting, moment)]


def _key(each: Raised) -> tuple[str, str]:
    """A change has one case, whatever its name; anything else one of each cause."""
    case = "" if kind_of_subject(each.subject) == "change" else each.case
    return case, each.subject


def _held(store: Store, found: Sequence[Raised]) -> dict[tuple[str, str], Case]:
    """The cases that these subjects have already."""
    subjects = {each.subject for each in found}
    # A commit that has become part of a request had its case under its own name.
    names = {subject: subject for subject in subjects}
    for alias in store.by(ChangeAlias, "change_id", subjects):
        names.setdefault(alias.alias, alias.change_id)
    files = {row.case_id: row for row in store.by(CaseFile, "subject", names)}
    further = {row.case_id for row in store.by(CaseSubject, "subject", names)}
    files.update((row.case_id, row) for row in store.by(CaseFile, "case_id", further))
    held = {}
    for case in cases_of(store, [files[name] for name in sorted(files)]):
        for subject in case.every_subject:
            if subject in names:
                owner = names[subject]
                key = "" if kind_of_subject(owner) == "change" else case.name
                held[key, owner] = case
    return held


def _excluded(store: Store, subjects: Collection[str]) -> set[tuple[str, str]]:
    return {(row.subject, row.check_id) for row in store.by(CaseExclusion, "subject", subjects)}


def _reopened(
    held: Mapping[tuple[str, str], Case], again: Sequence[Raised], moment: int
) -> Iterator[CaseReopened]:
    told: set[str] = set()
    for each in again:
        case = held[_key(each)]
        if case.ended is not None and case.name not in told:
            told.add(case.name)
            yield _reopening(case.name, each, moment)


def _reopening(case: str, each: Raised, moment: int) -> CaseReopened:
    return CaseReopened(
        **_header(moment, "reopened", case, str(moment)),
        case=case,
        subject=each.subject,
        check=each.check,
    )


def _opened(ledger: Ledger, waiting: Sequence[Raised], moment: int) -> Iterator[Event]:
    """The case of each cause that has none, and those that further subjects come to."""
    grouped: dict[str, dict[str, Raised]] = {}
    for each in waiting:
        grouped.setdefault(each.case, {}).setdefault(each.subject, each)
    files = ledger.store.by(CaseFile, "case_id", grouped)
    known = {case.name: case for case in cases_of(ledger.store, files)}
    deployed = _deployed_at(ledger, {each.subject for each in waiting})
    for name, group in grouped.items():
        first, *_ = group.values()
        subject, check = first.first or (first.subject, first.check)
        if name not in known:
            yield CaseOpened(
                source=MONITOR,
                delivery=name,
                occurred_at=moment,
                case=name,
                subject=subject,
                check=check,
                deployed_at=deployed.get(subject),
            )
        elif known[name].ended is not None:
            yield _reopening(name, first, moment)
        yield from _extended(
            name, [each for each in group.values() if each.subject != subject], moment
        )


def _extended(case: str, further: Sequence[Raised], moment: int) -> Iterator[CaseExtended]:
    by_check: dict[str, list[str]] = {}
    for each in further:
        by_check.setdefault(each.check, []).append(each.subject)
    for check, subjects in sorted(by_check.items()):
        for start in range(0, len(subjects), _MOST):
            some = tuple(subjects[start : start + _MOST])
            yield CaseExtended(
                **_header(moment, "extended", case, check, *some),
                case=case,
                subjects=some,
                check=check,
            )


def _header(moment: int, *names: str) -> dict[str, Any]:
    """The fields that the monitor's events share; one delivery for one thing said."""
    return {
        "source": MONITOR,
        "delivery": sha256_hex(canonical(list(names))),
        "occurred_at": moment,
    }


def _deployed_at(ledger: Ledger, subjects: Collection[str]) -> dict[str, int]:
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
