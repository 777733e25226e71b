"""Which findings open a case, and what its cause is: the one table.

| finding of high or critical severity | its cause, and its case |
|---|---|
| a sign raised on a change | the change |
| an item differs since the act of a change that has a case of its own | that change |
| a deviation of a change, item, incident or vulnerability | that subject |
| a change that nobody else looked at, landed while protection was off | the gap |
| protection was off (`around/protection`) | each gap |
| a source is silent (`practices/tools_connected`) | each silence that lasts |
| any other deviation of a system or the organisation | the check, there |

So an unauthorized deployment, a direct push, an unlogged deployment, an act at a console and an
emergency that nobody declared are one case of their change; drift is one of its item, unless a
change that is to have a case brought it: then it is part of that case. A silence is no deviation,
for what it hides may be in order; but who means to hide something begins with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from changeproof.ledger.baselines import Baseline
from changeproof.ledger.cases import CaseSubject
from changeproof.ledger.joined import Finding, Implementation
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.joins.systems import Systems, read_systems
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.protection_gaps import (
    GAP,
    ProtectionGap,
    landed_in_gaps,
    protection_gaps,
)
from changeproof.ledger.revisions import Protection
from changeproof.ledger.silences import lasting_silences, silence_case
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import ORGANISATION, SYSTEM, kind_of_subject

BAD = frozenset({"deviation", "raised"})
SEVERE = frozenset({"high", "critical"})
PROTECTION = "around/protection"
TOOLS = "practices/tools_connected"
BASELINE = "cc8_1/12_baseline"
ITEM = "item:"
UNREVIEWED = frozenset({"cc8_1/08_approval", "signs/unauthorized_deployment"})
"""Deviations that protection, had it been on, would have kept out."""
LIFE_CYCLE = "cc8_1/01_life_cycle"
"""Misses whatever another check misses: never the first that a case names, where there is one."""
_FIRST = ("critical", "high")


@dataclass(frozen=True, slots=True)
class Raised:
    """One finding that is to have a case: the case's name, and what stands in it. `first` is the
    subject and check with which the case begins, where it begins with neither of these."""

    case: str
    subject: str
    check: str
    first: tuple[str, str] | None = None


def opens(finding: Finding, severities: Mapping[str, str]) -> bool:
    """Whether a finding asks for a case."""
    return finding.verdict in BAD and severities.get(finding.check_id) in SEVERE


def raised(
    store: Store, findings: Sequence[Finding], severities: Mapping[str, str]
) -> list[Raised]:
    """One for each of these findings that asks for a case, the gravest of each subject first."""
    bad: dict[str, list[Finding]] = {}
    for finding in sorted(
        (row for row in findings if opens(row, severities)),
        key=lambda row: (
            row.subject,
            _FIRST.index(severities[row.check_id]),
            row.check_id == LIFE_CYCLE,
            row.check_id,
        ),
    ):
        bad.setdefault(finding.subject, []).append(finding)
    silences = list(_of_silences(store, findings))
    if not bad:
        return silences
    unreviewed = [
        subject
        for subject, held in bad.items()
        if kind_of_subject(subject) == "change" and any(row.check_id in UNREVIEWED for row in held)
    ]
    gaps = landed_in_gaps(store, unreviewed) if unreviewed else {}
    systems = read_systems(store)
    drifted = [row.subject for held in bad.values() for row in held if row.check_id == BASELINE]
    causes = _causes_of_drift(store, drifted, severities) if drifted else {}
    return [*_each(store, systems, bad, gaps, causes), *silences]


def _each(
    store: Store,
    systems: Systems,
    bad: Mapping[str, Sequence[Finding]],
    gaps: Mapping[str, ProtectionGap],
    causes: Mapping[str, tuple[str, tuple[str, str]]],
) -> Iterator[Raised]:
    for subject, held in bad.items():
        whole = kind_of_subject(subject) in ("system", "organisation")
        for row in held:
            if subject in gaps:
                gap = gaps[subject]
                begun = (f"{SYSTEM}{systems.of(gap.repository)}", PROTECTION)
                yield Raised(gap_case(gap), subject, row.check_id, begun)
            elif row.check_id == PROTECTION:
                yield from _of_gaps(store, systems, subject)
            elif row.check_id == BASELINE and subject in causes:
                case, begun = causes[subject]
                yield Raised(case, subject, row.check_id, begun)
            elif whole:
                yield Raised(f"case:{row.check_id}:{subject}", subject, row.check_id)
            else:
                yield Raised(case_of(subject), subject, row.check_id)


def _causes_of_drift(
    store: Store, items: Sequence[str], severities: Mapping[str, str]
) -> dict[str, tuple[str, tuple[str, str]]]:
    """By item, the case that its drift belongs to, and with what that begins: the one it is in
    already, or that of the change whose act brought the difference, if that is to have one."""
    found = {
        row.subject: (row.case_id, (row.subject, BASELINE))
        for row in store.by(CaseSubject, "subject", items)
    }
    own = {row.subject for row in store.by(CaseFile, "subject", items)}
    names = {subject.removeprefix(ITEM): subject for subject in items if subject not in own}
    approved = {(row.item, row.digest) for row in store.by(Baseline, "item", names)}
    acts = {
        row.act: names[row.item]
        for row in store.by(ProductionAct, "item", names)
        if row.item and row.after_digest and (row.item, row.after_digest) not in approved
    }
    carried = store.by(Implementation, "implementation", {f"{ACT}{act}" for act in acts})
    changes = {row.change_id: acts[row.implementation.removeprefix(ACT)] for row in carried}
    grave = {
        row.subject: row.check_id
        for row in sorted(
            store.by(Finding, "subject", changes), key=lambda row: row.check_id, reverse=True
        )
        if opens(row, severities)
    }
    for change, check in sorted(grave.items()):
        found.setdefault(changes[change], (case_of(change), (change, check)))
    return found


def _of_gaps(store: Store, systems: Systems, subject: str) -> Iterator[Raised]:
    named = subject.removeprefix(SYSTEM)
    repositories = {
        row.repository for row in store.all(Protection) if systems.of(row.repository) == named
    }
    gaps = protection_gaps(store, repositories)
    for gap in gaps:
        yield Raised(gap_case(gap), subject, PROTECTION)
    if not gaps:  # its settings were not looked at in time
        yield Raised(f"case:{PROTECTION}:{subject}", subject, PROTECTION)


def _of_silences(store: Store, findings: Sequence[Finding]) -> Iterator[Raised]:
    if any(row.check_id == TOOLS and row.verdict == "not_verifiable" for row in findings):
        for silence in lasting_silences(store):
            yield Raised(silence_case(silence), ORGANISATION, TOOLS)


def case_of(subject: str) -> str:
    """The name of a subject's case, whatever happens later."""
    return f"case:{subject}"


def gap_case(gap: ProtectionGap) -> str:
    """The name of a gap's case."""
    return f"{GAP}{gap.repository}/{gap.pattern}/{gap.begun_at}"
