"""What checks read of a policy: the views answer what its text says, on SQLite and DuckDB alike."""

from datetime import UTC, datetime

import pytest

from changeproof.policy.parameters import profile_policy
from tests.policy.policies import policy_with
from tests.policy.view_rows import answers
from tests.support.policy_law import policy_laws

SHOP = {"change_id": "C1", "origin": "reviewed", "kind": "software", "system": "shop"}
RULES = (
    "risk_rules: []",
    """risk_rules:
  - when: {areas: [migration], systems: [shop, bank]}
    risk: high
  - when: {data_classes: [personal]}
    risk: critical
  - when: {paths_over: 10}
    risk: medium
  - when: {kinds: [data]}
    risk: high""",
)
TEMPLATE = (
    "standard_changes: []",
    """standard_changes:
  - {id: bump, systems: [shop], authors: [robot], areas: [dependencies], back_out: Go back.}""",
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def work(*areas: tuple[str, int], author: str = "ann", **change: object) -> dict:
    """A change by one commit that touches these areas."""
    return {
        "change": [{**SHOP, **change}],
        "implementation": [{"change_id": "C1", "implementation": "git:r1", "kind": "commit"}],
        "revision": [{"revision": "r1", "author": author}],
        "revision_author": [{"revision": "r1", "account": author, "part": "author"}],
        "revision_implementation": [{"revision": "r1", "implementation": "git:r1"}],
        "revision_touch": [
            {"revision": "r1", "area": area, "path_count": count} for area, count in areas
        ],
    }


@pytest.mark.parametrize("view", ["policy_terms", "policy_list", "policy_deadline"])
@pytest.mark.parametrize("law", policy_laws(), ids=lambda law: law.name)
def test_every_value_is_read_as_written_and_what_is_not_written_is_the_standards(view, law):
    assert not law.problems(view, answers(view, law.evidence()))


def test_without_a_policy_on_record_the_standards_duties_are_separate():
    assert len(answers("separate_duty", {})) == len(profile_policy("standard").separate_duties)


@pytest.mark.parametrize(
    ("evidence", "risk", "rule"),
    [
        (work(("code", 3)), "medium", None),
        (work(("migration", 1)), "high", 1),
        (work(("migration", 1), system="blog"), "medium", None),
        (work(("migration", 1), risk="critical"), "critical", 1),
        (work(("migration", 1), risk="low"), "high", 1),
        (work(("code", 3), risk="low"), "low", None),
        (work(("code", 11), risk="low"), "medium", 3),
        (work(("code", 10), risk="low"), "low", None),
        (work(("code", 9), ("tests", 2), risk="low"), "medium", 3),
        (work(("code", 1), kind="data"), "high", 4),
    ],
)
def test_a_change_has_at_least_the_risk_of_the_rules_that_hold(evidence, risk, rule):
    (row,) = answers("effective_policy", evidence, (policy_with(RULES), None))
    assert (row["risk"], row["risk_rule"]) == (risk, rule)


def test_the_data_classes_are_those_that_the_system_has_now():
    registered = {
        "system_record": [{"system": "shop", "event": "e2"}],
        "system_attribute": [
            {"system": "shop", "attribute": "data_class", "value": "personal", "event": "e1"},
            {"system": "shop", "attribute": "data_class", "value": "public", "event": "e2"},
        ],
    }
    (row,) = answers("effective_policy", {**work(), **registered}, (policy_with(RULES), None))
    assert row["risk"] == "medium"
    registered["system_record"] = [{"system": "shop", "event": "e1"}]
    (row,) = answers("effective_policy", {**work(), **registered}, (policy_with(RULES), None))
    assert (row["risk"], row["risk_rule"], row["approvals_required"]) == ("critical", 2, 2)


@pytest.mark.parametrize(
    ("deployed", "risk"),
    [
        ("2026-03-06T16:59:59", "medium"),  # a Friday; Berlin is an hour ahead
        ("2026-03-06T17:00:00", "high"),
        ("2026-03-29T08:30:00", "high"),  # a Sunday
        ("2026-03-30T07:00:00", "medium"),  # the first day of summer time opens an hour earlier
        ("2026-03-30T06:59:59", "high"),
        ("2026-03-30T15:59:59", "medium"),
        ("2026-03-30T16:00:00", "high"),
        ("2045-03-30T16:00:00", "medium"),  # past the calendar nobody can say
    ],
)
def test_outside_business_time_follows_the_zone_and_its_daylight_saving(deployed, risk):
    policy = policy_with(
        ("risk_rules: []", "risk_rules: [{when: {hours: outside_business}, risk: high}]"),
        ("  zone: UTC", "  zone: Europe/Berlin"),
        ('  closes: "17:00"', '  closes: "18:00"'),
    )
    moment = at(deployed)
    evidence = work() | {
        "deployment": [
            {
                "deployment": "d1",
                "environment": "production",
                "revision": "r1",
                "deployed_at": moment,
            }
        ],
        "deployment_revision": [{"deployment": "d1", "revision": "r1", "direction": 1}],
    }
    (row,) = answers("effective_policy", evidence, (policy, None))
    assert (row["deployed_at"], row["risk"]) == (moment, risk)


@pytest.mark.parametrize(
    ("evidence", "template", "holds", "outside"),
    [
        (work(("dependencies", 2), author="robot"), "bump", 1, None),
        (work(("dependencies", 2), ("code", 1), author="robot"), "bump", 0, "area code"),
        (work(("dependencies", 2), author="ann"), "bump", 0, "author {ann}"),
        (work(("dependencies", 2), author="robot", system="bank"), "bump", 0, "system bank"),
        (work(author="robot"), "bump", -1, None),
        (work(("dependencies", 2), author="robot"), "other", 0, "the policy, which has no"),
    ],
)
def test_a_standard_change_stays_in_the_scope_of_its_template(evidence, template, holds, outside):
    claimed = {"template_claim": [{"change_name": "C1", "template": template}]}
    (row,) = answers("standard_template", {**evidence, **claimed}, (policy_with(TEMPLATE), None))
    assert row["holds"] == holds
    assert (row["outside"] or "").startswith(outside or "")
    assert bool(row["outside"]) is bool(outside)


def test_a_template_covers_no_piece_of_work_whose_content_nobody_told():
    evidence = work(("dependencies", 2), author="robot")
    evidence["template_claim"] = [{"change_name": "C1", "template": "bump"}]
    evidence["implementation"].append(
        {"change_id": "C1", "implementation": "git:r2", "kind": "commit"}
    )
    evidence["revision"].append({"revision": "r2", "author": "robot"})
    evidence["revision_author"].append({"revision": "r2", "account": "robot", "part": "author"})
    evidence["revision_implementation"].append({"revision": "r2", "implementation": "git:r2"})
    (row,) = answers("standard_template", evidence, (policy_with(TEMPLATE), None))
    assert row["holds"] == -1
    evidence["revision_touch"].append({"revision": "r2", "area": "dependencies", "path_count": 1})
    (row,) = answers("standard_template", evidence, (policy_with(TEMPLATE), None))
    assert row["holds"] == 1


def test_the_policy_in_force_at_deployment_judges():
    midnight = at("2026-06-01T00:00:00")
    policies = (policy_with(), None), (policy_with(RULES, version=2), midnight)
    for moment, version in ((midnight - 1, 1), (midnight, 2)):
        evidence = work(("migration", 1)) | {
            "deployment": [
                {"deployment": "d1", "environment": "prod", "revision": "r1", "deployed_at": moment}
            ],
            "deployment_revision": [{"deployment": "d1", "revision": "r1", "direction": 1}],
        }
        (row,) = answers("effective_policy", evidence, *policies)
        assert row["policy_version"] == version
        assert row["risk"] == ("high" if version == 2 else "medium")
