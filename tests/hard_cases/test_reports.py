"""Reports of tools as evidence: from the file to the finding."""

import json

import pytest

from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, DORA, RECEIVED, Forge, at, clock
from tests.hard_cases.policies import adopted
from tests.hard_cases.saying import SHOP
from tests.hard_cases.test_registers import DAY
from tests.support import report_samples as samples

WEAKNESS = f"vulnerability:CVE-2026-1/pkg:npm/left-pad/{SHOP}"


def report(kind: str, payload: object, **options: str) -> Delivery:
    body = json.dumps(payload).encode()
    name = f"{kind} {sorted(options.items())} {len(body)}"
    return Delivery(kind, name, body, RECEIVED, options=tuple(sorted(options.items())))


def test_a_weakness_that_a_scanner_found_has_a_deadline(judged: Judge) -> None:
    """Grype says critical and in use; the policy gives it less time than Trivy's high."""
    trivy = report("trivy", samples.TRIVY, system=SHOP, at=clock(0))
    waiting = judged([trivy], at(5))
    assert waiting.verdict(WEAKNESS, "14") == "pending"
    assert "Rated high" in waiting[WEAKNESS, "14"].reason
    graver = report("grype", samples.GRYPE, system=SHOP, at=clock(1))
    waiting = judged([trivy, graver], at(5))
    assert "Rated critical, known to be exploited" in waiting[WEAKNESS, "14"].reason
    assert judged([trivy, graver], at(100 * DAY)).verdict(WEAKNESS, "14") == "deviation"


@pytest.mark.parametrize(
    ("decided", "verdict"), [({"decided_by": DORA.account}, "not_applicable"), ({}, "pending")]
)
def test_a_statement_rules_a_weakness_out_in_somebodys_name_alone(
    judged: Judge, decided: dict[str, str], verdict: str
) -> None:
    statement = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"timestamp": clock(2)},
        "vulnerabilities": [
            {
                "id": "CVE-2026-1",
                "analysis": {"state": "not_affected"},
                "affects": [{"ref": samples.PURL}],
            }
        ],
    }
    found = report("trivy", samples.TRIVY, system=SHOP, at=clock(0))
    vex = report("cyclonedx", statement, system=SHOP, **decided)
    assert judged([found, vex], at(5)).verdict(WEAKNESS, "14") == verdict


@pytest.mark.parametrize(("other", "verdict"), [(None, "met"), ("f" * 40, "deviation")])
def test_scans_of_the_deployed_revision_count_and_others_do_not(
    judged: Judge, other: str | None, verdict: str
) -> None:
    forge = Forge()
    pull = forge.pull(1).open(1)
    pull.review(BEN, 2)
    revision = pull.merge(ANNA, 10)
    forge.check(revision, 12)
    forge.deploy(revision, 20)
    scans = [
        report("semgrep", samples.SEMGREP, revision=other or revision, at=clock(13)),
        report("gitleaks", samples.GITLEAKS, revision=other or revision, at=clock(14)),
    ]
    found = judged([adopted(scans_required=("static", "secrets")), *forge.items, *scans])
    assert found.verdict(pull.id, "03") == verdict
    assert ("all 2 required scans ran" in found[pull.id, "03"].reason) == (other is None)
