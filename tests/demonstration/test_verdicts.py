"""From the story to findings: what went wrong is found, what went right is left alone."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.demonstration.company import END, story, troubles
from changeproof.demonstration.desk_events import event_of
from changeproof.demonstration.hours import moment
from changeproof.demonstration.steps import Act
from changeproof.events.entry import Entry, seal
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.joined import Finding
from changeproof.ledger.schema import create_tables
from changeproof.log.database import MemoryDatabase
from changeproof.policy.parameters import initial_policy_event
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.translate import translate

Findings = dict[tuple[str, str], Finding]

VERDICTS = {"met", "deviation", "pending", "not_applicable", "not_verifiable"}
BASES = {"direct", "compensating", "late_declared"}
SIGNS = {
    "signs/unauthorized_deployment",
    "signs/untracked_change",
    "signs/requirements_unmet",
    "signs/unattributed_change",
    "signs/overdue_change",
    "signs/configuration_mismatch",
    "signs/unlogged_deployment",
}
"""All but `no_emergency_path`: no policy that can be adopted lacks one."""


def entries(end: date) -> list[Entry]:
    """The story's log, each event once."""
    pseudonyms = Pseudonyms(b"k" * 32)
    found = [seal(initial_policy_event("standard")[0], received_at=0, collector="local")]
    for number, step in enumerate(story(end)):
        if isinstance(step, Act):
            found.append(seal(event_of(step, number)[0], received_at=step.at, collector="desk"))
            continue
        kind = step.delivery.kind
        events = translate(step.delivery, pseudonyms).events
        found += [seal(event, received_at=step.at, collector=kind) for event in events]
    return list({entry.id: entry for entry in found}.values())


def judged(end: date) -> Findings:
    """All findings on the story at the end of its last day."""
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    log = entries(end)
    for start in range(0, len(log), 500):
        database.execute("BEGIN")
        evidence.take(log[start : start + 500])
        database.execute("COMMIT")
    subjects = [row[0] for row in database.execute("SELECT change_id FROM change")]
    systems = database.execute("SELECT DISTINCT system FROM change")
    subjects += [f"system:{row[0]}" for row in systems] + ["organisation"]
    engine = SqliteEngine(load_checks())
    result = engine.judge(evidence.store, subjects, moment(end + timedelta(days=1)))
    return {(finding.subject, finding.check_id): finding for finding in result.findings}


@pytest.fixture(scope="module")
def findings() -> Findings:
    return judged(END)


def test_about_four_hundred_changes_mostly_as_they_should_be(findings: Findings) -> None:
    worst: dict[str, set[str]] = defaultdict(set)
    for (subject, check), finding in findings.items():
        if check.startswith("cc8_1/"):
            worst[subject].add(finding.verdict)
    assert 380 <= len(worst) <= 460
    deviating = [subject for subject, verdicts in worst.items() if "deviation" in verdicts]
    assert len(deviating) < len(worst) * 0.08


def test_every_trouble_is_found(findings: Findings) -> None:
    loaded = {check.id for check in load_checks().checks}
    wrong = []
    for trouble in troubles():
        for check, expected in trouble.expected.items():
            finding = findings.get((trouble.subject, check))
            if check in loaded and (finding is None or finding.verdict != expected):
                wrong.append((trouble.name, check, expected, finding))
    assert wrong == []


def test_nothing_else_deviates(findings: Findings) -> None:
    told = {trouble.subject for trouble in troubles()}
    others = [
        finding
        for (subject, check), finding in findings.items()
        if subject not in told and check.startswith("cc8_1/") and finding.verdict == "deviation"
    ]
    assert others == []


def test_every_verdict_and_basis_appears(findings: Findings) -> None:
    of_points = [each for each in findings.values() if each.check_id.startswith("cc8_1/")]
    assert {finding.verdict for finding in of_points} >= VERDICTS
    assert {finding.basis for finding in of_points} >= BASES


def test_every_sign_is_raised(findings: Findings) -> None:
    raised = {finding.check_id for finding in findings.values() if finding.verdict == "raised"}
    assert raised & SIGNS == SIGNS & {check.id for check in load_checks().checks}


def test_a_story_that_ends_elsewhere_is_judged_alike(findings: Findings) -> None:
    other_end = date(2025, 6, 30)
    other = judged(other_end)
    for trouble, elsewhere in zip(
        sorted(troubles(), key=lambda each: each.name),
        sorted(troubles(other_end), key=lambda each: each.name),
        strict=True,
    ):
        for check in trouble.expected:
            here = findings.get((trouble.subject, check))
            there = other.get((elsewhere.subject, check))
            assert (here and here.verdict) == (there and there.verdict), (trouble.name, check)
