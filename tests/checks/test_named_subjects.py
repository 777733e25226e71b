"""Incidents, vulnerabilities and configuration items are judged as changes are."""

import tempfile
from functools import lru_cache
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.checks.duckdb_engine import DuckdbEngine
from changeproof.checks.judge import all_subjects, judge_with_due
from changeproof.checks.loader import CheckSet, load_checks
from changeproof.checks.subjects import Subjects
from changeproof.events.entry import seal
from changeproof.events.incidents import IncidentLinked
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.standing import standings
from tests.checks.random_evidence import SECOND, random_store
from tests.support.small_company import BEGIN, DAY, History, MemoryInstance, small_history

CHECK = """/*
id: custom/{name}
title: Something about {subject}s
criterion: CC8.1
subject: {subject}
severity: low
checks: Nothing much.
re_perform: Read.
*/
{sql}
"""
# Each reads its own rows, and what is on record of the deployments of what it is linked to.
DEPLOYED = """
  SELECT {link}.{key}, COUNT(DISTINCT w.implementation) AS works,
    COUNT(DISTINCT w.deployment) AS deployments
  FROM {table} AS {link}
  JOIN change_name AS n ON n.name = {link}.change_name
  JOIN work AS w ON w.change_id = n.change_id
  WHERE w.deployed = 1
  GROUP BY {link}.{key}
"""
ANSWER = """
SELECT s.subject,
  CASE WHEN COALESCE(d.works, 0) > 0 THEN 'met' ELSE 'pending' END AS verdict,
  'direct' AS basis,
  COALESCE(d.works, 0) || ' works, ' || COALESCE(d.deployments, 0) || ' deployments' AS reason,
  '' AS evidence
FROM subject AS s
{join}
LEFT JOIN deployed AS d ON d.{key} = s.name
WHERE s.kind = '{kind}'
"""


def _evidence() -> Evidence:
    made = MemoryInstance()
    made.take(small_history())
    return made.evidence


def _text(kind: str, table: str, key: str, join: str = "") -> str:
    sql = f"WITH deployed AS ({DEPLOYED.format(link='l', table=table, key=key)})"
    sql += ANSWER.format(kind=kind, key=key, join=join)
    return CHECK.format(name=f"{kind}_deployed", subject=kind, sql=sql)


@lru_cache(maxsize=1)
def own_checks() -> CheckSet:
    """The shipped checks and one of each kind."""
    folder = Path(tempfile.mkdtemp())
    for kind, table, key, join in (
        ("incident", "incident_change", "incident", "JOIN incident AS i ON i.incident = s.name"),
        ("vulnerability", "vulnerability_change", "vulnerability", ""),
        ("item", "production_act", "item", ""),
    ):
        (folder / f"{kind}.sql").write_text(_text(kind, table, key, join))
    return load_checks(folder)


@given(st.integers(0, 2**32), st.integers(0, 120).map(lambda second: second * SECOND))
@settings(max_examples=25, deadline=None)
def test_one_by_one_is_all_at_once_on_both_engines(seed: int, as_of: int) -> None:
    checks = own_checks()
    store = random_store(Random(seed))
    subjects = all_subjects(store, as_of)
    together = judge_with_due(store, subjects, as_of, own_checks())
    apart = [judge_with_due(store, [subject], as_of, own_checks()).findings for subject in subjects]
    assert together.findings == sorted(
        (finding for part in apart for finding in part),
        key=lambda finding: (finding.subject, finding.check_id),
    )
    if seed % 5 == 0:
        duckdb = DuckdbEngine(checks, few_rows=True).judge_store(store, as_of)
        assert duckdb.findings == together.findings


def _said(findings: list[Finding]) -> dict[str, str]:
    return {
        row.subject: row.reason
        for row in findings
        if row.check_id.startswith("custom/") and row.check_id.endswith("_deployed")
    }


def test_a_linked_change_brings_its_deployments() -> None:
    evidence = _evidence()
    store, as_of = evidence.store, BEGIN + 90 * DAY
    named = [name for name in all_subjects(store) if Subjects.of([name]).named]
    assert named == [
        "incident:INC-7",
        "incident:incident:1",
        "vulnerability:shop/CVE-2026-1",
        "item:shop/production/limits",
        "item:shop/staging/migrations/shop/0042_tax",
    ]
    judged = judge_with_due(store, named, as_of, own_checks())
    assert _said(judged.findings) == {
        "incident:INC-7": "2 works, 2 deployments",
        "incident:incident:1": "0 works, 0 deployments",
        "vulnerability:shop/CVE-2026-1": "2 works, 2 deployments",
        "item:shop/production/limits": "2 works, 2 deployments",
        "item:shop/staging/migrations/shop/0042_tax": "0 works, 0 deployments",
    }
    assert {row.subject for row in judged.findings} == set(named)
    rows = standings(store, as_of, judged.findings, judged.due, lambda *_: "seal")
    assert [(row.subject, row.system) for row in rows if row.subject.startswith("i")] == [
        ("incident:INC-7", "shop"),
        ("incident:incident:1", "shop"),
        ("item:shop/production/limits", "shop"),
        ("item:shop/staging/migrations/shop/0042_tax", "shop"),
    ]


def test_what_nobody_opened_by_then_is_not_judged() -> None:
    store = _evidence().store
    for subject in ("incident:INC-7", "item:shop/production/limits", "incident:unheard"):
        assert judge_with_due(store, [subject], BEGIN, own_checks()).findings == []


def test_facts_of_a_linked_change_touch_the_subject() -> None:
    evidence = _evidence()
    act = evidence.store.by(Change, "change_id", ["act:act-2"])
    assert [(row.origin, row.kind) for row in act] == [("detected", "infrastructure")]
    assert evidence.store.by(Change, "change_id", ["act:act-1", "act:act-3"]) == []
    later = History()
    later.say(IncidentLinked, BEGIN + 80 * DAY, incident="incident:1", change="CHG-2026-0001")
    touched = evidence.take([seal(each, received_at=1, collector="test") for each in later.events])
    assert {"incident:incident:1", "incident:INC-7", "CHG-2026-0001"} <= touched


def test_kinds_without_a_check_cost_nothing() -> None:
    store = _evidence().store
    nothing = judge_with_due(
        store, ["incident:INC-7", "item:shop/production/limits"], BEGIN + 90 * DAY,
        load_checks().only("cc8_1/08_approval"),
    )  # fmt: skip
    assert nothing.findings == []
