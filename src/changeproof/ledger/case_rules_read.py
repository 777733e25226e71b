"""How the rules that remember stand at a moment, and what each kept from opening a case."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from changeproof.ledger.case_rules import CaseExclusion, CaseRule, CaseRuleAnswer, CaseRuleEnd
from changeproof.ledger.store import Store

Outcome = Literal["waits", "in force", "refused", "ended"]


@dataclass(frozen=True, slots=True)
class StandingRule:
    """One rule with its answer, its end and its hits, the oldest first."""

    stated: CaseRule
    answer: CaseRuleAnswer | None
    end: CaseRuleEnd | None
    hits: tuple[CaseExclusion, ...]
    outcome: Outcome


def rules_at(store: Store, moment: int, among: Collection[str] | None = None) -> list[StandingRule]:
    """All of them (or those of these names), the latest first."""
    rules = store.all(CaseRule) if among is None else store.by(CaseRule, "rule", among)
    names = [row.rule for row in rules]
    answers = {row.rule: row for row in store.by(CaseRuleAnswer, "rule", names)}
    ends = {row.rule: row for row in store.by(CaseRuleEnd, "rule", names)}
    hits: dict[str, list[CaseExclusion]] = {}
    for row in store.by(CaseExclusion, "rule", names):
        hits.setdefault(row.rule, []).append(row)
    return [
        StandingRule(
            rule,
            answers.get(rule.rule),
            ends.get(rule.rule),
            tuple(sorted(hits.get(rule.rule, ()), key=lambda row: (row.excluded_at, row.event))),
            _outcome(rule, answers.get(rule.rule), ends.get(rule.rule), moment),
        )
        for rule in sorted(rules, key=lambda row: (row.requested_at, row.rule), reverse=True)
    ]


def _outcome(
    rule: CaseRule, answer: CaseRuleAnswer | None, end: CaseRuleEnd | None, moment: int
) -> Outcome:
    if answer is not None and answer.answer == "refused":
        return "refused"
    if end is not None or rule.ends_at <= moment:
        return "ended"
    return "waits" if answer is None else "in force"
