"""The report's second half: what the population was reconciled with, and what stands around it."""

from collections.abc import Sequence

from changeproof.ledger.people import RoleGrant, RoleRevocation
from changeproof.ledger.receipts import (
    PolicyInForce,
    QuarantinedDelivery,
    Recovery,
    Silence,
    SourceCoverage,
)
from changeproof.verifier.html import code, facts, number, section, table, text
from changeproof.verifier.lists import ADMINISTRATOR, LIMITS, Material
from changeproof.verifier.pack_format import RECONCILIATION, VIEWS
from changeproof.verifier.reconciliation import Line
from changeproof.verifier.tabular import utc

SHOWN = 500
"""Rows of a list on the page; the files hold all."""


def reconciliation_section(lines: Sequence[Line]) -> str:
    rows = [
        (text(line.name), number(line.count), "left over" if line.leftover else "")
        for line in lines
    ]
    marks = ["left" if line.leftover and line.count else "" for line in lines]
    body = table(
        f"{number(len(lines))} counts, over all time, each with its query in {RECONCILIATION}",
        ("Side", "Count", "Kind"),
        rows,
        numbers=(1,),
        marks=marks,
    )
    return section("Reconciliation", "What each side holds, and what has no counterpart.", body)


def sources_section(material: Material) -> str:
    store = material.store
    ends = {(row.scope, row.silent_from): row for row in store.all(Recovery)}
    silences = []
    for row in store.all(Silence):
        end = ends.get((row.scope, row.silent_from))
        until = utc(end.silent_until) if end else "it is still silent"
        filled = "read afterwards" if end and end.filled else "not read"
        silences.append((text(row.scope), utc(row.silent_from), until, filled))
    coverage = [
        (code(row.repository), text(row.forge), utc(row.covered_from))
        for row in store.all(SourceCoverage)
    ]
    quarantined = [
        (text(row.kind), text(row.name), text(row.repository), text(row.reason))
        for row in store.all(QuarantinedDelivery)
    ]
    body = table(
        f"<b>{number(len(coverage))}</b> repositories that a forge tells of",
        ("Repository", "Forge", "From (UTC)"),
        coverage,
    )
    body += table(
        f"<b>{number(len(silences))}</b> intervals in which a source was silent",
        ("Source", "From (UTC)", "Until (UTC)", "Since"),
        silences,
    )
    body += table(
        f"<b>{number(len(quarantined))}</b> deliveries that could not be read",
        ("Kind", "Event", "Repository", "Why"),
        quarantined[:SHOWN],
    )
    return section("Sources and gaps", "Blind intervals, and what could not be read.", body)


def policies_section(material: Material) -> str:
    rows = [
        (
            number(row.policy_version),
            utc(row.in_force_from) if row.in_force_from else "since always",
            text(row.adopted_by) or "initial: none adopted it",
            text(row.approved_by),
            code(row.policy),
        )
        for row in material.store.all(PolicyInForce)
    ]
    body = table(
        f"<b>{number(len(rows))}</b> policies; their texts are in policy/",
        ("Version", "In force (UTC)", "Adopted by", "Approved by", "SHA-256"),
        rows,
    )
    return section("Policies in force", "Versions only go up.", body)


def administrators_section(material: Material) -> str:
    given = [row for row in material.store.all(RoleGrant) if row.role == ADMINISTRATOR]
    taken = [row for row in material.store.all(RoleRevocation) if row.role == ADMINISTRATOR]
    rows = [
        (code(row.account), "granted", utc(row.granted_at), text(row.granted_by)) for row in given
    ] + [(code(row.account), "revoked", utc(row.revoked_at), text(row.revoked_by)) for row in taken]
    body = table(
        f"<b>{number(len(rows))}</b> grants and revocations of the role administrator",
        ("Account", "What", "When (UTC)", "By"),
        rows,
    )
    aside = "Of this product itself. All roles: access/roles.json."
    return section("Administrators", aside, body)


def checks_section(material: Material) -> str:
    blocks = "".join(
        f"<details><summary>{text(check.matter.title)} <code>{text(check.id)}</code></summary>"
        + facts(
            (
                ("Supports", text(check.matter.criterion)),
                ("Checks", text(check.matter.checks)),
                ("Does not check", text(check.matter.does_not_check) or "not stated"),
                ("To re-perform", text(check.matter.re_perform)),
                ("File", code(f"checks/{check.id}.sql")),
                ("SHA-256", code(check.digest)),
            )
        )
        + "</details>"
        for check in material.checks.checks
    )
    aside = f"The SQL that ran is in checks/, the views it reads in {VIEWS}"
    return section("Checks as run", aside, blocks)


def limits_section() -> str:
    body = "<ul>" + "".join(f"<li>{text(each)}</li>" for each in LIMITS) + "</ul>"
    return section("Known limits", "What this pack cannot show. By check: limits.json.", body)
