"""From evidence to a pack's members: one computation, done by the writer and by the verifier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from changeproof.checks.loader import CheckSet
from changeproof.checks.shell_script import AS_LISTED, shell_script
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.joined import Finding
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.store import Store
from changeproof.verifier.control_results import (
    controls_section,
    results_by_control,
    results_json,
)
from changeproof.verifier.lists import Material, change_rows, derived_members
from changeproof.verifier.pack_format import (
    BY_HAND,
    CONTROLS,
    LEFTOVERS,
    RECONCILIATION,
    REPORT,
    SPANS,
    TEXTS,
    Cover,
    as_json,
)
from changeproof.verifier.population import Member, find_population, judge_population, judge_these
from changeproof.verifier.reconciliation import LINES, counted
from changeproof.verifier.register import register_texts
from changeproof.verifier.report_page import report_page
from changeproof.verifier.spans_listed import leftovers_csv, reconciled_for, spans_json
from changeproof.verifier.tabular import json_lines

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Composition:
    """What follows from the evidence: the population, its findings, and every list's bytes."""

    population: list[Member]
    findings: list[Finding]
    members: dict[str, bytes]


def compose(
    store: Store,
    cover: Cover,
    checks: CheckSet,
    query: str,
    text_of: Callable[[str], str | None],
    on_progress: Progress | None = None,
) -> Composition:
    """Find the population, judge it, draw up all lists. Raises BadSeal for SQL out of bounds."""
    population = find_population(store, query, checks, cover.as_of, on_progress)
    findings = judge_population(store, population, checks, cover.as_of, on_progress)
    uses = {row.policy: "policy" for row in store.all(PolicyInForce)}
    uses |= {row.controls: "controls" for row in store.all(ControlsInForce)}
    uses |= {member.title: "title" for member in population if member.title}
    uses |= dict.fromkeys(register_texts(store), "register")
    texts: dict[str, str] = {}
    for digest in sorted(uses):
        found = text_of(digest)
        if found is not None:
            texts[digest] = found
    material = Material(cover, store, checks, population, findings, texts)
    lines = counted(store, LINES)
    members = derived_members(material)
    members[RECONCILIATION] = as_json(
        [
            {"name": each.name, "leftover": each.leftover, "query": each.query, "count": each.count}
            for each in lines
        ]
    )
    reconciled = reconciled_for(
        store, cover, findings, lambda subjects: judge_these(store, subjects, checks, cover.as_of)
    )
    members[SPANS] = spans_json(reconciled)
    members[LEFTOVERS] = leftovers_csv(reconciled)
    members[TEXTS] = json_lines(
        {"digest": digest, "use": uses[digest], "text": words}
        for digest, words in sorted(texts.items())
    )
    members |= _adopted_texts(store, texts)
    for check in checks.checks:
        script = shell_script(checks, check.id, cover.as_of, AS_LISTED)
        members[f"{BY_HAND}{check.id}.duckdb.sql"] = script.encode()
    by_control = results_by_control(material)
    members[f"{CONTROLS}results.json"] = as_json(results_json(by_control))
    members[REPORT] = report_page(
        material, change_rows(material), lines, query, controls_section(by_control)
    )
    return Composition(population, findings, members)


def _adopted_texts(store: Store, texts: Mapping[str, str]) -> dict[str, bytes]:
    return {
        f"policy/{row.policy_version}.yaml": texts[row.policy].encode()
        for row in store.all(PolicyInForce)
        if row.policy in texts
    } | {
        f"{CONTROLS}{row.controls_version}.yaml": texts[row.controls].encode()
        for row in store.all(ControlsInForce)
        if row.controls in texts
    }
