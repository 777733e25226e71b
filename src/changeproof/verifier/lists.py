"""Everything in a pack that follows from the evidence: computed alike by writer and verifier.

The writer puts these members into the pack; the verifier computes them again from the evidence
that it projected out of the entries, and compares bytes. So no list can say what the log does not.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changeproof.checks.loader import CheckSet
from changeproof.ledger.changes_read import finding_json, verdict_of
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.joined import Finding
from changeproof.ledger.people import (
    AccountDeclaration,
    AccountPerson,
    AccountSettlement,
    RoleGrant,
    RoleRevocation,
)
from changeproof.ledger.receipts import PolicyInForce, Recovery, Silence, SourceCoverage
from changeproof.ledger.requests import Emergency
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.revisions import Protection
from changeproof.ledger.store import Store
from changeproof.ledger.table import Row
from changeproof.verifier.pack_format import CONTROLS, FINDINGS, POLICIES, Cover, as_json
from changeproof.verifier.population import Member
from changeproof.verifier.register import NOT_EXPLAINED, case_rows, explained, rule_rows
from changeproof.verifier.tabular import csv_bytes, json_lines, month, utc

DAY = 24 * 60 * 60 * 1_000_000
CUT_OFF_DAYS = 10
ADMINISTRATOR = "administrator"

RESULTS: Mapping[str, str] = {
    "deviation": "Deviation",
    "not_verifiable": "Not verifiable",
    "pending": "Pending",
    "met": "No deviation noted",
    "not_applicable": "Not applicable",
    "raised": "Indicator raised",
    "clear": "Indicator clear",
}
"""Verdicts in the words of exports."""

LIMITS = (
    "Verification shows that nothing was altered since it was logged and that the same evidence"
    " gives the same results; it does not show that a source told the truth, or that it told all.",
    "Raw payloads and free texts are left out for the privacy of those who wrote them; entries"
    " carry their SHA-256. Titles of the population's changes and the words of the register are in,"
    " where they are still kept.",
    "Accounts stand for people by identifiers. Names are in the company's directory, not here.",
    "A commit on the production branch of a repository known from git alone counts as deployed at"
    " its committer time, which whoever made the commit could set.",
    "Cause, extent and response of a deviation are management's own words, examined by nobody;"
    " the search for its like was run by the product over what it judges.",
)


@dataclass(frozen=True)
class Material:
    """All that the lists are made of."""

    cover: Cover
    store: Store
    checks: CheckSet
    population: Sequence[Member]
    findings: Sequence[Finding]
    texts: Mapping[str, str]

    def by_subject(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.subject, []).append(finding)
        return found


def derived_members(material: Material) -> dict[str, bytes]:
    """Every derived member of a pack, by name."""
    changes = change_rows(material)
    findings = [
        {"subject": row.subject, **finding_json(row)}
        for row in sorted(material.findings, key=lambda row: (row.subject, row.check_id))
    ]
    register = register_rows(material)
    cut_off = cut_off_rows(material, changes)
    members = {
        FINDINGS: json_lines(findings),
        "findings/findings.csv": csv_bytes(
            ("subject", "check", "result", "basis", "reason", "evidence"),
            ({**row, "result": RESULTS[str(row["verdict"])]} for row in findings),
        ),
        "findings/by_check.json": as_json(figures(material)),
        "population/changes.jsonl": json_lines(changes),
        "population/changes.csv": csv_bytes(_CHANGE_COLUMNS, map(_readable, changes)),
        "population/counts.json": as_json(counts(material)),
        "population/cut_off.json": as_json(cut_off),
        "register/deviations.jsonl": json_lines(register),
        "register/deviations.csv": csv_bytes(
            (
                *("change", "system", "deployed_at", "check", "result", "reason", "evidence"),
                *("case", "cause", "extent", "control", "response_not_examined"),
            ),
            _flat(register),
        ),
        "register/cases.json": as_json(
            case_rows(material.store, {member.change for member in material.population})
        ),
        "register/rules.json": as_json(
            rule_rows(material.store, material.cover.as_of, material.texts.get)
        ),
        "limits.json": as_json(limits(material)),
        f"{POLICIES}versions.json": as_json(_dump(material, PolicyInForce)),
        f"{CONTROLS}versions.json": as_json(_dump(material, ControlsInForce)),
    }
    for name, rows in _CONTEXT.items():
        members[name] = as_json({row.table.name: _dump(material, row) for row in rows})
    administrators = [
        {"table": row.table.name, **each}
        for row in (RoleGrant, RoleRevocation)
        for each in _dump(material, row)
        if each["role"] == ADMINISTRATOR
    ]
    members["access/administrators.json"] = as_json(administrators)
    return members


_CHANGE_COLUMNS = (
    *("change", "system", "origin", "kind", "risk", "title", "deployed_at", "result"),
    "findings",
)
_CONTEXT: Mapping[str, tuple[type[Row], ...]] = {
    "access/roles.json": (RoleGrant, RoleRevocation),
    "access/identities.json": (AccountPerson, AccountSettlement, AccountDeclaration),
    "sources/coverage.json": (SourceCoverage, Retrieval),
    "sources/gaps.json": (Silence, Recovery),
    "sources/protection.json": (Protection,),
}


def change_rows(material: Material) -> list[dict[str, Any]]:
    """The population, by deployment: each change with its title and the result of all checks."""
    found = material.by_subject()
    rows = []
    for member in _by_time(material.population):
        findings = found.get(member.change, [])
        told = Counter(row.verdict for row in findings)
        rows.append(
            {
                "change": member.change,
                "system": member.system,
                "origin": member.origin,
                "kind": member.kind,
                "risk": member.risk,
                "title": material.texts.get(member.title or ""),
                "deployed_at": member.deployed_at,
                "verdict": verdict_of(findings),
                "findings": dict(sorted(told.items())),
            }
        )
    return rows


def register_rows(material: Material) -> list[dict[str, Any]]:
    """One record for each change with a deviation; systems and the organisation beside them."""
    members = {member.change: member for member in material.population}
    rows = []
    found = material.by_subject()
    said = explained(material.store, list(found), material.texts.get)
    for subject, findings in found.items():
        missed = [row for row in findings if row.verdict == "deviation"]
        if missed:
            member = members.get(subject)
            rows.append(
                {
                    "change": subject,
                    "system": member.system if member else subject.partition(":")[2] or None,
                    "deployed_at": member.deployed_at if member else None,
                    "attributes": [finding_json(row) for row in missed],
                    **said.get(subject, NOT_EXPLAINED),
                }
            )
    return sorted(rows, key=lambda row: (row["deployed_at"] or 0, row["change"]))


def figures(material: Material) -> list[dict[str, Any]]:
    """For each check: how many subjects had which result, and on which basis."""
    told: dict[str, Counter[str]] = {check.id: Counter() for check in material.checks.checks}
    for row in material.findings:
        told[row.check_id][row.verdict] += 1
        if row.verdict == "met":
            told[row.check_id][f"met_{row.basis}"] += 1
    return [
        {
            "check": check.id,
            "title": check.matter.title,
            "counts": dict(sorted(told[check.id].items())),
        }
        for check in material.checks.checks
    ]


def counts(material: Material) -> dict[str, Any]:
    """The population in numbers."""
    dated = [member for member in material.population if member.deployed_at is not None]
    emergencies = {row.change_name for row in material.store.all(Emergency)}
    policies = sorted(
        material.store.all(PolicyInForce), key=lambda row: (row.in_force_from, row.policy_version)
    )

    def policy_of(member: Member) -> str:
        at = member.deployed_at or 0
        held = [row.policy_version for row in policies if row.in_force_from <= at]
        return str(held[-1]) if held else "none"

    def tally(of: Callable[[Member], str]) -> dict[str, int]:
        return dict(sorted(Counter(map(of, dated)).items()))

    return {
        "changes": len(dated),
        "without_a_time": len(material.population) - len(dated),
        "by_system": tally(lambda member: member.system),
        "by_month": tally(lambda member: month(member.deployed_at or 0)),
        "by_kind": tally(lambda member: member.kind),
        "by_origin": tally(lambda member: member.origin),
        "by_risk": tally(lambda member: member.risk or "unrated"),
        "by_policy_version": tally(policy_of),
        "with_an_emergency": sum(member.change in emergencies for member in dated),
    }


def cut_off_rows(
    material: Material, changes: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The population's first and last ten days."""
    cover = material.cover
    early = cover.period_from + CUT_OFF_DAYS * DAY
    late = cover.period_until - CUT_OFF_DAYS * DAY

    def shown(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        names = ("change", "system", "deployed_at")
        return [{name: row[name] for name in names} for row in rows]

    dated = [row for row in changes if row["deployed_at"] is not None]
    return {
        "first_days": shown(row for row in dated if row["deployed_at"] < early),
        "last_days": shown(row for row in dated if row["deployed_at"] >= late),
    }


def limits(material: Material) -> dict[str, Any]:
    """What this pack cannot show, in general and check by check."""
    by_check = {
        check.id: check.matter.does_not_check
        for check in material.checks.checks
        if check.matter.does_not_check
    }
    return {"general": list(LIMITS), "by_check": by_check}


def _by_time(population: Iterable[Member]) -> list[Member]:
    return sorted(
        population, key=lambda each: (each.deployed_at is None, each.deployed_at or 0, each.change)
    )


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "deployed_at": utc(row["deployed_at"]),
        "result": RESULTS[row["verdict"]],
        "findings": "; ".join(f"{RESULTS[name]} {n}" for name, n in row["findings"].items()),
    }


def _flat(register: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in register:
        for missed in row["attributes"]:
            yield {
                **row,
                **missed,
                "deployed_at": utc(row["deployed_at"]),
                "result": RESULTS[missed["verdict"]],
            }


def _dump(material: Material, row: type[Row]) -> list[dict[str, Any]]:
    return [_cells(each) for each in material.store.all(row)]


def _cells(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.table.column_names}
