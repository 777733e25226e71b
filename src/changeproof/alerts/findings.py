"""Notices of what judging found: cases that were opened, verdicts that became bad."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from changeproof.alerts.models import Route
from changeproof.alerts.notices import Notice, named
from changeproof.checks.loader import load_checks
from changeproof.events.acts import CaseOpened
from changeproof.events.cases import CaseReopened
from changeproof.ledger.joined import SubjectJudged
from changeproof.ledger.store import Store

_BAD = ("deviation", "raised")


def of_cases(store: Store, cases: Sequence[CaseOpened | CaseReopened]) -> list[Notice]:
    """One of each case that was opened or came back, with its system and its check's severity."""
    systems, severities = _systems(store, [case.subject for case in cases]), _severities()
    return [
        Notice(
            "case",
            case.case,
            case.subject,
            systems.get(case.subject, ""),
            case.check,
            severities.get(case.check, ""),
        )
        for case in cases
    ]


def of_findings(store: Store, changed: Mapping[str, Mapping[str, str]]) -> list[Notice]:
    """One of each verdict (`verdict/basis`, by subject and check) that became bad; none where no
    route asks for findings, for there may be thousands."""
    if not Route.objects.filter(is_default=False).exists():
        return []
    bad = list(_bad(changed))
    systems, severities = _systems(store, {subject for subject, _ in bad}), _severities()
    return [
        Notice(
            "finding",
            named("finding", check, subject),
            subject,
            systems.get(subject, ""),
            check,
            severities.get(check, ""),
        )
        for subject, check in bad
    ]


def _bad(changed: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for subject in sorted(changed):
        for check, said in sorted(changed[subject].items()):
            if said.partition("/")[0] in _BAD:
                yield subject, check


def _systems(store: Store, subjects: Iterable[str]) -> dict[str, str]:
    """The system of each subject, which was judged just now; empty where it concerns all."""
    rows = store.by(SubjectJudged, "subject", list(subjects))
    return {row.subject: row.system for row in rows}


def _severities() -> dict[str, str]:
    return {check.id: str(check.matter.severity) for check in load_checks().checks}
